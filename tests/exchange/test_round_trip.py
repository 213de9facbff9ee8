"""What goes out comes back: an export changes nothing at home, and makes the same list elsewhere."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from catalogue.curation.entrydata import EntryData, EntryError, RecognitionData, SiteData, WerkvormData
from catalogue.curation.names import folded
from catalogue.curation.write import generation
from catalogue.exchange.plan import Plan, apply, plan
from catalogue.exchange.reader import read_bytes
from catalogue.exchange.values import erkenningen, erkenningen_cell
from catalogue.exchange.writer import write
from catalogue.extensions import db
from catalogue.models import FormerSlug, Location, Offer, Organisation, OrganisationWerkvorm, Recognition
from catalogue.models.werkvorm import werkvormen
from tests.builders import TODAY, app_with, make_settings, offer, organisations, prepare

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
    | st.sampled_from(list("=+-@'\"|; \n\t,\r_x000D_")),
    max_size=30,
)
LINE = TEXT.map(lambda text: " ".join(text.split()))
NAME = st.tuples(LINE, st.integers(0, 9)).map(lambda pair: f"{pair[0]} {pair[1]}".strip())
GEMEENTEN = ["33011", "38025", "33021", "34022", "36015"]
POSTCODES = {"33011": "8900", "38025": "8630", "33021": "8970", "34022": "8500", "36015": "8800"}
TOKENS = [*(f"nis:{nis}" for nis in GEMEENTEN), "regio:westhoek", "km:7.5", "vlaanderen"]
SERVICES = ["schoonmaak", "groenonderhoud", "strijk", "catering"]
WAYS = ["enclave", "bij-klant", "levering"]


@st.composite
def sites(draw: st.DrawFn) -> SiteData:
    nis = draw(st.sampled_from([None, *GEMEENTEN]))
    return SiteData(
        name=draw(st.sampled_from(["", "Winkel", "Atelier =1", "'t Magazijn", "Één"])),
        street=draw(LINE),
        house_number=draw(st.sampled_from(["", "12", "-3", "=4"])),
        postcode=POSTCODES[nis] if nis and draw(st.booleans()) else "",
        gemeente_nis=nis,
        description=draw(st.just("") | TEXT),
        source=draw(st.sampled_from(["", "bezoek", "mail"])),
        zekerheid=draw(st.sampled_from(["", "zeker", "onzeker"])),
    )


@st.composite
def entries_(draw: st.DrawFn) -> EntryData:
    own = draw(st.lists(sites(), max_size=3, unique_by=lambda site: site.name))
    places = st.sampled_from([None, *(site.name for site in own)])
    offers = draw(
        st.lists(
            st.builds(
                offer,
                st.sampled_from(SERVICES),
                site=places,
                area=st.lists(st.sampled_from(TOKENS), max_size=3).map(tuple),
                area_assumed=st.booleans(),
                samenwerking=st.lists(st.sampled_from(WAYS), max_size=2).map(tuple),
                note=LINE,
            ),
            max_size=5,
        )
    )
    forms = draw(st.lists(st.sampled_from(list(werkvormen())), min_size=1, max_size=3, unique=True))
    treden = st.lists(st.integers(1, 6), max_size=2).map(tuple)
    return EntryData(
        name=draw(NAME),
        former_names=tuple(draw(st.lists(LINE.filter(bool), max_size=2))),
        ondernemingsnummer=draw(st.sampled_from(["", "0407768895", "0425410920"])),
        website=draw(st.sampled_from(["", "https://www.voorbeeld.be/a?b=c&d=;"])),
        email=draw(st.sampled_from(["", "info@voorbeeld.be"])),
        phone=draw(st.sampled_from(["", "+32 57 20 00 00", "-1", "057/20"])),
        description=draw(TEXT),
        summary=draw(LINE),
        free_services=tuple(draw(st.lists(LINE.filter(is_no_service), max_size=2))),
        source=draw(st.sampled_from(["", "bezoek", "=mail"])),
        zekerheid=draw(st.sampled_from(["", "zeker", "waarschijnlijk"])),
        status=draw(st.sampled_from(["gepubliceerd", "concept", "gearchiveerd"])),
        confirmed_on=draw(st.none() | st.dates(date(2020, 1, 1), TODAY)),
        werkvormen=tuple(WerkvormData(key, draw(treden)) for key in forms),
        recognitions=tuple(draw(st.lists(recognitions(), max_size=2))),
        sites=tuple(own),
        offers=tuple(offers),
    )


def recognitions() -> st.SearchStrategy[RecognitionData]:
    made = st.builds(
        RecognitionData,
        LINE.filter(bool),
        st.sampled_from(["", "2", "3 bis"]),
        st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    )
    return made.filter(lambda one: "," not in one.kind)


def is_no_service(word: str) -> bool:
    return (bool(word) and folded(word).isascii() is False) or word.startswith(("=", "'", '"'))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A database of this module, emptied for each example."""
    made = make_settings(tmp_path_factory.mktemp("round") / "data")
    prepare(made)
    with app_with(made) as app, app.app_context():
        yield


def empty() -> None:
    for table in (Offer, Location, OrganisationWerkvorm, Recognition, FormerSlug, Organisation):
        db.session.execute(delete(table))
    db.session.commit()


def exported(format: str = "csv", **kinds: Any) -> bytes:
    stream = io.BytesIO()
    write(format, None, stream, published_only=False, **kinds)
    return stream.getvalue()


def imported(content: bytes) -> Plan:
    table = read_bytes(content)
    return apply(plan(table, today=TODAY), table, today=TODAY)


def fill(chosen: list[EntryData]) -> None:
    for one in chosen:
        try:
            organisations(one)
        except EntryError:
            db.session.rollback()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=st.lists(entries_(), min_size=1, max_size=3), format=st.sampled_from(["csv", "xlsx"]))
def test_an_export_changes_nothing_at_home_and_makes_the_same_list_elsewhere(
    home: None, chosen: list[EntryData], format: str
) -> None:
    empty()
    fill(chosen)
    count, at, first = len(db.session.scalars(select(Organisation.id)).all()), generation(), exported()

    back = imported(exported(format))
    assert back.refusals == ()
    assert [(step.before, step.after) for step in back.changed] == []
    assert (len(back.new), back.same, generation()) == (0, count, at)

    empty()
    assert imported(first).refusals == ()
    assert exported().decode() == first.decode()


def test_the_real_organisations_come_back_unchanged(tmp_path: Path, prepared: Path) -> None:
    full = make_settings(tmp_path / "full")
    prepare(full, with_organisations=True)
    with app_with(full) as app, app.app_context():
        first, at = exported(), generation()
        for format in ("csv", "xlsx"):
            back = imported(exported(format))
            assert (back.refusals, back.changed, back.new) == ((), (), ())
        assert generation() == at
    fresh = make_settings(tmp_path / "fresh")
    shutil.copytree(prepared, fresh.data)
    with app_with(fresh) as app, app.app_context():
        assert imported(first).refusals == ()
        assert exported() == first


@given(st.lists(recognitions(), max_size=3))
def test_recognitions_come_back_from_their_cell(given_: list[RecognitionData]) -> None:
    assert list(erkenningen(erkenningen_cell(tuple(given_)))) == given_
