"""The page of one organisation: read from the tables, in plain words, with its JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalogue.directory.criteria import Criteria
from catalogue.directory.find import find
from catalogue.directory.live import Directory
from catalogue.directory.present import hit_shown
from catalogue.directory.shown import (
    EntryShown,
    HitShown,
    LocationShown,
    ServiceShown,
    TredeShown,
    WerkvormShown,
)
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.vocabulary import Words
from catalogue.extensions import db
from catalogue.models import (
    SAMENWERKING,
    FormerSlug,
    Location,
    Offer,
    Organisation,
    OrganisationWerkvorm,
    Recognition,
)
from catalogue.models.organisation import Art15Status, Zekerheid
from catalogue.models.trede import treden
from catalogue.models.werkvorm import Werkvorm, werkvormen
from catalogue.places import area
from catalogue.places.distance import Point
from catalogue.places.gazetteer import Centre
from catalogue.plain_json import without_markup
from catalogue.web.words import enumerate_words, freshness, long_date, number, ondernemingsnummer

NEARBY = 5
NEARBY_KM = 40

CERTAINTY: Mapping[str, str] = {
    Zekerheid.SURE: "De bronnen zijn betrouwbaar. De organisatie bevestigde het zelf nog niet.",
    Zekerheid.LIKELY: "Waarschijnlijk juist. Nog te bevestigen door de organisatie.",
    Zekerheid.UNSURE: "Afgeleid of mogelijk verouderd. Nog te bevestigen door de organisatie.",
}
ORDERABLE = {
    True: "U kunt hier een opdracht plaatsen.",
    False: "Dit is geen leverancier: een opdracht plaatsen kan hier niet.",
    None: "Vraag na of u hier een opdracht kunt plaatsen.",
}


def organisation_by_slug(slug: str) -> Organisation | None:
    """The organisation with this slug and all that its page shows, whatever its status."""
    found: Organisation | None = db.session.scalar(
        select(Organisation)
        .where(Organisation.slug == slug)
        .options(
            selectinload(Organisation.werkvormen),
            selectinload(Organisation.recognitions),
            selectinload(Organisation.locations).selectinload(Location.gemeente),
            selectinload(Organisation.offers).selectinload(Offer.location),
        )
    )
    return found


def present_slug(slug: str) -> str | None:
    """The slug of an entry under this or, for a renamed one, a former slug."""
    session = db.session
    own: str | None = session.scalar(select(Organisation.slug).where(Organisation.slug == slug))
    if own:
        return own
    former: str | None = session.scalar(
        select(Organisation.slug).join(FormerSlug).where(FormerSlug.slug == slug)
    )
    return former


def entry_shown(directory: Directory, organisation: Organisation, public_url: str) -> EntryShown:
    """All that the page of an organisation shows."""
    snapshot = directory.current()
    words = snapshot.words
    locations = tuple(
        _location(location, number_, words) for number_, location in enumerate(organisation.locations, 1)
    )
    services = tuple(_services(organisation.offers, words))
    forms = tuple(
        _werkvorm(link, organisation) for link in organisation.werkvormen if link.key in werkvormen()
    )
    steps = sorted({trede for form in forms for trede in form.treden})
    fresh, tone = freshness(organisation.confirmed_on, snapshot.today, organisation.confirm_months)
    text = organisation.description or organisation.summary
    return EntryShown(
        slug=organisation.slug,
        name=organisation.name,
        url=public_url,
        former_names=tuple(organisation.former_names),
        summary=organisation.summary,
        description=tuple(part for part in text.splitlines() if part.strip()),
        werkvormen=forms,
        treden=tuple(trede_shown(number_) for number_ in steps if number_ in treden()),
        services=services,
        free_services=tuple(organisation.free_services),
        locations=locations,
        website=safe_website(organisation.website),
        website_label=urlsplit(organisation.website).netloc.removeprefix("www."),
        email=organisation.email,
        phone=organisation.phone,
        ondernemingsnummer=ondernemingsnummer(organisation.ondernemingsnummer),
        legal_form=organisation.legal_form,
        recognitions=tuple(recognition_words(one) for one in organisation.recognitions),
        art15=art15_words(organisation),
        source=organisation.source,
        zekerheid=organisation.zekerheid,
        zekerheid_explanation="" if organisation.confirmed_on else CERTAINTY.get(organisation.zekerheid, ""),
        confirmed_on=organisation.confirmed_on,
        freshness=fresh,
        freshness_tone=tone,
        report_url=url_for("proposals.propose", slug=organisation.slug) if organisation.slug else "",
        nearby=_nearby(directory, snapshot, organisation),
        map_url=url_for("maps.page", q=organisation.name),
        json_ld=json_ld(organisation, public_url, words),
    )


def safe_website(address: str) -> str:
    """A web address that may stand in a link; anything but http and https is left out."""
    return address if urlsplit(address).scheme in ("http", "https") else ""


def trede_shown(number_: int) -> TredeShown:
    """A rung of the ladder."""
    trede = treden()[number_]
    return TredeShown(
        number_, trede.naam, trede.uitleg, trede.wie, url_for("directory.trede", number=number_)
    )


def _werkvorm(link: OrganisationWerkvorm, organisation: Organisation) -> WerkvormShown:
    form: Werkvorm = werkvormen()[link.key]
    orderable = form.is_orderable if form.is_orderable is not None else organisation.orderable
    return WerkvormShown(
        label=form.label,
        explanation=form.uitleg,
        treden=tuple(link.treden) or form.treden,
        orderable=ORDERABLE[orderable],
        source=form.bron,
    )


def _services(offers: Iterable[Offer], words: Words) -> Iterable[ServiceShown]:
    """Each service once per work area and way of working, with the locations from which it is done."""
    names, regions = words.gazetteer.names, words.gazetteer.region_names
    places: dict[tuple[str, str, bool, tuple[str, ...], str], list[str]] = {}
    for offer in offers:
        key = (
            words.by_id[offer.service_id],
            area.describe(area.from_tokens(offer.area), names, regions),
            offer.area_assumed,
            tuple(SAMENWERKING[way] for way in offer.samenwerking if way in SAMENWERKING),
            offer.note,
        )
        places.setdefault(key, []).append(_place(offer.location, words) if offer.location else "")
    for (slug, described, assumed, ways, note), found in sorted(
        places.items(), key=lambda item: words.services[item[0][0]].label.casefold()
    ):
        yield ServiceShown(
            label=words.services[slug].label,
            url=url_for("directory.service", slug=slug),
            area=described,
            assumed=assumed,
            location=enumerate_words([name for name in dict.fromkeys(found) if name]),
            samenwerking=ways,
            note=note,
        )


def _place(location: Location, words: Words) -> str:
    """What to call a location: its name, or else its gemeente."""
    gemeente = words.gemeenten.get(location.gemeente_nis or "")
    return location.name or (gemeente.naam if gemeente else "")


def _location(location: Location, number_: int, words: Words) -> LocationShown:
    house = f"{location.house_number} bus {location.box}" if location.box else location.house_number
    street = f"{location.street} {house}".strip()
    gemeente = words.gemeenten.get(location.gemeente_nis or "")
    town = f"{location.postcode} {gemeente.naam if gemeente else ''}".strip()
    return LocationShown(
        name=location.name,
        address=tuple(filter(None, [street, town])),
        gemeente=gemeente.naam if gemeente else "",
        gemeente_url=url_for("directory.gemeente", slug=gemeente.slug) if gemeente else "",
        lat=location.lat,
        lon=location.lon,
        approximate=location.point_origin == "gemeente",
        description=location.description,
        zekerheid=location.zekerheid,
        number=number_,
    )


def recognition_words(held: Recognition) -> str:
    """A recognition or label with its class and last day."""
    until = f"(tot {long_date(held.valid_until)})" if held.valid_until else ""
    return " ".join(filter(None, [held.kind, held.klass, until]))


def art15_words(organisation: Organisation) -> str:
    """What is known of the share of art. 15; nothing is shown where nothing is known."""
    if organisation.art15_status == Art15Status.UNKNOWN or organisation.art15_percent is None:
        return ""
    how = (
        "erkend"
        if organisation.art15_status == Art15Status.RECOGNISED
        else "door de organisatie zelf verklaard"
    )
    day = f", {long_date(organisation.art15_on)}" if organisation.art15_on else ""
    return f"{number(organisation.art15_percent)} % ({how}{day})"


def _nearby(directory: Directory, snapshot: Snapshot, organisation: Organisation) -> tuple[HitShown, ...]:
    """Others that do the same near here."""
    entry = snapshot.get(organisation.slug)
    site = next((site for site in entry.sites if site.point), None) if entry else None
    if entry is None or site is None or site.point is None or not entry.services:
        return ()
    criteria = Criteria(
        dienst=entry.services,
        rond=Centre(site.point, organisation.name),
        straal=NEARBY_KM,
        sorteer="afstand",
        per_pagina=NEARBY + 1,
    )
    found = find(directory, criteria, facets=False)
    others = [hit for hit in found.hits if hit.entry.id != entry.id][:NEARBY]
    shown = (hit_shown(hit, n, snapshot.words, snapshot.today) for n, hit in enumerate(others, 1))
    return tuple(replace(one, reasons=one.reasons[:1]) for one in shown)


def json_ld(organisation: Organisation, public_url: str, words: Words) -> str:
    """The entry as schema.org JSON-LD, safe to stand inside a script element."""
    document = {"@context": "https://schema.org", **schema_org(organisation, public_url, words)}
    return without_markup(json.dumps(document, ensure_ascii=False)).replace("&", "\\u0026")


def schema_org(organisation: Organisation, public_url: str, words: Words) -> dict[str, Any]:
    """The facts of an entry in the words of schema.org; a work area that is only assumed is left out."""
    offers: dict[str, dict[str, Any]] = {}
    for offer in organisation.offers:
        service = words.services[words.by_id[offer.service_id]]
        item = offers.setdefault(
            service.slug,
            {"@type": "Offer", "itemOffered": {"@type": "Service", "name": service.label}},
        )
        if not offer.area_assumed:
            served = sorted(words.gazetteer.names[nis] for nis in _stated(offer, words))
            if served:
                item["itemOffered"]["areaServed"] = [
                    {"@type": "AdministrativeArea", "name": name} for name in served
                ]
    document = {
        "@type": "Organization",
        "@id": public_url,
        "url": safe_website(organisation.website) or public_url,
        "name": organisation.name,
        "alternateName": organisation.former_names,
        "description": organisation.summary or organisation.description,
        "email": organisation.email,
        "telephone": organisation.phone,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "KBO",
            "value": ondernemingsnummer(organisation.ondernemingsnummer),
        }
        if organisation.ondernemingsnummer
        else None,
        "location": [_place_of(location) for location in organisation.locations],
        "makesOffer": list(offers.values()),
    }
    return _said(document)


def _place_of(location: Location) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": f"{location.street} {location.house_number}".strip(),
        "postalCode": location.postcode,
        "addressLocality": location.gemeente.name if location.gemeente else "",
        "addressCountry": "BE",
    }
    return _said({"@type": "Place", "name": location.name, "address": _said(address)})


def _said(members: Mapping[str, Any]) -> dict[str, Any]:
    """What holds something: nothing is said by an empty text or list."""
    return {key: value for key, value in members.items() if value}


def _stated(offer: Offer, words: Words) -> frozenset[str]:
    points = []
    sites = [offer.location] if offer.location else offer.organisation.locations
    for site in sites:
        if site.lat is not None and site.lon is not None:
            points.append(Point(site.lat, site.lon))
    return area.resolve(
        area.from_tokens(offer.area),
        sites=points,
        gemeente_points=words.gazetteer.points,
        regios=words.gazetteer.region_gemeenten,
    )
