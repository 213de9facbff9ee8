"""A small published catalogue on a real database and index, made once; the tests only read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from flask import Flask

from catalogue.config import Contact, Settings
from catalogue.curation.entries import archive as withdraw
from catalogue.curation.entries import find, save
from catalogue.curation.entrydata import RecognitionData, WerkvormData
from catalogue.curation.write import change
from catalogue.directory.live import Directory
from catalogue.models import Status
from tests.audit import AuditingClient
from tests.builders import (
    IEPER,
    POPERINGE,
    VEURNE,
    app_with,
    copied,
    entry,
    offer,
    organisations,
    site,
)

WERVIK, KORTRIJK = "33029", "34022"
# The freshness filter counts back from the day of the test.
LAST_MONTH = date.today() - timedelta(days=20)  # noqa: DTZ011
LONG_AGO = date(2020, 5, 4)
LAUNDRIES = 25


@contextmanager
def world(
    vocabularies: Settings, folder: Path, entries: Callable[[], object] | None = None
) -> Iterator[Flask]:
    """The site with the entries of `fill`, or others, its text index built."""
    contact = Contact.parse("Het meldpunt, meldpunt@voorbeeld.example")
    with copied(vocabularies, folder / "data", contact=contact) as settings, app_with(settings) as app:
        app.test_client_class = AuditingClient
        with app.app_context():
            (entries or fill)()
            live: Directory = app.extensions["directory"]
            live.current()
            assert live.index.wait_until_built()
        yield app


def fill() -> None:
    """Entries that each stand for a rule of design.md."""
    organisations(
        entry(
            "Groen en Net",
            summary="Onderhoudt groen en gebouwen.",
            offers=(offer("groenonderhoud", f"nis:{IEPER}"), offer("schoonmaak", f"nis:{VEURNE}")),
        ),
        entry(
            "Duinzicht",
            website="https://duinzicht.example",
            email="info@duinzicht.example",
            phone="058 00 00 00",
            ondernemingsnummer="0404055577",
            legal_form="vzw",
            summary="Groenploeg aan de kust.",
            description="Een ploeg met eigen materiaal.\nWerkt voor besturen <b>en</b> bedrijven.",
            source="eigen opgave",
            zekerheid="zeker",
            confirmed_on=LAST_MONTH,
            werkvormen=(WerkvormData("maatwerkbedrijf", valid_from=date(2019, 1, 1)),),
            recognitions=(RecognitionData("Erkenning C3", "klasse 1", date(2030, 1, 1)),),
            sites=(site(VEURNE, street="Strandweg", house_number="1", postcode="8630"),),
            offers=(
                offer("groenonderhoud", f"nis:{VEURNE}", samenwerking=("enclave",), note="met begeleider"),
            ),
        ),
        entry(
            "De Sikkel",
            former_names=("Oude Zeis",),
            confirmed_on=LONG_AGO,
            offers=(offer("gras-maaien", f"nis:{IEPER}"),),
        ),
        entry("Strijkhuis", sites=(site(POPERINGE),), offers=(offer("strijk"),)),
        entry(
            "Zonder Aanbod",
            werkvormen=(WerkvormData("arbeidszorg"),),
            sites=(site(WERVIK),),
            offers=(),
            free_services=("vogelhuisjes",),
        ),
        entry("Overal Catering", sites=(), offers=(offer("catering", "vlaanderen"),)),
        entry("Weggegaan", offers=(offer("catering", "vlaanderen"),)),
        entry("In de Steigers", status=Status.CONCEPT, offers=(offer("catering", "vlaanderen"),)),
        entry("Vorige Naam", offers=(offer("houtbewerking", f"nis:{POPERINGE}"),)),
        *(
            entry(
                f"Wasserij {number:02}",
                sites=(site(KORTRIJK),),
                offers=(offer("wasserij", f"nis:{KORTRIJK}"),),
            )
            for number in range(1, LAUNDRIES + 1)
        ),
    )
    with change() as under_way:
        leaving = find("Weggegaan")
        assert leaving is not None
        withdraw(under_way, leaving)
    renamed = find("Vorige Naam")
    assert renamed is not None
    with change() as under_way:
        save(
            under_way,
            entry(
                "Nieuwe Naam",
                id=renamed.id,
                former_names=("Vorige Naam",),
                offers=(offer("houtbewerking", f"nis:{POPERINGE}"),),
            ),
        )
