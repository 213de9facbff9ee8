"""Curation: the vocabulary of services: read, saved, removed, merged, brought back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import func, select, update

from catalogue.curation import history
from catalogue.curation.entries import Writer, load
from catalogue.curation.entrydata import EntryData, EntryError
from catalogue.curation.servicedata import (
    Fault,
    ServiceData,
    VocabularyError,
    faults,
    joined,
    service_from_json,
    service_json,
    tidy,
)
from catalogue.curation.write import Action, Actor, Change, Manner
from catalogue.extensions import db
from catalogue.models import Category, Offer, Organisation, Service, Status, WordMapping

# What the history calls a service.
SERVICE = "dienst"
GONE = "Deze dienst is er niet meer."
# After a merge, say: one sentence for all of its names.
NAMES_TAKEN = (
    "Namen of synoniemen van deze versie staan intussen bij een andere dienst ({diensten}). "
    "Haal ze daar eerst weg, en zet dan deze versie terug."
)


def services() -> dict[str, ServiceData]:
    """Every service by slug, in the order of the labels."""
    above = {row.id: row.slug for row in db.session.execute(select(Service.id, Service.slug))}
    columns = (
        Service.slug,
        Service.label,
        Service.sentence,
        Service.synonyms,
        Service.cpv,
        Service.category_slug,
        Service.broader_id,
    )
    return {
        row.slug: ServiceData(
            slug=row.slug,
            label=row.label,
            sentence=row.sentence,
            synonyms=tuple(row.synonyms),
            cpv=tuple(row.cpv),
            category=row.category_slug,
            broader=above.get(row.broader_id or 0),
        )
        for row in db.session.execute(select(*columns).order_by(func.lower(Service.label), Service.id))
    }


def categories() -> dict[str, str]:
    """The labels of the categories by slug, in their order."""
    rows = db.session.execute(
        select(Category.slug, Category.label).order_by(Category.position, Category.slug)
    )
    return {row.slug: row.label for row in rows}


def usage() -> dict[str, int]:
    """How many entries that are not withdrawn offer each service (slug) itself."""
    query = (
        select(Service.slug, func.count(Offer.organisation_id.distinct()))
        .join(Offer, Offer.service_id == Service.id)
        .join(Organisation, Organisation.id == Offer.organisation_id)
        .where(Organisation.status != Status.ARCHIVED)
        .group_by(Service.slug)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def users(slug: str) -> list[int]:
    """The ids of all entries that offer a service, also the withdrawn ones."""
    query = (
        select(Offer.organisation_id)
        .join(Service, Service.id == Offer.service_id)
        .where(Service.slug == slug)
        .distinct()
        .order_by(Offer.organisation_id)
    )
    return list(db.session.scalars(query))


def save_service(change: Change, data: ServiceData, action: Action | None = None) -> bool:
    """Bring a service to what `data` says, or make it; says whether anything changed.

    Raises VocabularyError for what cannot be kept.
    """
    return bool(put(change, [data], action=action))


def put(
    change: Change,
    wanted: Iterable[ServiceData],
    *,
    leaving: Collection[str] = (),
    action: Action | None = None,
) -> list[str]:
    """Bring several services to what is wanted; gives the slugs of those that changed.

    Only the outcome is looked at, so that names may go from one to another; the names of services that are
    `leaving` within the same change are free. Raises VocabularyError for what cannot be kept.
    """
    known = services()
    final = {slug: one for slug, one in known.items() if slug not in leaving}
    final |= {one.slug: one for one in map(tidy, wanted)}
    changed = [one for slug, one in final.items() if known.get(slug) != one]
    if wrong := [fault for one in changed for fault in faults(one, final, categories())]:
        raise VocabularyError(*wrong)
    for one in changed:
        if before := known.get(one.slug):
            keep_before(change, before)
        _write(one)
    db.session.flush()
    for one in changed:
        row = _row(one.slug)
        assert row is not None, "it was written just now"
        row.broader_id = _id(one.broader)
    if changed:
        change.touch_vocabulary()
        db.session.flush()
    for one in changed:
        done = action or (Action.EDITED if one.slug in known else Action.NEW)
        history.record(change, SERVICE, one.slug, done, service_json(one))
    return [one.slug for one in changed]


def _write(data: ServiceData) -> None:
    row = _row(data.slug) or Service(slug=data.slug)
    row.label, row.sentence, row.category_slug = data.label, data.sentence, data.category
    row.synonyms, row.cpv = list(data.synonyms), list(data.cpv)
    db.session.add(row)


def remove_service(change: Change, slug: str) -> None:
    """Take out a service that no entry uses; what stood under it goes to the service above it.

    Raises VocabularyError where it is used, or is not there.
    """
    known = services()
    if slug not in known:
        raise VocabularyError(Fault("", GONE))
    if number := len(users(slug)):
        has = "Eén organisatie heeft" if number == 1 else f"{number} organisaties hebben"
        raise VocabularyError(
            Fault("", f"{has} deze dienst nog, gearchiveerde meegeteld. Voeg ze samen met een andere dienst.")
        )
    put(change, moved_up(known, slug, None), leaving=(slug,))
    take_out(change, known[slug])


def merge(change: Change, source: str, target: str) -> int:
    """Make two services one: offers, names, codes and mapped words of `source` go to `target`.

    Gives how many entries it touched; raises VocabularyError for what cannot be joined.
    """
    known = services()
    if source not in known or target not in known or source == target:
        raise VocabularyError(Fault("met", "Kies een andere dienst om mee samen te voegen."))
    ids = users(source)
    replace_offers(change, ids, {source: target})
    db.session.execute(
        update(WordMapping).where(WordMapping.service_id == _id(source)).values(service_id=_id(target))
    )
    put(change, [*moved_up(known, source, target), joined(known, source, target)], leaving=(source,))
    take_out(change, known[source])
    return len(ids)


def moved_up(known: Mapping[str, ServiceData], slug: str, to: str | None) -> list[ServiceData]:
    """The services under one that goes, as they come to stand under `to`, or else under what stood above."""
    above = known[slug].broader
    over = {to, *_above(known, to)}
    return [
        replace(one, broader=above if to is None or one.slug in over else to)
        for one in known.values()
        if one.broader == slug
    ]


def _above(known: Mapping[str, ServiceData], slug: str | None) -> list[str]:
    chain: list[str] = []
    above = known[slug].broader if slug else None
    while above and above in known and above not in chain:
        chain.append(above)
        above = known[above].broader
    return chain


def take_out(change: Change, service: ServiceData) -> None:
    """Delete a service that nothing names any more."""
    keep_before(change, service)
    row = _row(service.slug)
    if row is not None:
        db.session.delete(row)
    change.touch_vocabulary()
    db.session.flush()
    history.record(change, SERVICE, service.slug, Action.REMOVED, None)


def restore(change: Change, revision_id: int, slug: str) -> bool:
    """Bring a service back to what it was in a revision of it, also one that was taken out.

    Raises VocabularyError for a state that cannot be any more.
    """
    version = next((one for one in history.versions(SERVICE, slug) if one.id == revision_id), None)
    if version is None or version.data is None:
        raise VocabularyError(Fault("", "Deze versie is er niet."))
    data, known = service_from_json(version.data), services()
    if data.broader not in known:
        data = replace(data, broader=None)
    try:
        return save_service(change, data, Action.RESTORED)
    except VocabularyError as error:
        others = sorted({known[fault.other].label for fault in error.faults if fault.other in known})
        if not others:
            raise
        raise VocabularyError(Fault("", NAMES_TAKEN.format(diensten=", ".join(others)))) from None


def replace_offers(change: Change, ids: list[int], others: Mapping[str, str]) -> None:
    """Give entries the service that takes the place of another (slug → slug) in each of their offers."""
    save_entries(
        change,
        (
            replace(
                entry,
                offers=tuple(
                    replace(one, service=others.get(one.service, one.service)) for one in entry.offers
                ),
            )
            for entry in list(load(ids))
        ),
    )


def save_entries(change: Change, entries: Iterable[EntryData]) -> None:
    """Save entries that the vocabulary touches; raises VocabularyError where one cannot be saved."""
    try:
        Writer(change).save_all(entries)
    except EntryError as error:
        raise VocabularyError(Fault("", f"Een organisatie kan niet bewaard worden: {error.reason}")) from None


def keep_before(change: Change, service: ServiceData) -> None:
    """Keep the state of a service that has no history yet, as what it began with."""
    if not history.versions(SERVICE, service.slug):
        start = replace(change, by=Actor(Manner.START))
        history.record(start, SERVICE, service.slug, Action.FIRST, service_json(service))


def _row(slug: str) -> Service | None:
    return db.session.scalar(select(Service).where(Service.slug == slug))


def _id(slug: str | None) -> int | None:
    return db.session.scalar(select(Service.id).where(Service.slug == slug))
