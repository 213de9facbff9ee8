"""Curation: words for services that the vocabulary does not know, and what somebody said they mean."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import String, cast, select

from catalogue.curation.entries import load
from catalogue.curation.entrydata import EntryData, OfferData
from catalogue.curation.permits import editable
from catalogue.curation.vocabulary import save_entries
from catalogue.curation.write import Change
from catalogue.exchange.known import word_key
from catalogue.extensions import db
from catalogue.models import Account, Organisation, Service, Status, WordMapping

WORD_LENGTH = 200


@dataclass(frozen=True, slots=True)
class FreeWord:
    """A word as most entries write it, and the ids of the entries that do."""

    word: str
    ids: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a word of a file means; `slug` and `label` are empty for a word that stays one of its own."""

    word: str
    slug: str
    label: str
    at: datetime


def free_words(account: Account) -> list[FreeWord]:
    """The free words of the entries that this account may edit, the most used first.

    A word that somebody said is to stay one is left out.
    """
    stays = {word_key(one.word) for one in mappings() if not one.slug}
    has_words = cast(Organisation.free_services, String) != "[]"
    query = (
        select(Organisation.id, Organisation.free_services)
        .where(Organisation.status != Status.ARCHIVED, has_words, editable(account))
        .order_by(Organisation.id)
    )
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    ids: dict[str, dict[int, None]] = defaultdict(dict)
    for row in db.session.execute(query):
        for word in row.free_services:
            spelled[word_key(word)][word] += 1
            ids[word_key(word)][row.id] = None
    found = [
        FreeWord(spelled[key].most_common(1)[0][0], tuple(ids[key]))
        for key in spelled
        if key and key not in stays
    ]
    return sorted(found, key=lambda one: (-one.count, one.word.casefold()))


def free_word(account: Account, word: str) -> FreeWord | None:
    """One of them, however it is written; None where no entry of this account has it."""
    key = word_key(word)
    return next((one for one in free_words(account) if word_key(one.word) == key), None)


@dataclass(frozen=True, slots=True)
class EntryWithWord:
    """An entry that says a word, and whether it offers the service already."""

    id: int
    slug: str
    name: str
    is_published: bool
    has_service: bool


def entries_of(ids: Sequence[int], service: str) -> list[EntryWithWord]:
    """Entries by name, and which of them offer a service (slug) already."""
    return sorted(
        (
            EntryWithWord(
                id=entry.id or 0,
                slug=entry.slug,
                name=entry.name,
                is_published=entry.status == Status.PUBLISHED,
                has_service=any(offer.service == service for offer in entry.offers),
            )
            for entry in load(ids)
        ),
        key=lambda entry: entry.name.casefold(),
    )


def as_offers(change: Change, word: str, service: str, ids: Sequence[int]) -> int:
    """Make offers of a service (slug) of a free word of these entries; gives how many entries had it.

    Nobody said where: the area of such an offer is assumed, and it holds for all sites. Raises
    VocabularyError where an entry cannot be saved.
    """
    key = word_key(word)
    changed = [
        _as_offer(entry, key, service)
        for entry in load(ids)
        if any(word_key(one) == key for one in entry.free_services)
    ]
    save_entries(change, changed)
    return len(changed)


def _as_offer(entry: EntryData, key: str, service: str) -> EntryData:
    has = any(offer.service == service for offer in entry.offers)
    return replace(
        entry,
        free_services=tuple(word for word in entry.free_services if word_key(word) != key),
        offers=entry.offers if has else (*entry.offers, OfferData(service)),
    )


def mappings() -> list[Mapped]:
    """What words of files were said to mean, by word."""
    query = (
        select(WordMapping.word, WordMapping.at, Service.slug, Service.label)
        .outerjoin(Service, Service.id == WordMapping.service_id)
        .order_by(WordMapping.word)
    )
    return [Mapped(row.word, row.slug or "", row.label or "", row.at) for row in db.session.execute(query)]


def remember(word: str, slug: str, account_id: int | None) -> None:
    """Remember what a word of a file means, in the running transaction; no slug: it stays a free word."""
    service_id = db.session.scalar(select(Service.id).where(Service.slug == slug)) if slug else None
    row = _mapping(word) or WordMapping(word=word[:WORD_LENGTH])
    row.service_id, row.account_id, row.at = service_id, account_id, datetime.now(UTC)
    db.session.add(row)


def stay_free(word: str, account_id: int | None) -> None:
    """Remember that a word is no service: it stays on its entries, and nobody is asked about it any more."""
    remember(word, "", account_id)
    db.session.commit()


def _mapping(word: str) -> WordMapping | None:
    """What is remembered of a word, however it is written."""
    key = word_key(word)
    return next((row for row in db.session.scalars(select(WordMapping)) if word_key(row.word) == key), None)


def set_mapping(word: str, slug: str, account_id: int | None) -> bool:
    """Change what a word of a file means; False where it is not remembered, or there is no such service."""
    if _mapping(word) is None or (
        slug and db.session.scalar(select(Service.id).where(Service.slug == slug)) is None
    ):
        return False
    remember(word, slug, account_id)
    db.session.commit()
    return True


def forget(word: str) -> bool:
    """Forget what a word of a file means: the next file asks again."""
    row = _mapping(word)
    if row is None:
        return False
    db.session.delete(row)
    db.session.commit()
    return True
