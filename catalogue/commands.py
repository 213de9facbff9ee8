"""The command line, for whoever keeps the site running: short Dutch answers, exit status 0 or 1."""

from __future__ import annotations

import errno
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy import inspect, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from tqdm import tqdm

from catalogue.config import Settings

T = TypeVar("T")

OWN_KEY = (
    "Let op: zonder CATALOGUE_SECRET_KEY maakt elke server zijn eigen sleutel. "
    "Geef servers die deze databank delen dezelfde sleutel: anders geldt wie zich aanmeldt maar op een ervan."
)


class CommandError(click.ClickException):
    """A fault that the command tells in one line."""


def init_app(app: Flask) -> None:
    """Give `flask --app catalogue` the same commands as the console script."""
    for command in (init, run, import_, export, backup, restore, check, reindex, geocode, mail, user):
        app.cli.add_command(command)


@click.group(help="De catalogus van de sociale economie.")
def cli() -> None:
    pass


def main() -> None:
    """The console script: exit status 0, or 1 with one line on standard error."""
    from catalogue import create_app, logs

    # The database, the index and what is kept beside them hold more than what the public may see.
    os.umask(0o077)
    apps: list[Flask] = []

    def create() -> Flask:
        # Of hundreds of modules that stay there is nothing to collect; looking takes a tenth of the start.
        gc.disable()
        try:
            apps.append(create_app())
        except OSError as error:
            raise CommandError(f"CATALOGUE_DATA is niet bruikbaar: {_file_fault(error)}") from None
        except ModuleNotFoundError as error:  # the driver that a database address asks for
            raise CommandError(f"Deze databank kennen we niet: {error.name} is er niet.") from None
        finally:
            gc.enable()
        logs.begin(apps[0].config["SETTINGS"].log)
        return apps[0]

    info = ScriptInfo(create_app=create)
    try:
        status = cli.main(obj=info, standalone_mode=False, prog_name="catalogue")
    except click.exceptions.Abort:
        _fail("Onderbroken.")
    except click.UsageError as error:
        _fail(_usage(error))
    except click.ClickException as error:
        _fail(error.format_message())
    except SQLAlchemyError as error:
        _fail(_database_fault(error))
    except OSError as error:
        _fail(_file_fault(error))
    except ValueError as error:  # SettingError, SeedError, AccountError: their message says which and why
        _fail(str(error))
    finally:
        for app in apps:
            _close(app)
    sys.exit(status if isinstance(status, int) else 0)


def _close(app: Flask) -> None:
    """Let go of the database, so that its files are whole and no other process inherits a connection."""
    from catalogue.extensions import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _fail(reason: str) -> None:
    click.echo(" ".join(reason.split()), err=True)
    sys.exit(1)


# Faults of the machine by their code, in the words of who must mend them.
_FAULTS_OF_SQLITE = {
    "SQLITE_BUSY": "De databank is bezet door een ander programma. Probeer het straks opnieuw.",
    "SQLITE_CANTOPEN": "De databank kan niet geopend worden: het bestand ontbreekt of is niet leesbaar.",
    "SQLITE_CORRUPT": "De databank is beschadigd. Zet een reservekopie terug.",
    "SQLITE_FULL": "De schijf is vol. Wat bezig was, is niet bewaard.",
    "SQLITE_IOERR": "De schijf van de databank geeft een fout. Wat bezig was, is niet bewaard.",
    "SQLITE_NOTADB": "Het bestand van de databank is geen databank. Zet een reservekopie terug.",
    "SQLITE_READONLY": "In de databank mag niet geschreven worden.",
}
_FAULTS_OF_FILES = {
    errno.ENOSPC: "de schijf is vol",
    errno.EROFS: "hier mag niet geschreven worden",
    errno.EACCES: "dit mag niet gelezen of geschreven worden",
    errno.EPERM: "dit mag niet gelezen of geschreven worden",
    errno.ENOENT: "dit bestaat niet en kan niet gemaakt worden",
    errno.EEXIST: "hier staat al een bestand",
    errno.ENOTDIR: "een deel van dit pad is een bestand en geen map",
    errno.EISDIR: "dit is een map en geen bestand",
    errno.ENAMETOOLONG: "deze naam is te lang",
    errno.EIO: "de schijf geeft een fout",
}


def _database_fault(error: SQLAlchemyError) -> str:
    """What is wrong with the database, in Dutch where we know the fault."""
    if isinstance(error, NoSuchModuleError):
        return f"Deze databank kennen we niet: {str(error).rpartition(':')[2].replace('.', '+')}."
    if isinstance(error, ArgumentError):
        return (
            "CATALOGUE_DATABASE_URL is geen adres van een databank, zoals postgresql+psycopg://server/naam."
        )
    cause = getattr(error, "orig", None)
    name = "_".join(getattr(cause, "sqlite_errorname", "").split("_")[:2])
    return _FAULTS_OF_SQLITE.get(name) or f"De databank geeft een fout: {cause or type(error).__name__}"


def _file_fault(error: OSError) -> str:
    number = error.errno or 0
    reason = _FAULTS_OF_FILES.get(number) or (f"dit lukt niet (fout {number})" if number else str(error))
    return f"{error.filename or 'Een bestand'}: {reason}."


def _usage(error: click.UsageError) -> str:
    """What is wrong with the command line, in Dutch."""
    where = error.ctx.command_path if error.ctx else "catalogue"
    help_ = f"Zie ‘{where} --help’."
    if isinstance(error, click.NoSuchOption):
        return f"De optie {error.option_name} bestaat niet. {help_}"
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else "een waarde"
        return f"{name} ontbreekt. {help_}"
    if isinstance(error, click.BadParameter):
        name = error.param.human_readable_name if error.param else "een waarde"
        return f"De waarde van {name} is niet bruikbaar. {help_}"
    return f"Deze opdracht bestaat niet of is niet volledig. {help_}"


def _settings() -> Settings:
    return cast("Settings", current_app.config["SETTINGS"])


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the calendar of this place


def _progress(items: Sequence[T], what: str) -> Iterable[T]:
    """A bar on a terminal, nothing elsewhere."""
    return tqdm(items, desc=what, unit="", disable=None, leave=False)


def _has_tables() -> bool:
    from catalogue.extensions import db

    url = db.engine.url
    is_file = url.get_backend_name() == "sqlite" and url.database and not url.query.get("uri")
    if is_file and not Path(str(url.database)).exists():
        return False
    return inspect(db.engine).has_table("alembic_version")


def _is_begun() -> bool:
    """Whether starting content was put in; an `init` that was cut short has only tables."""
    from catalogue.extensions import db
    from catalogue.models import Sown

    return _has_tables() and db.session.scalar(select(Sown.key).limit(1)) is not None


def _revisions() -> list[str]:
    """The revisions of the tables that this code knows, the newest first."""
    from alembic.script import ScriptDirectory

    return [script.revision for script in ScriptDirectory(_migrations()).walk_revisions()]


def _revision() -> str:
    """The revision of the tables as they are."""
    from alembic.runtime.migration import MigrationContext

    from catalogue.extensions import db

    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def _is_current() -> bool:
    """Whether the tables are those that this code expects."""
    return _revision() == _revisions()[0]


def _migrations() -> str:
    return cast("str", current_app.extensions["migrate"].directory)


def _refuse_newer() -> None:
    """During an upgrade the old program serves on, but its commands know nothing of the newer tables."""
    if _revision() not in ("", *_revisions()):
        raise CommandError("De databank is van een nieuwer programma. Gebruik dat programma.")


def _needs_tables() -> None:
    if not _has_tables():
        raise CommandError("Er is nog geen catalogus. Maak ze met ‘catalogue init’.")
    _refuse_newer()
    if not _is_current():
        raise CommandError("De databank is ouder dan dit programma. Werk ze bij met ‘catalogue init’.")


def _directory() -> Any:
    found = current_app.extensions.get("directory")
    if found is None:
        raise CommandError("De zoekindex is niet beschikbaar in deze toepassing.")
    return found


def _settle() -> None:
    """Wait until the search holds what was changed, and leave behind what the next start needs."""
    from catalogue.directory import warm

    warm.leave(_directory())


@click.command("init", help="Maak tabellen en begininhoud; wat al bewerkt is, blijft zoals het is.")
@click.option("--without-organisations", is_flag=True, help="Zonder de organisaties waarmee de lijst begint.")
@with_appcontext
def init(without_organisations: bool) -> None:
    _init(with_organisations=not without_organisations)


def _init(*, with_organisations: bool) -> None:
    from flask_migrate import upgrade

    from catalogue.curation import proposals, questions
    from catalogue.curation.seeding import seed

    if _has_tables():
        _refuse_newer()
    upgrade(directory=_migrations())
    questions.erase(_today())
    proposals.erase(_today())
    sown = seed(with_organisations=with_organisations, today=_today(), progress=_progress)
    _settle()
    click.echo(
        f"Klaar: {sown.organisations} organisaties, {sown.services} diensten, {sown.gemeenten} gemeenten en "
        f"{sown.regions} regio's toegevoegd."
    )


@click.command("run", help="Start de site; maakt ze eerst waar er nog geen is.")
@click.option("--host", default=None, help="Adres om op te luisteren.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Poort om op te luisteren.")
@with_appcontext
def run(host: str | None, port: int | None) -> None:
    from catalogue import create_app
    from catalogue.extensions import db
    from catalogue.serving import serve

    if not _is_begun():
        click.echo("De catalogus wordt gemaakt; dat duurt even.")
        _init(with_organisations=True)
    _needs_tables()
    _forget_old()
    settings = _settings()
    if db.engine.dialect.name == "postgresql" and not settings.secret_key:
        click.echo(OWN_KEY, err=True)
    # An app of its own, and nothing open in this one: connections must not be shared with the workers.
    db.session.remove()
    db.engine.dispose()
    serve(
        create_app(settings), host=host or settings.host, port=port or settings.port, workers=settings.workers
    )


def _forget_old() -> None:
    """Erase what was kept long enough; a database that may only be read has it done where it is written."""
    from catalogue.curation import outbox, proposals, questions, uploads
    from catalogue.curation.tally import can_wait
    from catalogue.extensions import db

    questions.erase(_today())
    try:
        outbox.erase(datetime.now(UTC))
        proposals.erase(_today())
        uploads.erase(_today())
    except SQLAlchemyError as error:
        if not can_wait(error):
            raise
        db.session.rollback()


@click.command("import", help="Neem de rijen van FILE (CSV of XLSX) op: alle of geen.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Toon wat er zou gebeuren, en bewaar niets.")
@with_appcontext
def import_(file: Path, dry_run: bool) -> None:
    from catalogue.exchange import report
    from catalogue.exchange.plan import apply, plan
    from catalogue.exchange.problems import FileError
    from catalogue.exchange.reader import read_file

    _needs_tables()
    try:
        table = read_file(file)
    except FileError as error:
        raise CommandError(str(error)) from None
    planned = plan(table, today=_today(), progress=_progress)
    if not dry_run:
        planned = apply(planned, table, today=_today(), progress=_progress)
    for line in report.lines(planned, done=not dry_run):
        click.echo(line)
    if planned.is_refused:
        raise CommandError(f"{file.name} is geweigerd: {planned.refusals[0].reason} Er is niets gewijzigd.")
    if not dry_run:
        _settle()


@click.command("export", help="Schrijf alle organisaties naar FILE: .csv, .xlsx, .geojson of .json.")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def export(file: Path) -> None:
    from catalogue.exchange.writer import MIME_TYPES, write

    format_ = file.suffix.lower().removeprefix(".")
    if format_ not in MIME_TYPES:
        raise CommandError(f"Kies een bestandsnaam die eindigt op .{', .'.join(MIME_TYPES)}.")
    _needs_tables()
    number = _whole(file, lambda stream: write(format_, None, stream, on=_today(), published_only=False))
    click.echo(f"{number} organisaties geschreven naar {file}.")


@click.command("backup", help="Bewaar de hele catalogus in FILE, terwijl de site voortgaat.")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    _needs_tables()
    rows = _backup(file)
    click.echo(f"De reservekopie staat in {file}: {rows} rijen.")


def _backup(file: Path) -> int:
    from catalogue.curation import backup

    # There are mail addresses in it and hashes of passwords: not for every eye.
    manifest = _whole(file, lambda stream: backup.write(stream, site=_settings().site_name), mode=0o600)
    return sum(part.rows for part in manifest.parts.values())


@click.command("restore", help="Maak de catalogus weer zoals in de reservekopie FILE.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--without-copy", is_flag=True, help="Bewaar niet eerst wat er nu is.")
@with_appcontext
def restore(file: Path, without_copy: bool) -> None:
    from flask_migrate import upgrade

    from catalogue.curation.restore import look_through, put_back

    if not file.exists():
        raise CommandError(f"Het bestand {file} bestaat niet.")
    found = look_through(file, _revisions())
    is_first = not _has_tables()
    if not is_first:
        _refuse_newer()
    if is_first or not _is_current():
        upgrade(directory=_migrations())
    copy = _settings().data / f"voor-terugzetten-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    if not (without_copy or is_first):
        _backup(copy)
        click.echo(f"Wat er was, staat in {copy}.")
    put_back(found)
    _settle()
    moment = found.manifest.made_at.astimezone()
    click.echo(
        f"Teruggezet: {found.organisations} organisaties, zoals op {moment:%d/%m/%Y om %H:%M}. "
        "Wie aangemeld was, meldt zich opnieuw aan."
    )


@click.command("check", help="Kijk na of de databank en de zoekindex heel zijn.")
@with_appcontext
def check() -> None:
    from catalogue.curation.checking import problems

    _needs_tables()
    found = problems(_directory())
    for problem in found:
        click.echo(problem)
    if found:
        raise CommandError(f"Er is iets mis met de catalogus: {len(found)} meldingen.")
    click.echo("Alles in orde.")


def _whole(file: Path, write: Callable[[Any], T], *, mode: int = 0o644) -> T:
    """Write a file wholly or not at all: beside it first, then in its place.

    A fault names the file that was asked for, never the one beside it.
    """
    folder = file.absolute().parent
    if not folder.is_dir():
        raise CommandError(f"De map {folder} bestaat niet.")
    if file.is_dir():
        raise CommandError(f"{file} is een map en geen bestand.")
    try:
        return _beside(file, folder, write, mode)
    except OSError as error:
        raise CommandError(_file_fault(OSError(error.errno, error.strerror, str(file)))) from None


def _beside(file: Path, folder: Path, write: Callable[[Any], T], mode: int) -> T:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{file.name[:50]}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            result = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(file)
        _settle_folder(folder)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return result


def _settle_folder(folder: Path) -> None:
    """Let the disk keep the new name of a file too, so that a power cut cannot take it back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@click.command("reindex", help="Gooi de zoekindex weg en bouw hem opnieuw.")
@with_appcontext
def reindex() -> None:
    _needs_tables()
    number = _directory().reindex()
    _settle()
    click.echo(f"De zoekindex is opnieuw gebouwd: {number} organisaties.")


@click.command(
    "geocode", help="Zoek het punt van vestigingen die er geen hebben, of enkel dat van hun gemeente."
)
@with_appcontext
def geocode() -> None:
    from catalogue.curation.points import fill

    _needs_tables()
    settings = _settings()
    found, asked = fill(
        url=settings.geocoder_url,
        user_agent=settings.geocoder_agent or settings.site_name,
        progress=_progress,
    )
    _directory().settle()
    click.echo(f"{found} van {asked} vestigingen kregen een nieuw punt.")


@click.group("user", help="Accounts van wie de catalogus beheert.")
def user() -> None:
    pass


@user.command("add", help="Maak een account voor EMAIL en toon de link om een wachtwoord te kiezen.")
@click.argument("email")
@click.option("--beheerder", is_flag=True, help="Met alle rechten.")
@click.option("--regio", "regions", multiple=True, help="Regio van een regisseur; mag meer dan eens.")
@with_appcontext
def user_add(email: str, beheerder: bool, regions: tuple[str, ...]) -> None:
    from catalogue.curation import accounts
    from catalogue.models import Role

    _needs_tables()
    # Somebody must be able to make the others: the first account may do everything.
    is_first = not regions and not accounts.has_beheerder()
    role = Role.BEHEERDER if beheerder or is_first else Role.REGISSEUR
    if role is Role.REGISSEUR and not regions:
        regions = accounts.usual_regions(_settings().region)
    account = accounts.add(email, role, regions)
    where = f" van {', '.join(region.name for region in account.regions)}" if account.regions else ""
    click.echo(f"{account.email} is {account.role}{where}.", err=True)
    click.echo(_password_link(accounts.one_time_link(account)))


@user.command("link", help="Toon een nieuwe link waarmee EMAIL een wachtwoord kiest.")
@click.argument("email")
@click.option("--zonder-tweede-stap", is_flag=True, help="Zet de tweede stap bij het aanmelden uit.")
@with_appcontext
def user_link(email: str, zonder_tweede_stap: bool) -> None:
    from catalogue.curation import accounts, second_step

    _needs_tables()
    account = accounts.find(email)
    if account is None:
        raise CommandError(f"Er is geen account voor {email.strip()}.")
    if account.closed_at:
        raise CommandError(f"Het account van {account.email} is gesloten. Een beheerder kan het heropenen.")
    if zonder_tweede_stap:
        second_step.switch_off(account)
    click.echo(_password_link(accounts.one_time_link(account)))


def _password_link(token: str) -> str:
    from flask import url_for

    settings = _settings()
    site = settings.url or f"http://{settings.host}:{settings.port}"
    with current_app.test_request_context(base_url=site):
        return url_for("curation.set_password", token=token, _external=True)


@click.command("mail", help="Verstuur de mails die klaarstaan. Laat dit elke vijf minuten lopen (cron).")
@click.option("--dry-run", is_flag=True, help="Toon de mails, en verstuur niets.")
@with_appcontext
def mail(dry_run: bool) -> None:
    from catalogue.curation import outbox
    from catalogue.extensions import db
    from catalogue.post.server import Post

    _needs_tables()
    if dry_run:
        letters = [*outbox.waiting(), *_questions(dry_run=True)]
        for letter in letters:
            click.echo(
                f"Aan: {letter.recipient}\nOnderwerp: {letter.subject}\n\n{letter.body.rstrip()}\n\n---"
            )
        ready = "1 mail staat" if len(letters) == 1 else f"{len(letters)} mails staan"
        click.echo(f"{ready} klaar. Er is niets verstuurd.")
        return
    # Also where nothing can be sent.
    _forget_old()
    if not _settings().mail.host:
        raise CommandError("Er is geen mailserver ingesteld (CATALOGUE_MAIL_HOST). Er is niets verstuurd.")
    _questions(dry_run=False)
    # Nothing of the database is held while a mail server takes its time.
    db.session.remove()
    with Post(_mail_server()) as post:
        done = outbox.send(post, datetime.now(UTC))
    click.echo(
        f"{done.sent} verstuurd, {done.refused} geweigerd, {done.unclear} misschien verstuurd, "
        f"{done.waiting} wachten."
    )
    if done.fault:
        raise CommandError(f"De mails wachten: {done.fault}.")


def _questions(*, dry_run: bool) -> Sequence[Any]:
    """Put in the outbox what is asked today of organisations whose entry is to be confirmed again."""
    from catalogue.curation import confirm_link_views, freshness

    site = _settings().url
    if not site:
        click.echo("Zonder CATALOGUE_URL vragen we organisaties niets: de links zouden niet werken.")
        return ()
    with current_app.test_request_context(base_url=site):
        return freshness.prepare(_today(), confirm_link_views.links(), dry_run=dry_run)


def _mail_server() -> Any:
    from catalogue.post.server import Server

    settings = _settings()
    mail = settings.mail
    return Server(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        sender=mail.sender,
        sender_name=settings.site_name,
        reply_to=settings.contact.mail,
        user=mail.user,
        password=mail.password,
        timeout=mail.timeout,
    )


for _command in (init, run, import_, export, backup, restore, check, reindex, geocode, mail, user):
    cli.add_command(_command)
