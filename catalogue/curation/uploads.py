"""Curation: the files that somebody uploaded, how far each is, and what was answered about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import undefer

from catalogue.curation import free_words
from catalogue.curation.history import ENTRY
from catalogue.curation.write import Action
from catalogue.exchange.answers import Answers
from catalogue.extensions import db
from catalogue.models import Account, Gemeente, Revision, Service, Upload, UploadStatus
from catalogue.models.upload import UploadStatus as Is
from catalogue.web.words import add_months

# While one of these holds, a process is at work on it.
WORKING = (Is.WAITING, Is.READING, Is.WRITING, Is.UNDOING)
# What can be looked at, answered and begun anew.
OPEN = (Is.WAITING, Is.READING, Is.READY, Is.WRITING, Is.FAILED)
FILENAME_LENGTH = 200
FAULT_LENGTH = 500
# So many months after the last work at it the file itself is erased; /privacy says so.
KEPT_MONTHS = 12
# In the report of an upload whose file was erased.
ERASED = "gewist"
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """An upload in the list."""

    id: int
    filename: str
    status: str
    who: str
    created_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    fault: str


def listed(account: Account) -> list[Listed]:
    """The last uploads of this account, newest first; a beheerder sees those of everybody."""
    query = (
        select(
            Upload.id,
            Upload.filename,
            Upload.status,
            func.coalesce(Account.email, "").label("who"),
            Upload.created_at,
            Upload.applied_at,
            Upload.undone_at,
            Upload.fault,
        )
        .outerjoin(Account, Account.id == Upload.account_id)
        .order_by(Upload.id.desc())
        .limit(PER_PAGE)
    )
    if not account.is_beheerder:
        query = query.where(Upload.account_id == account.id)
    return [Listed(**row._asdict()) for row in db.session.execute(query)]


def ready(account: Account) -> int:
    """How many uploads of this account wait to be looked at."""
    query = select(func.count(Upload.id)).where(Upload.status == Is.READY, Upload.account_id == account.id)
    return db.session.scalar(query) or 0


def find(upload_id: int, *, with_report: bool = True) -> Upload | None:
    """One upload as it is now, without its content."""
    options = [undefer(Upload.report)] if with_report else []
    return db.session.get(Upload, upload_id, options=options, populate_existing=True)


def content(upload_id: int) -> bytes:
    """The file itself."""
    return db.session.scalar(select(Upload.content).where(Upload.id == upload_id)) or b""


def store(
    filename: str, data: bytes, account_id: int | None, choices: Mapping[str, Any] | None = None
) -> int:
    """Keep a file; gives its id."""
    upload = Upload(
        filename=filename[-FILENAME_LENGTH:],
        content=data,
        account_id=account_id,
        status=Is.WAITING,
        choices=dict(choices or {}),
        report={},
        created_at=datetime.now(UTC),
        touched_at=datetime.now(UTC),
    )
    db.session.add(upload)
    db.session.commit()
    return upload.id


def copy(upload: Upload, account_id: int) -> int:
    """The same file with the same answers as a new upload, to be taken in once more; gives its id."""
    return store(upload.filename, content(upload.id), account_id, upload.choices)


def remove(upload_id: int) -> bool:
    """Throw away a file that was not taken in."""
    found = db.session.execute(
        delete(Upload).where(Upload.id == upload_id, Upload.status.in_((Is.READY, Is.FAILED, *WORKING)))
    )
    db.session.commit()
    return bool(found.rowcount)  # type: ignore[attr-defined]


def erase(today: date) -> int:
    """Erase files that nobody worked at for 12 months; gives how many.

    One that was never taken in goes whole; of one that was, its counts stay: the history names it.
    """
    before = datetime.combine(add_months(today, -KEPT_MONTHS), time(), UTC)
    old = func.coalesce(Upload.touched_at, Upload.created_at) < before
    query = select(Upload).where(old, func.length(Upload.content) > 0).options(undefer(Upload.report))
    found = list(db.session.scalars(query))
    for one in found:
        if one.status in (Is.APPLIED, Is.UNDONE):
            kept = {name: one.report[name] for name in ("aantal", "terug") if name in one.report}
            one.content, one.choices, one.report = b"", {}, kept | {ERASED: True}
        else:
            db.session.delete(one)
    db.session.commit()
    return len(found)


def turn(
    upload_id: int,
    status: UploadStatus,
    *,
    only_from: tuple[UploadStatus, ...] = (),
    fault: str = "",
    commit: bool = True,
    **values: Any,
) -> bool:
    """Bring an upload to another status; False where it has none of `only_from`, or is gone."""
    statement = update(Upload).where(Upload.id == upload_id)
    if only_from:
        statement = statement.where(Upload.status.in_(only_from))
    now = datetime.now(UTC)
    done = db.session.execute(
        statement.values(status=status, fault=fault[:FAULT_LENGTH], touched_at=now, **values)
    )
    if commit:
        db.session.commit()
    return bool(done.rowcount)  # type: ignore[attr-defined]


def choose(upload: Upload, **choices: Any) -> None:
    """Keep what was answered beside what was answered before; the caller turns the upload, which commits."""
    merged = dict(upload.choices)
    for key, value in choices.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict) and key != "kolommen":
            merged[key] = known | value
        elif isinstance(known, list) and isinstance(value, list) and key == "apart":
            merged[key] = list(dict.fromkeys([*known, *value]))
        else:
            merged[key] = value
    upload.choices = merged


def who(upload: Upload) -> int | None:
    """The account that works at it: a beheerder may take over what a regisseur uploaded."""
    given: int | None = upload.choices.get("wie", upload.account_id)
    return given


def remember_words(words: Mapping[str, str], account_id: int) -> None:
    """What words mean, by slug (empty: leave it a free word); the caller commits."""
    for word, slug in words.items():
        free_words.remember(word, slug, account_id)


def service_labels() -> dict[str, str]:
    """Every service by its slug, in the order of the labels."""
    return {
        row.slug: row.label
        for row in db.session.execute(select(Service.slug, Service.label).order_by(Service.label))
    }


def gemeente_names() -> list[str]:
    """Every gemeente by name, to choose from."""
    return list(db.session.scalars(select(Gemeente.name).order_by(Gemeente.name)))


def answers(choices: Mapping[str, Any]) -> Answers:
    """The answers of an upload as a plan takes them."""
    return Answers(
        places=dict(choices.get("plaatsen", {})),
        same=dict(choices.get("dezelfde", {})),
        apart=frozenset(choices.get("apart", ())),
        revived=_withdrawn_by_undo(),
    )


def columns(choices: Mapping[str, Any]) -> dict[int, str] | None:
    """Which column stands where, as somebody said; None where nobody did."""
    said = choices.get("kolommen")
    return None if said is None else {int(place): column for place, column in said.items() if column}


def _withdrawn_by_undo() -> frozenset[int]:
    """Ids of entries that are archived only because their import was undone.

    A corrected file that names them brings them back; one that somebody archived stays archived.
    """
    last = select(func.max(Revision.id)).where(Revision.kind == ENTRY).group_by(Revision.key)
    query = (
        select(Revision.key)
        .join(Upload, Upload.id == Revision.upload_id)
        .where(Revision.id.in_(last), Revision.action == Action.ARCHIVED, Upload.status == Is.UNDONE)
    )
    return frozenset(int(key) for key in db.session.scalars(query))
