"""The room with the real vocabulary and entries of seeds/: what people in the Westhoek ask."""

import pytest

from catalogue.search.scan import ScanIndex
from catalogue.search.types import Reading
from tests.search.seeds import seed_documents, seed_vocabulary


@pytest.fixture(scope="module")
def scan() -> ScanIndex:
    return ScanIndex(seed_documents())


def read(scan: ScanIndex, question: str) -> Reading:
    return scan.search(question, seed_vocabulary())


def test_every_name_of_a_service_finds_that_service(scan: ScanIndex) -> None:
    missed = []
    for service in seed_vocabulary().services:
        for name in (service.label, *service.synonyms):
            terms = read(scan, name).terms
            first = {
                match.slug
                for term in terms
                for match in term.services
                if match.kind in ("dienst", "synoniem")
            }
            if service.slug not in first:
                missed.append(name)
    assert not missed


def test_every_organisation_is_found_first_by_its_name(scan: ScanIndex) -> None:
    missed = []
    for document in seed_documents():
        for name in (*document.names, *document.former_names):
            reading = read(scan, name)
            best = max((match.weight for term in reading.terms for match in term.own.values()), default=0.0)
            own = max(
                (term.own[document.id].weight for term in reading.terms if document.id in term.own),
                default=-1.0,
            )
            if own < best or reading.corrected:
                missed.append(name)
    assert not missed


def test_every_place_is_read_as_a_place_after_in(scan: ScanIndex) -> None:
    missed = [
        place.label
        for place in seed_vocabulary().places
        if place.kind in ("gemeente", "postcode", "deelgemeente") and "(" not in place.label
        if (reading := read(scan, f"schoonmaak in {place.label}")).place is None
        or (not set(place.nis) & set(reading.place.nis) and place.kind != "deelgemeente")
    ]
    assert not missed


@pytest.mark.parametrize(
    ("question", "slug", "nis"),
    [
        ("poetshulp in Poperinge", "poetshulp-aan-huis", "33021"),
        ("hydranten Westhoek", "hydranten-nakijken", "33011"),
        ("verpakken 8900", "verpakken", "33011"),
        ("fietspunt vlakbij Beselare", "fietspunt-en-fietsenstalling", "33037"),
        ("groenonderhoud in Ieper", "groenonderhoud", "33011"),
        ("onderhoud van groen te Veurne", "groenonderhoud", "38025"),
    ],
)
def test_the_questions_of_the_issue_are_understood(
    scan: ScanIndex, question: str, slug: str, nis: str
) -> None:
    reading = read(scan, question)
    assert reading.place is not None
    assert nis in reading.place.nis
    assert [term.services[0].slug for term in reading.terms] == [slug]


@pytest.mark.parametrize(
    "question", ["oogarts in Ieper", "tandarts", "website maken", "kapper aan huis", "notaris"]
)
def test_what_nobody_does_is_answered_by_nobody(scan: ScanIndex, question: str) -> None:
    assert read(scan, question).is_unanswerable
