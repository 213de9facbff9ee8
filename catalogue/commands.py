"""The command line, for whoever keeps the site running: short Dutch answers, exit status 0 or 1."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from catalogue import calendar, faults, schema
from catalogue.config import Settings
from catalogue.files import write_wholly

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
            raise CommandError(f"CATALOGUE_DATA is niet bruikbaar: {faults.of_file(error)}") from None
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
        _fail(faults.of_usage(error))
    except click.ClickException as error:
        _fail(error.format_message())
    except SQLAlchemyError as error:
        _fail(faults.of_database(error))
    except OSError as error:
        _fail(faults.of_file(error))
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


def _settings() -> Settings:
    return cast("Settings", current_app.config["SETTINGS"])


def _progress(items: Sequence[T], what: str) -> Iterable[T]:
    """A bar on a terminal, nothing elsewhere."""
    return tqdm(items, desc=what, unit="", disable=None, leave=False)


def _refuse_newer() -> None:
    """During an upgrade the old program serves on, but its commands know nothing of the newer tables."""
    if schema.revision() not in ("", *schema.revisions()):
        raise CommandError("De databank is van een nieuwer programma. Gebruik dat programma.")


def _is_current() -> bool:
    """Whether the tables are those that this program expects."""
    return schema.revision() == schema.revisions()[0]


def _needs_tables() -> None:
    if not schema.exists():
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
    from catalogue.curation import proposals, questions
    from catalogue.curation.seeding import seed

    if schema.exists():
        _refuse_newer()
    schema.upgrade()
    questions.erase(calendar.today())
    proposals.erase(calendar.today())
    sown = seed(with_organisations=with_organisations, today=calendar.today(), progress=_progress)
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
    from catalogue.extensions import db
    from catalogue.serving import serve

    if not schema.is_begun():
        click.echo("De catalogus wordt gemaakt; dat duurt even.")
        _init(with_organisations=True)
    _needs_tables()
    _forget_old()
    settings = _settings()
    if db.engine.dialect.name == "postgresql" and not settings.secret_key:
        click.echo(OWN_KEY, err=True)
    db.session.remove()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    serve(app, host=host or settings.host, port=port or settings.port, workers=settings.workers)


def _forget_old() -> None:
    """Erase what was kept long enough; a database that may only be read has it done where it is written."""
    from catalogue.curation import outbox, proposals, questions, uploads
    from catalogue.curation.tally import can_wait
    from catalogue.extensions import db

    questions.erase(calendar.today())
    try:
        outbox.erase(datetime.now(UTC))
        proposals.erase(calendar.today())
        uploads.erase(calendar.today())
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
    planned = plan(table, today=calendar.today(), progress=_progress)
    if not dry_run:
        planned = apply(planned, table, today=calendar.today(), progress=_progress)
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
    number = _whole(
        file, lambda stream: write(format_, None, stream, on=calendar.today(), published_only=False)
    )
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
    from catalogue.curation.restore import look_through, put_back

    if not file.exists():
        raise CommandError(f"Het bestand {file} bestaat niet.")
    found = look_through(file, schema.revisions())
    is_first = not schema.exists()
    if not is_first:
        _refuse_newer()
    if is_first or not _is_current():
        schema.upgrade()
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
    """Write a file wholly or not at all."""
    folder = file.absolute().parent
    try:
        if not folder.is_dir():
            raise CommandError(f"De map {folder} bestaat niet.")
        if file.is_dir():
            raise CommandError(f"{file} is een map en geen bestand.")
        return write_wholly(file, write, mode=mode)
    except OSError as error:
        raise CommandError(faults.of_file(error)) from None


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
        return freshness.prepare(calendar.today(), confirm_link_views.links(), dry_run=dry_run)


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
