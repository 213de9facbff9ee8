"""Open data: one entry as linked data, in the words of schema.org and of OSLO Organisatie."""

from __future__ import annotations

import json
from dataclasses import dataclass

from catalogue.directory.entry_page import safe_website, schema_org
from catalogue.directory.vocabulary import Words
from catalogue.models import Location, Organisation, OrganisationWerkvorm
from catalogue.models.location import PointOrigin
from catalogue.models.werkvorm import werkvormen
from catalogue.opendata.graph import PREFIXES, Link, Text, Thing, Typed, as_json
from catalogue.web.words import ondernemingsnummer

# Our own terms are explained on /data, under these names.
CERTAINTY, CONFIRMED = "zekerheid", "bevestigd_op"
KBO = "Kruispuntbank van Ondernemingen"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are: the page of the entry, its file, /data, and the licence of the data."""

    page: str
    file: str
    data: str
    licence: str


def linked_data(organisation: Organisation, at: Addresses, words: Words) -> str:
    """A JSON-LD document that holds its own context: what we know, from whom, and how sure it is."""
    plain = schema_org(organisation, at.page, words)
    oslo = as_json(_organisation(organisation, at))
    document = {
        # Without a prefix a name is of schema.org.
        "@context": {"@vocab": PREFIXES["schema"], **PREFIXES, "lijst": f"{at.data}#"},
        **plain,
        "url": {"@id": plain["url"]},
        "subjectOf": _file(organisation, at),
        **oslo,
        "@type": [plain["@type"], *oslo["@type"]],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _file(organisation: Organisation, at: Addresses) -> dict[str, object]:
    edited = organisation.edited_at
    return {
        "@id": at.file,
        "@type": "DigitalDocument",
        "license": {"@id": at.licence},
        "isPartOf": {"@id": f"{at.data}#dataset"},
        "inLanguage": "nl",
        **({"dateModified": edited.isoformat(timespec="seconds")} if edited else {}),
    }


def _organisation(organisation: Organisation, at: Addresses) -> Thing:
    # Only who has a number is known to be registered (OSLO: registratie is then required).
    registered = ("regorg:RegisteredOrganization",) if organisation.ondernemingsnummer else ()
    website = safe_website(organisation.website)
    return (
        Thing(at.page, ("org:Organization", *registered, "foaf:Agent"))
        .having("skos:prefLabel", Text(organisation.name))
        .having("skos:altLabel", *map(Text, organisation.former_names))
        .having("regorg:registration", _registration(organisation))
        .having("org:classification", *(_werkvorm(link) for link in organisation.werkvormen))
        .having("org:hasSite", *(_site(location, organisation) for location in organisation.locations))
        .having("foaf:page", Link(website) if website else None)
        .having("dct:source", organisation.source)
        .having(f"lijst:{CERTAINTY}", organisation.zekerheid)
        .having(f"lijst:{CONFIRMED}", organisation.confirmed_on)
    )


def _registration(organisation: Organisation) -> Thing | None:
    number = organisation.ondernemingsnummer
    if not number:
        return None
    local = Thing("", ("generiek:GestructureerdeIdentificator",)).having(
        "generiek:lokaleIdentificator", number
    )
    return (
        Thing("", ("adms:Identifier",))
        .having("skos:notation", ondernemingsnummer(number))
        .having("adms:schemaAgency", Text(KBO))
        .having("generiek:gestructureerdeIdentificator", local)
    )


def _werkvorm(link: OrganisationWerkvorm) -> Thing | None:
    form = werkvormen().get(link.key)
    if form is None:
        return None
    return (
        Thing("", ("skos:Concept",))
        .having("skos:notation", form.key)
        .having("skos:prefLabel", Text(form.label))
    )


def _site(location: Location, organisation: Organisation) -> Thing:
    return (
        Thing("", ("org:Site",))
        .having("skos:prefLabel", Text(location.name) if location.name else None)
        .having("locn:address", _address(location))
        .having("locn:geometry", _point(location))
        .having("dct:source", location.source)
        .having(f"lijst:{CERTAINTY}", location.zekerheid or organisation.zekerheid)
    )


def _address(location: Location) -> Thing | None:
    gemeente = location.gemeente.name if location.gemeente else ""
    if not (gemeente or location.postcode or location.street):
        return None
    number = f"{location.house_number} bus {location.box}" if location.box else location.house_number
    return (
        Thing("", ("locn:Address",))
        .having("locn:thoroughfare", location.street)
        .having("locn:locatorDesignator", number)
        .having("adres:Adresvoorstelling.huisnummer", location.house_number)
        .having("adres:Adresvoorstelling.busnummer", location.box)
        .having("locn:postCode", location.postcode)
        .having("adres:gemeentenaam", Text(gemeente) if gemeente else None)
        .having("adres:land", Text("België"))
    )


def _point(location: Location) -> Typed | None:
    """Where it is; the middle of its gemeente is no fact about a site."""
    if location.lat is None or location.lon is None or location.point_origin == PointOrigin.GEMEENTE:
        return None
    return Typed(f"POINT ({location.lon} {location.lat})", "geosparql:wktLiteral")
