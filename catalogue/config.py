"""Every setting of the site, read once from the environment. README describes each."""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

SITE_NAME = "Sociale economie Westhoek"
ROOT = Path(__file__).resolve().parent.parent
# The licence of the open data, unless the publisher chooses another: that of the data it builds on.
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# A site as a Content-Security-Policy names it; anything else could change the policy.
ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")
ADDRESS = re.compile(r"https?://[\w.-]+(?::[0-9]{1,5})?(?:/[^\s<>\"{}|^`\\]*)?", re.ASCII)
# What is mostly wrong with a database address; no part of a password may be told.
ENCODED = (
    "Schrijf tekens zoals @ : / # ? en % in een wachtwoord met een procentteken en hun code: "
    "@ wordt %40, : wordt %3A, / wordt %2F, # wordt %23 en % wordt %25."
)

log = logging.getLogger(__name__)


class SettingError(ValueError):
    """A setting with a value that cannot be used; the message names the setting."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a visitor can turn to: the regisseur, by role and never by personal name."""

    name: str = ""
    mail: str = ""
    phone: str = ""

    @classmethod
    def parse(cls, text: str) -> Contact:
        """Read "name, mailbox, phone" in any order and with any part missing."""
        name, mail, phone = [], "", ""
        for part in (piece.strip() for piece in text.split(",")):
            if "@" in part:
                mail = part
            elif part and set(part) <= set("+0123456789 /.()-"):
                phone = part
            elif part:
                name.append(part)
        return cls(", ".join(name), mail, phone)


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server that takes our mail; without a host nothing is sent."""

    host: str = ""
    port: int = 25
    security: str = "geen"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    timeout: int = 20


# How the way to the mail server is kept from listeners, and the port that goes with it.
MAIL_PORTS = {"geen": 25, "starttls": 587, "ssl": 465}
# What is told of each request: nothing, a line to read, or a line of JSON (then warnings too).
LOGS = ("uit", "tekst", "json")
SWITCH = ("uit", "aan")


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; `from_environment` is the only reader of the environment."""

    data: Path = ROOT / "var"
    database_url: str = ""
    secret_key: str = ""
    site_name: str = SITE_NAME
    url: str = ""
    data_licence: str = DATA_LICENCE
    contact: Contact = field(default_factory=Contact)
    region: str = "westhoek"
    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 2
    threads: int = 4
    # Whether whoever started us opened the socket already, and hands it over (systemd's protocol).
    is_handed_socket: bool = False
    # How many proxies stand before us, whose word on the visitor's address and scheme is taken.
    proxies: int = 0
    log: str = "uit"
    metrics: bool = False
    tiles: str = ""
    tiles_attribution: str = ""
    borders: Path | None = None
    borders_attribution: str = ""
    hosts: tuple[str, ...] = ()
    # Origins that may frame the embedded map; none named: all.
    frames: tuple[str, ...] = ()
    # Answers a minute for one visitor address; 0: as many as asked.
    read_limit: int = 0
    geocoder_url: str = ""
    geocoder_agent: str = ""
    mail: Mail = field(default_factory=Mail)
    testing: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings of this process; raises SettingError that names the faulty one."""
        env = os.environ if environment is None else environment

        def text(name: str, default: str = "") -> str:
            return env.get(f"CATALOGUE_{name}", "").strip() or default

        def number(name: str, default: int, low: int, high: int) -> int:
            raw = text(name, str(default))
            if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
                raise SettingError(
                    f"CATALOGUE_{name} must be a whole number from {low} to {high}, not {raw!r}"
                )
            return int(raw)

        def one_of(name: str, value: str, choices: Iterable[str]) -> str:
            if value.lower() not in choices:
                raise SettingError(f"CATALOGUE_{name} must be one of {', '.join(choices)}, not {value!r}")
            return value.lower()

        contact = Contact.parse(text("CONTACT"))
        security = one_of("MAIL_SECURITY", text("MAIL_SECURITY", "starttls"), MAIL_PORTS)
        mail = Mail(
            host=text("MAIL_HOST"),
            port=number("MAIL_PORT", MAIL_PORTS[security], 1, 65535),
            security=security,
            user=text("MAIL_USER"),
            password=text("MAIL_PASSWORD"),
            sender=text("MAIL_FROM", contact.mail),
            timeout=number("MAIL_TIMEOUT", 20, 1, 300),
        )
        if mail.host and "@" not in mail.sender:
            raise SettingError("CATALOGUE_MAIL_FROM must be a mail address where CATALOGUE_MAIL_HOST is set")
        licence = text("DATA_LICENCE", DATA_LICENCE)
        if not ADDRESS.fullmatch(licence):
            raise SettingError(f"CATALOGUE_DATA_LICENCE must be the address of a licence, not {licence!r}")
        url = text("URL").rstrip("/")
        if url and not ADDRESS.fullmatch(url):
            raise SettingError(f"CATALOGUE_URL must be an address such as https://site.example, not {url!r}")
        borders = text("BORDERS")
        if borders and not Path(borders).is_file():
            raise SettingError(f"CATALOGUE_BORDERS names a file that is not there: {borders}")
        return cls(
            data=Path(text("DATA", str(ROOT / "var"))).expanduser().resolve(),
            database_url=_database(text("DATABASE_URL")),
            secret_key=text("SECRET_KEY"),
            site_name=text("SITE_NAME", SITE_NAME),
            url=url,
            data_licence=licence,
            contact=contact,
            region=text("REGION", "westhoek"),
            host=text("HOST", "127.0.0.1"),
            port=number("PORT", 5000, 1, 65535),
            workers=number("WORKERS", 2, 1, 64),
            threads=number("THREADS", 4, 1, 64),
            is_handed_socket=env.get("LISTEN_PID") == str(os.getpid()),
            proxies=number("PROXIES", 0, 0, 10),
            log=one_of("LOG", text("LOG", "uit"), LOGS),
            metrics=one_of("METRICS", text("METRICS", "uit"), SWITCH) == "aan",
            tiles=text("TILES"),
            tiles_attribution=text("TILES_ATTRIBUTION"),
            borders=Path(borders) if borders else None,
            borders_attribution=text("BORDERS_ATTRIBUTION"),
            hosts=_listed(text("HOSTS").lower()),
            frames=_origins(text("FRAMES").lower()),
            read_limit=number("READ_LIMIT", 0, 0, 1_000_000),
            geocoder_url=text("GEOCODER_URL"),
            geocoder_agent=text("GEOCODER_AGENT"),
            mail=mail,
        )

    @property
    def sqlalchemy_url(self) -> str:
        """The database address: the given one, or a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'catalogue.db'}"

    @property
    def index_folder(self) -> Path:
        """Folder of the disposable search index."""
        return self.data / "index"

    def kept_secret_key(self) -> str:
        """The given secret key, or one made at first start and kept in the data folder with mode 600."""
        if self.secret_key:
            return self.secret_key
        path = self.data / "secret_key"
        self.data.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            _shut(path)
            return path.read_text("ascii").strip()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text("ascii").strip()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _database(address: str) -> str:
    """An address of which it is clear where a password ends; what is wrong is told without any part of it."""
    scheme, _, rest = address.partition("://")
    if scheme.partition("+")[0] == "postgres":
        raise SettingError("Deze databank kennen we niet: postgres. Schrijf postgresql:// in het adres.")
    if scheme.startswith("postgresql") and rest.count("@") > 1:
        raise SettingError(f"CATALOGUE_DATABASE_URL kan niet gelezen worden. {ENCODED}")
    try:
        with suppress(ArgumentError):  # whoever opens it says so
            make_url(address)
    except ValueError:
        raise SettingError(f"CATALOGUE_DATABASE_URL heeft een poort die geen getal is. {ENCODED}") from None
    return address


def _origins(text: str) -> tuple[str, ...]:
    for origin in (found := _listed(text)):
        if not ORIGIN.fullmatch(origin):
            raise SettingError(
                f"CATALOGUE_FRAMES must hold origins such as https://www.gemeente.example, not {origin!r}"
            )
    return found


def _shut(path: Path) -> None:
    """Take a secret away from who is not its owner; where that cannot be done the log says so."""
    if not path.stat().st_mode & 0o077:
        return
    try:
        path.chmod(0o600)
    except OSError:
        log.warning("%s can be read by others, and its mode cannot be changed", path)
    else:
        log.warning("%s could be read by others; its mode is 600 now", path)
