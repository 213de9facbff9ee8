"""The shortlist: organisations that someone chose, read from an address. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalogue.clauses.reasons import say
from catalogue.directory.clause_supply import MAATWERK, is_proven
from catalogue.directory.entries import Entry
from catalogue.directory.entry_page import art15_words, recognition_words, safe_website
from catalogue.directory.live import Directory
from catalogue.directory.mail import mailto
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.vocabulary import Words
from catalogue.extensions import db
from catalogue.models import SAMENWERKING, FormerSlug, Location, Offer, Organisation, Status
from catalogue.models.organisation import Art15Status
from catalogue.models.werkvorm import werkvormen
from catalogue.places import area
from catalogue.web.words import count, enumerate_words, freshness, long_date

# A buyer invites some; the motivation file takes no more either.
MAX_ORGANISATIONS = 50
# What a message repeats of a strange value.
SHOWN = 60
# Slugs are no longer than their column.
SLUG_LENGTH = 120


@dataclass(frozen=True, slots=True)
class AreaShown:
    """A work area in words, with the services that are done there."""

    text: str
    is_assumed: bool
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One organisation of a shortlist, ready to be shown."""

    id: int
    slug: str
    name: str
    url: str
    gemeenten: tuple[str, ...]
    werkvormen: tuple[str, ...]
    treden: tuple[int, ...]
    orderable: str
    services: tuple[str, ...]
    areas: tuple[AreaShown, ...]
    samenwerking: tuple[str, ...]
    reservation: str
    is_proven: bool
    art15: str
    recognitions: tuple[str, ...]
    confirmed_on: date | None
    freshness: str
    freshness_tone: str
    email: str
    phone: str
    website: str
    website_label: str


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The published ones of what was asked, in that order, and what to say of the others."""

    listed: tuple[Listed, ...]
    problems: tuple[str, ...]

    @property
    def slugs(self) -> tuple[str, ...]:
        """The present slugs, in order."""
        return tuple(one.slug for one in self.listed)

    @property
    def mailboxes(self) -> tuple[str, ...]:
        """Every known mailbox once."""
        return tuple(dict.fromkeys(one.email for one in self.listed if one.email))

    @property
    def without_mailbox(self) -> tuple[str, ...]:
        """The names of those that cannot be mailed."""
        return tuple(one.name for one in self.listed if not one.email)

    def mail_url(self, subject: str) -> str:
        """A mail to all of them, none seeing the others; empty where no mailbox is known."""
        return mailto(bcc=self.mailboxes, subject=subject) if self.mailboxes else ""


def read(directory: Directory, asked: Iterable[str], at_most: int = MAX_ORGANISATIONS) -> Shortlist:
    """Read the organisations of an address: each once, renamed ones followed, the others named."""
    slugs = list(dict.fromkeys(slug for text in asked if (slug := text.strip().lower())))
    problems = []
    if len(slugs) > at_most:
        problems.append(
            f"Een keuzelijst telt hoogstens {at_most} organisaties. "
            f"De laatste {len(slugs) - at_most} staan er niet op."
        )
        slugs = slugs[:at_most]
    # No slug is so long or holds a NUL, and PostgreSQL takes none in a text.
    sound = [slug for slug in slugs if len(slug) <= SLUG_LENGTH and "\0" not in slug]
    known, former = _organisations(sound)
    snapshot = directory.current()
    listed: dict[int, Listed] = {}
    for slug in slugs:
        organisation = known.get(slug) or former.get(slug)
        entry = snapshot.get(organisation.slug) if organisation else None
        if organisation and entry:
            listed.setdefault(organisation.id, _listed(organisation, entry, snapshot))
        else:
            problems.append(_missing(slug, organisation))
    return Shortlist(tuple(listed.values()), tuple(problems))


def name_of(slug: str) -> str:
    """The name of a published entry with this slug, or nothing."""
    if len(slug) > SLUG_LENGTH or "\0" in slug:
        return ""
    return (
        db.session.scalar(
            select(Organisation.name).where(
                Organisation.slug == slug, Organisation.status == Status.PUBLISHED
            )
        )
        or ""
    )


def _organisations(slugs: Sequence[str]) -> tuple[Mapping[str, Organisation], Mapping[str, Organisation]]:
    """By present and by former slug, with all that a shortlist shows of them."""
    former: dict[str, int] = {
        row.slug: row.organisation_id
        for row in db.session.execute(
            select(FormerSlug.slug, FormerSlug.organisation_id).where(FormerSlug.slug.in_(slugs))
        )
    }
    found = db.session.scalars(
        select(Organisation)
        .where(Organisation.slug.in_(slugs) | Organisation.id.in_(former.values()))
        .options(
            selectinload(Organisation.recognitions),
            selectinload(Organisation.locations).selectinload(Location.gemeente),
            selectinload(Organisation.offers).selectinload(Offer.location).selectinload(Location.gemeente),
        )
    ).all()
    by_id = {one.id: one for one in found}
    return {one.slug: one for one in found}, {
        slug: by_id[key] for slug, key in former.items() if key in by_id
    }


def _missing(slug: str, organisation: Organisation | None) -> str:
    """Why an organisation is not on the list; a draft is as unknown as any other word."""
    if organisation and organisation.status == Status.ARCHIVED:
        since = f" sinds {long_date(organisation.archived_on)}" if organisation.archived_on else ""
        return f"{organisation.name} staat{since} niet meer in de catalogus, en dus niet op deze lijst."
    shown = slug if len(slug) <= SHOWN else f"{slug[:SHOWN]}…"
    return f"We kennen geen organisatie met het adres '{shown}'. Ze staat niet op deze lijst."


def _listed(organisation: Organisation, entry: Entry, snapshot: Snapshot) -> Listed:
    fresh, tone = freshness(entry.confirmed_on, snapshot.today, entry.confirm_months)
    labels = [snapshot.words.services[slug].label for slug in entry.services]
    ways = dict.fromkeys(way for offer in organisation.offers for way in offer.samenwerking)
    return Listed(
        id=organisation.id,
        slug=organisation.slug,
        name=organisation.name,
        url=url_for("directory.entry", slug=organisation.slug),
        gemeenten=tuple(dict.fromkeys(site.gemeente for site in entry.sites if site.gemeente)),
        werkvormen=tuple(werkvormen()[key].label for key in entry.werkvormen if key in werkvormen()),
        treden=entry.treden,
        orderable=_orderable(entry, organisation),
        services=(*sorted(labels, key=str.casefold), *entry.free_services),
        areas=_areas(organisation, snapshot.words),
        samenwerking=tuple(label for way, label in SAMENWERKING.items() if way in ways),
        reservation=_reservation(entry),
        is_proven=_is_proven(entry),
        art15=art15_words(organisation),
        recognitions=tuple(recognition_words(one) for one in organisation.recognitions),
        confirmed_on=entry.confirmed_on,
        freshness=fresh,
        freshness_tone=tone,
        email=organisation.email,
        phone=organisation.phone,
        website=safe_website(organisation.website),
        website_label=urlsplit(organisation.website).netloc.removeprefix("www."),
    )


def _orderable(entry: Entry, organisation: Organisation) -> str:
    """Whether one can place an order with it."""
    if entry.is_orderable:
        return "ja"
    forms = [werkvormen()[key] for key in entry.werkvormen if key in werkvormen()]
    is_open = organisation.orderable is None and any(form.is_orderable is None for form in forms)
    return "na te vragen" if is_open or not forms else "nee"


def _areas(organisation: Organisation, words: Words) -> tuple[AreaShown, ...]:
    """Each work area once; its services are named where they are not the same everywhere."""
    names, regions = words.gazetteer.names, words.gazetteer.region_names
    found: dict[tuple[str, bool], dict[str, None]] = {}
    for offer in organisation.offers:
        if offer.service_id in words.by_id:
            stated = area.from_tokens(offer.area)
            text = area.describe(stated, names, regions) or "niet gekend"
            if stated.km is not None and not stated.vlaanderen:
                text += _around(offer, organisation)
            services = found.setdefault((text, offer.area_assumed), {})
            services[words.services[words.by_id[offer.service_id]].label] = None
    is_mixed = len({frozenset(services) for services in found.values()}) > 1
    return tuple(
        AreaShown(text, assumed, tuple(sorted(services, key=str.casefold)) if is_mixed else ())
        for (text, assumed), services in found.items()
    )


def _around(offer: Offer, organisation: Organisation) -> str:
    """In which gemeenten the sites lie that a radius is drawn around: only then do two areas compare."""
    sites = [offer.location] if offer.location else organisation.locations
    names = dict.fromkeys(site.gemeente.name for site in sites if site.gemeente)
    return f" in {enumerate_words(list(names))}" if names else ""


def _is_proven(entry: Entry) -> bool:
    """Whether it counts for a reservation without further question."""
    return MAATWERK in entry.werkvormen or is_proven(entry)


def _reservation(entry: Entry) -> str:
    """What an entry is for a reservation, in the words of the clause room."""
    if MAATWERK in entry.werkvormen:
        return say("aanbod-maatwerk")
    if is_proven(entry):
        return say("aanbod-art15-bewezen")
    is_declared = entry.art15_status == Art15Status.DECLARED
    return say("aanbod-art15-verklaard" if is_declared else "aanbod-art15-na-te-gaan")


def sentence(shortlist: Shortlist) -> str:
    """How many there are, in words."""
    return f"{count(len(shortlist.listed), 'organisatie', 'organisaties')} op deze keuzelijst"
