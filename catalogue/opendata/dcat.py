"""Open data: the catalogue described for other catalogues, as DCAT-AP Vlaanderen asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalogue.config import Contact
from catalogue.data.opendata import Described, Form, Terms
from catalogue.opendata.graph import Link, Text, Thing

IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Site:
    """What the description must know of this site.

    `page` is the address of /data; `files` has the address of each form, `sources` whom we thank.
    """

    name: str
    contact: Contact
    licence: str
    page: str
    contact_page: str
    api: str
    api_description: str
    files: Mapping[str, str]
    sources: Sequence[str]
    issued: datetime | None
    modified: datetime


def describe(site: Site, terms: Terms) -> tuple[Thing, ...]:
    """The catalogue with its records, the data set, its forms, the API and who publishes them."""
    return (
        _catalogue(site, terms),
        *_records(site, terms),
        _dataset(site, terms),
        *(_distribution(site, form) for form in terms.distributies),
        _service(site, terms),
        _publisher(site),
        *_documents(site, terms),
    )


def _at(site: Site, name: str) -> str:
    return f"{site.page}#{name}"


def _named(site: Site, name: str, words: Described, *kinds: str) -> Thing:
    id = _at(site, name)
    return (
        Thing(id, kinds)
        .having("dct:identifier", id)
        .having("dct:title", Text(words.titel.format(site=site.name)))
        .having("dct:description", Text(words.beschrijving.format(site=site.name)))
    )


def _published(site: Site, thing: Thing) -> Thing:
    return thing.having("dct:publisher", Link(_at(site, "uitgever"))).having(
        "dcat:contactPoint", _contact(site)
    )


def _catalogue(site: Site, terms: Terms) -> Thing:
    return (
        _published(site, _named(site, "catalogus", terms.catalogus, "dcat:Catalog"))
        .having("dct:license", Link(terms.catalogus.licentie))
        .having("dct:language", Link(terms.taal))
        .having("dct:spatial", Link(terms.gebied))
        .having("dct:issued", site.issued)
        .having("dct:modified", site.modified)
        .having("foaf:homepage", Link(site.page))
        .having("dcat:record", *(Link(_at(site, f"record-{name}")) for name in ("dataset", "api")))
        .having("dcat:dataset", Link(_at(site, "dataset")))
        .having("dcat:service", Link(_at(site, "api")))
    )


def _records(site: Site, terms: Terms) -> Iterator[Thing]:
    for name, words in (("dataset", terms.dataset), ("api", terms.dienst)):
        id = _at(site, f"record-{name}")
        yield (
            Thing(id, ("dcat:CatalogRecord",))
            .having("dct:identifier", id)
            .having("dct:title", Text(words.titel.format(site=site.name)))
            .having("foaf:primaryTopic", Link(_at(site, name)))
            .having("dct:conformsTo", Link(terms.profiel.adres))
            .having("dct:issued", site.issued)
            .having("dct:modified", site.modified)
        )


def _dataset(site: Site, terms: Terms) -> Thing:
    return (
        _published(site, _resource(site, terms, "dataset", terms.dataset, "dcat:Dataset"))
        .having("dct:language", Link(terms.taal))
        .having("dct:spatial", Link(terms.gebied))
        .having("dct:accrualPeriodicity", Link(terms.frequentie))
        .having("dct:issued", site.issued)
        .having("dct:provenance", *(_source(text) for text in site.sources))
        .having("dcat:distribution", *(Link(_at(site, form.vorm)) for form in terms.distributies))
    )


def _resource(site: Site, terms: Terms, name: str, words: Described, kind: str) -> Thing:
    return (
        _named(site, name, words, kind)
        .having("dct:accessRights", Link(terms.toegang))
        .having("mdcat:statuut", Link(words.statuut))
        .having("dcat:theme", *map(Link, terms.themas))
        .having("dcat:keyword", *map(Text, terms.trefwoorden))
        .having("dcat:landingPage", Link(site.page))
        .having("dct:modified", site.modified)
    )


def _source(text: str) -> Thing:
    return Thing("", ("dct:ProvenanceStatement",)).having("rdfs:label", Text(text))


def _distribution(site: Site, form: Form) -> Thing:
    words = Described(form.titel, form.beschrijving)
    packed = Link(IANA + form.mediatype) if form.vorm == "zip" else None
    return (
        _named(site, form.vorm, words, "dcat:Distribution")
        .having("dct:license", Link(site.licence))
        .having("dcat:accessURL", Link(site.page))
        .having("dcat:downloadURL", Link(site.files[form.vorm]))
        .having("dct:format", Link(form.bestandstype))
        .having("dcat:mediaType", Link(IANA + form.mediatype))
        .having("dcat:packageFormat", packed)
        .having("dct:modified", site.modified)
    )


def _service(site: Site, terms: Terms) -> Thing:
    return (
        _published(site, _resource(site, terms, "api", terms.dienst, "dcat:DataService"))
        .having("dct:license", Link(site.licence))
        .having("dcat:endpointURL", Link(site.api))
        .having("dcat:endpointDescription", Link(site.api_description))
        .having("dcat:servesDataset", Link(_at(site, "dataset")))
    )


def _publisher(site: Site) -> Thing:
    return (
        Thing(_at(site, "uitgever"), ("foaf:Agent", "dct:Agent"))
        .having("foaf:name", Text(site.contact.name or site.name))
        .having("foaf:homepage", Link(site.contact_page))
    )


def _contact(site: Site) -> Thing:
    mail, phone = site.contact.mail, site.contact.phone
    digits = "".join(letter for letter in phone if letter in "+0123456789")
    return (
        Thing("", ("vcard:Organization", "vcard:Kind"))
        .having("vcard:fn", Text(site.contact.name or site.name))
        .having("vcard:hasEmail", Link(f"mailto:{mail}") if mail else None)
        .having("vcard:hasTelephone", Link(f"tel:{digits}") if digits else None)
        .having("vcard:hasURL", Link(site.contact_page))
        .having("foaf:page", Link(site.contact_page))
    )


def _documents(site: Site, terms: Terms) -> Iterator[Thing]:
    """What we link to of others and must be able to name: the profile and the licences."""
    yield (
        Thing(terms.profiel.adres, ("dct:Standard",))
        .having("dct:title", Text(terms.profiel.titel))
        .having("dct:description", Text(terms.profiel.beschrijving))
    )
    for address in dict.fromkeys((terms.catalogus.licentie, site.licence)):
        name = Text(terms.licence(address).naam)
        yield Thing(address, ("dct:LicenseDocument",)).having("dct:title", name)
