"""Curation: the work on an upload that takes long: reading and comparing, taking in, undoing.

It is done by a process of its own (upload_child). Each piece ends in one commit, so that a process that is
killed leaves what was there before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import DatabaseError

from catalogue.curation import permits, upload_report, uploads
from catalogue.curation.entrydata import EntryError
from catalogue.curation.history import ENTRY
from catalogue.curation.upload_progress import Meter
from catalogue.curation.upload_undo import undo
from catalogue.curation.write import Action, Actor, Manner, change
from catalogue.exchange.columns import Sureness, headings
from catalogue.exchange.plan import Gate, Plan, Step, open_gate, plan, without, write
from catalogue.exchange.problems import FileError
from catalogue.exchange.reader import Table, read_bytes, read_top
from catalogue.exchange.twins import Twin, twins
from catalogue.extensions import db
from catalogue.models import Account, EntryMaker, Organisation, Revision, Upload
from catalogue.models.upload import UploadStatus as Is

# As many rows as somebody can look over; more go by the command line.
MAX_ROWS = 20_000
# How often an outcome is looked for while others keep changing the catalogue.
ATTEMPTS = 5

TOO_MANY = (
    "Het bestand heeft {rows} rijen; in de browser gaan er hoogstens {most}. Splits het bestand, of vraag de "
    "beheerder om het met de opdracht ‘import’ op te nemen."
)
NOT_YOURS = "U mag deze organisatie niet wijzigen: ze heeft geen vestiging in uw regio."
NOT_HERE = "U mag hier geen organisatie toevoegen: de vestiging ligt niet in uw regio."
CHANGED_MEANWHILE = (
    "De catalogus is intussen gewijzigd, en dat verandert wat dit bestand doet. Er is niets opgenomen: "
    "kijk het opnieuw na."
)
NOTHING = "Er is niets om op te nemen."
OUT_OF_MEMORY = "Dit bestand vraagt te veel geheugen. Splits het in kleinere bestanden."
OUR_FAULT = "Er liep iets mis bij ons. Probeer het opnieuw; er is niets gewijzigd."
DATABASE_FAULT = (
    "De catalogus kon dit nu niet lezen of bewaren. Probeer het straks opnieuw; er is niets gewijzigd."
)


@dataclass(frozen=True, slots=True)
class _Made:
    """A file read against the catalogue: all rows, and what is left without what is refused."""

    table: Table
    full: Plan
    kept: Plan
    found: list[Twin]


def look_at(upload_id: int, meter: Meter, *, today: date) -> None:
    """Read a file and write down what it would do, or what is to be answered first."""
    uploads.turn(upload_id, Is.READING, only_from=(Is.WAITING, Is.READING))
    upload = _upload(upload_id)
    if upload is None:
        return
    meter.say("Het bestand openen")
    report = _columns(upload_id)
    said = uploads.columns(upload.choices)
    if said is None and _asks_columns(report["kolommen"]):
        uploads.turn(upload_id, Is.READY, report=report | {"stap": "kolommen"})
        return
    made = _made(upload, _sure(report) if said is None else said, meter, today)
    uploads.turn(upload_id, Is.READY, report=report | _told(made, meter), total=made.full.rows)


def take_in(upload_id: int, meter: Meter, *, today: date) -> None:
    """Write what was shown: all of it in one change, or nothing where it is no longer what was shown."""
    upload = _upload(upload_id)
    if upload is None or upload.status != Is.WRITING:
        return
    for _ in range(ATTEMPTS):
        meter.say("Het bestand openen")
        said = uploads.columns(upload.choices)
        made = _made(upload, _sure(upload.report) if said is None else said, meter, today)
        if upload_report.outcome(made.full, made.kept) != upload.report.get("uitkomst"):
            report = upload.report | _told(made, meter)
            uploads.turn(upload_id, Is.READY, report=report, fault=CHANGED_MEANWHILE)
            return
        if not (made.kept.new or made.kept.changed):
            uploads.turn(upload_id, Is.READY, fault=NOTHING)
            return
        if _written(upload, made.kept, meter):
            return
    uploads.turn(upload_id, Is.READY, fault=CHANGED_MEANWHILE)


def _written(upload: Upload, planned: Plan, meter: Meter) -> bool:
    """Write a plan, unless the catalogue changed since it was made."""
    upload_id, account_id = upload.id, uploads.who(upload)
    meter.say("Bewaren")
    with change(Actor(Manner.IMPORT, account_id, upload_id)) as under_way:
        if planned.generation != under_way.generation - 1:
            db.session.rollback()
            return False
        write(under_way, planned, progress=meter.count)
        _made_by(account_id, upload_id)
        meter.say("Afronden")
        uploads.turn(upload_id, Is.APPLIED, applied_at=datetime.now(UTC), commit=False)
    return True


def _made_by(account_id: int | None, upload_id: int) -> None:
    """A new entry without a site is that of who brought the file."""
    if account_id is None:
        return
    keys = select(Revision.key).where(
        Revision.upload_id == upload_id, Revision.kind == ENTRY, Revision.action == Action.NEW
    )
    ids = [int(key) for key in db.session.scalars(keys)]
    if ids:
        rows = [{"organisation_id": id, "account_id": account_id} for id in ids]
        db.session.execute(insert(EntryMaker), rows)


def take_back(upload_id: int, meter: Meter) -> None:
    """Undo what an upload did; entries that the account chose to leave stay as they are."""
    upload = _upload(upload_id)
    if upload is None or upload.status != Is.UNDOING:
        return
    undo(upload, meter)


def _made(upload: Upload, columns: dict[int, str], meter: Meter, today: date) -> _Made:
    table = read_bytes(uploads.content(upload.id), columns)
    if len(table.rows) > MAX_ROWS:
        raise FileError(TOO_MANY.format(rows=len(table.rows), most=MAX_ROWS))
    answers, gate = uploads.answers(upload.choices), _gate(upload)

    def planned(of: Table) -> Plan:
        return plan(of, today=today, progress=meter.count, answers=answers, gate=gate)

    full = kept = planned(table)
    left = table
    while kept.is_refused and left.rows:
        left = without(left, kept, answers)
        kept = planned(left)
    meter.say("Dubbels zoeken")
    return _Made(table, full, kept, twins(kept, answers))


def _told(made: _Made, meter: Meter) -> dict[str, Any]:
    told = upload_report.of_plan(made.table, made.full, made.kept, made.found, meter.count)
    return told | {"stap": "rijen"}


def _sure(report: Mapping[str, Any]) -> dict[int, str]:
    """The columns as the headers say, where nobody needed to say more."""
    return {one["plaats"]: one["kolom"] for one in report["kolommen"] if one["zekerheid"] == Sureness.KNOWN}


def _columns(upload_id: int) -> dict[str, Any]:
    headers, samples = read_top(uploads.content(upload_id))
    return {"kolommen": upload_report.of_headings(headings(headers), samples)}


def _asks_columns(found: list[dict[str, Any]]) -> bool:
    """Whether somebody must say what a column is before anything else can be read."""
    in_doubt = {str(Sureness.GUESS), str(Sureness.TWICE)}
    has_name = any(one["kolom"] == "naam" and one["zekerheid"] == Sureness.KNOWN for one in found)
    return not has_name or any(one["zekerheid"] in in_doubt for one in found)


def _gate(upload: Upload) -> Gate:
    """What the account that works at it may not touch."""
    account = db.session.get(Account, uploads.who(upload) or 0)
    if account is None:
        return lambda _step: NOT_YOURS
    if account.is_beheerder:
        return open_gate
    mine = set(db.session.scalars(select(Organisation.id).where(permits.editable(account))))
    own = permits.gemeenten(account) or frozenset()

    def gate(step: Step) -> str:
        if step.before is not None:
            return NOT_YOURS if step.is_changed and step.before.id not in mine else ""
        places = {site.gemeente_nis for site in step.after.sites if site.gemeente_nis}
        return NOT_HERE if places and own.isdisjoint(places) else ""

    return gate


def _upload(upload_id: int) -> Upload | None:
    return uploads.find(upload_id)


def fail(upload_id: int, error: BaseException) -> None:
    """Write down why the work stopped; what was taken in stays taken in."""
    db.session.rollback()
    if isinstance(error, FileError):
        reason = str(error)
    elif isinstance(error, EntryError):
        reason = error.reason
    elif isinstance(error, MemoryError):
        reason = OUT_OF_MEMORY
    elif isinstance(error, DatabaseError):
        reason = DATABASE_FAULT
    else:
        reason = OUR_FAULT
    if not uploads.turn(upload_id, Is.APPLIED, only_from=(Is.UNDOING,), fault=reason):
        uploads.turn(upload_id, Is.FAILED, only_from=uploads.WORKING, fault=reason)
