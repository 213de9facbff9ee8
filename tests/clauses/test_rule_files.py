"""The rule files: what a loader refuses, with file, key and reason; every sentence is used."""

from __future__ import annotations

import copy
import tomllib
from collections import UserDict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from catalogue.clauses import reasons
from catalogue.clauses.advice import advise
from catalogue.clauses.defaults import defaults, guidance, read_defaults, read_guidance, with_own
from catalogue.clauses.forms import QuestionForm
from catalogue.clauses.question import AANBESTEDERS, SOORTEN, Named, Task
from catalogue.clauses.reasons import say
from catalogue.clauses.rules import INSTRUMENTS, instruments, read_instruments, read_limits
from catalogue.clauses.serialise import advice_to_dict
from catalogue.clauses.supply import Elsewhere, Holding, Supplier, Supply, TaskCount
from catalogue.clauses.text_rules import read_shared, read_text, texts
from catalogue.clauses.understood import empty_hints
from catalogue.clauses.wording import FIELDS, Wording, read_wording, wording
from catalogue.data import FOLDER, DataError, load
from catalogue.data.sentences import read_sentences
from tests.clauses.builders import (
    GROEN,
    IEPER,
    POPERINGE,
    VEURNE,
    a_form,
    a_question,
    a_supplier,
    a_supply,
    advice_for,
)
from tests.clauses.test_forms import BAD
from tests.clauses.test_verdicts import CASES

ROOT = Path(__file__).parents[2]


def remove(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


def put(value: Any, *path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


def reader_of(name: str) -> Callable[[dict[str, Any]], object]:
    def text(data: dict[str, Any]) -> object:
        return read_text(data, name, read_shared(load("clausules/gedeeld.toml")))

    readers: dict[str, Callable[[dict[str, Any]], object]] = {
        "drempels.toml": read_limits,
        "instrumenten.toml": read_instruments,
        "standaardwaarden.toml": read_defaults,
        "leidraad.toml": read_guidance,
        "redenen.toml": lambda data: read_sentences(data, "redenen.toml", "reden"),
        "vraag.toml": read_wording,
        "clausules/gedeeld.toml": lambda data: read_shared(data, "clausules/gedeeld.toml"),
    }
    return readers.get(name, text)


WRONG = [
    ("drempels.toml", remove("periode", 2), "geldig_van"),
    ("drempels.toml", put(date(2019, 12, 31), "periode", 1, "geldig_van"), "geldig_van"),
    ("drempels.toml", put(date(2017, 1, 1), "periode", 0, "geldig_tot"), "geldig_tot"),
    ("drempels.toml", put("2018", "periode", 0, "geldig_van"), "geldig_van"),
    ("drempels.toml", put("140000", "periode", 4, "federaal"), "federaal"),
    ("drempels.toml", put(0, "periode", 4, "werken"), "werken"),
    ("drempels.toml", put(True, "periode", 4, "werken"), "werken"),
    ("drempels.toml", put(140000.0, "periode", 4, "werken"), "werken"),
    ("drempels.toml", remove("periode", 4, "sociaal"), "sociaal"),
    ("drempels.toml", put(1, "periode", 4, "socaal"), "socaal"),
    ("drempels.toml", put(["geen"], "periode", 0, "bronnen"), "bronnen"),
    ("drempels.toml", put([], "periode", 0, "bronnen"), "bronnen"),
    ("drempels.toml", put("S", "onzeker", 0, "zekerheid"), "zekerheid"),
    ("drempels.toml", put("europa", "onzeker", 0, "bedrag"), "bedrag"),
    ("drempels.toml", put([], "periode"), "periode"),
    ("instrumenten.toml", remove("instrument", 0), "instrument"),
    ("instrumenten.toml", put("boete", "instrument", 0, "sleutel"), "sleutel"),
    ("instrumenten.toml", put("uitnodiging", "instrument", 0, "sleutel"), "sleutel"),
    ("instrumenten.toml", put("art. 92 WOO", "instrument", 0, "artikel", "speciaal"), "speciaal"),
    ("instrumenten.toml", put([], "instrument", 3, "na_te_kijken"), "na_te_kijken"),
    ("instrumenten.toml", put("X", "instrument", 3, "zekerheid"), "zekerheid"),
    ("instrumenten.toml", put(" ", "instrument", 3, "bron"), "bron"),
    ("instrumenten.toml", put([""], "instrument", 3, "valkuilen"), "valkuilen"),
    ("instrumenten.toml", put("art. 1", "instrument", 3, "artikel"), "artikel"),
    ("standaardwaarden.toml", put(45, "standaard", "uurkost"), "uurkost"),
    ("standaardwaarden.toml", put("NaN", "standaard", "uurkost"), "uurkost"),
    ("standaardwaarden.toml", put("veel", "standaard", "uurkost"), "uurkost"),
    ("standaardwaarden.toml", put("101", "arbeidsaandeel", "werken"), "werken"),
    ("standaardwaarden.toml", put("101", "arbeidsaandeel_dienst", "catering"), "catering"),
    ("standaardwaarden.toml", put(1, "aanbod", "groen"), "groen"),
    ("leidraad.toml", remove("cijfer", 0, "btw"), "btw"),
    ("leidraad.toml", put("M", "cijfer", 0, "zekerheid"), "zekerheid"),
    ("redenen.toml", put("", "reden", "som"), "som"),
    ("redenen.toml", put("open { haak", "reden", "som"), "som"),
    ("redenen.toml", put("{Hoofdletter}", "reden", "som"), "som"),
    ("vraag.toml", remove("soort", 0), "soort"),
    ("vraag.toml", remove("veld", 0), "veld"),
    ("vraag.toml", put("kleur", "veld", 0, "sleutel"), "sleutel"),
    ("clausules/gedeeld.toml", put(["[[open"], "blok", 0, "alineas"), "alineas"),
    ("clausules/gedeeld.toml", put(["{raming}"], "blok", 0, "alineas"), "alineas"),
    ("clausules/gedeeld.toml", put(["nergens"], "blok", 0, "paden"), "paden"),
    ("clausules/gedeeld.toml", put("muur", "blok", 0, "plaats"), "plaats"),
    ("clausules/gedeeld.toml", put("L", "blok", 0, "zekerheid"), "na_te_kijken"),
    ("clausules/marktconsultatie.toml", put("artikel 51", "artikel", "speciaal"), "speciaal"),
    ("clausules/marktconsultatie.toml", put({"gebruik": "geen"}, "blok", 0), "gebruik"),
    ("clausules/uitnodiging.toml", put({"gebruik": "contact"}, "blok", 0), "sleutel"),
    ("clausules/marktconsultatie.toml", put("x", "sleutel"), "sleutel"),
]


@pytest.mark.parametrize(("name", "change", "key"), WRONG)
def test_a_wrong_file_is_refused_with_file_key_and_reason(
    name: str, change: Callable[[dict[str, Any]], None], key: str
) -> None:
    data = copy.deepcopy(load(name))
    reader_of(name)(data)
    change(data)
    with pytest.raises(DataError) as refused:
        reader_of(name)(data)
    assert refused.value.file == name
    assert key in refused.value.key
    assert refused.value.reason


def test_every_instrument_and_figure_says_where_it_comes_from() -> None:
    for instrument in instruments().values():
        assert instrument.bron
        assert instrument.nagezien <= date.today()  # noqa: DTZ011
        assert instrument.artikel_speciaal == "te controleren"
    for figure in guidance():
        assert figure.bron


def test_guide_values_name_services_that_exist() -> None:
    services = tomllib.loads((ROOT / "seeds" / "diensten.toml").read_text(encoding="utf-8"))["dienst"]
    assert set(defaults().arbeidsaandeel_dienst) <= {service["slug"] for service in services}


# How many were left out, and who does a wider service.
LEFT_OUT = ((1, ()), (2, (Elsewhere("w", "Wijd", "Groenonderhoud"),)))
NEAR = (Elsewhere("b", "Buur", "Veurne", 12.4),)


def every_kind_of_supplier() -> list[Supplier]:
    """Art. 15 proven, said and unknown; recognitions valid, without date and expired."""
    others = [
        a_supplier(1, is_maatwerk=False, **changes)
        for changes in ({"art15_bewezen": True}, {"is_declared": True}, {})
    ]
    held = [
        Holding("Aannemer D5", "1"),
        Holding("ISO 9001", "", None, is_contractor=False),
        Holding("Aannemer G3", "2", date(2030, 1, 1)),
        Holding("Aannemer C", "3", date(2020, 1, 1)),
    ]
    return [*others, *(a_supplier(1, erkenningen=(one,)) for one in held)]


def every_way_to_ask() -> list[QuestionForm]:
    """Words read another way or not counted, a region, lots by number and by amount."""
    slip = Task(
        "gronderhoud",
        (GROEN,),
        gids=(GROEN.key,),
        smaller=("Gras maaien",),
        gelezen="groenonderhoud",
        los=("kantoren",),
    )
    forms = [
        a_form(dienst="schoonmaak", percelen="3", raming="150000"),
        a_form(dienst="groenonderhoud", percelen="40.000; 50.000"),
        a_form(soort="leveringen", percelen="1"),
    ]
    question = forms[0].question
    assert question is not None
    many = tuple(Named(str(number), f"Dorp {number}") for number in range(8))
    forms[0]._question = replace(question, taken=(slip,), gemeenten=many, regios=("Streek",))
    question = forms[1].question
    assert question is not None
    forms[1]._question = replace(question, los=("enclave", "maatwerk"))
    return forms


class Recorder(UserDict[str, str]):
    """The real sentences, with a note of each that was asked for."""

    def __init__(self, sentences: dict[str, str]) -> None:
        super().__init__(sentences)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)


def test_every_sentence_is_reached_by_some_question(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(dict(reasons.reasons()))
    monkeypatch.setattr(reasons, "reasons", lambda: recorder)
    for _, supply, changes, _ in CASES:
        advice = advice_for(supply, **changes)
        assert advice.bar.zin
    assumed_area = frozenset({IEPER.key})
    supplies = [
        *(a_supply(0, others=1), a_supply(0, others=2)),
        *(
            replace(a_supply(0), left_out=left, buren=NEAR, ruimer=wide, ruimere_dienst=GROEN)
            for left, wide in LEFT_OUT
        ),
        Supply((IEPER,), (), taken=(TaskCount("a", (a_supplier(1), a_supplier(2))), TaskCount("b", ()))),
        Supply((IEPER, VEURNE, POPERINGE), (a_supplier(1, IEPER, VEURNE), a_supplier(2, POPERINGE))),
        *(Supply((IEPER,), (one,)) for one in every_kind_of_supplier()),
        *(None, a_supply(1, others=1), a_supply(1, others=2), a_supply(1, aangenomen=assumed_area)),
        a_supply(2, aangenomen=assumed_area),
    ]
    for supply in supplies:
        for soort in SOORTEN:
            for buyer in AANBESTEDERS:
                for raming in ("20000", "120000", "6000000"):
                    advice = advice_for(supply, soort=soort, aanbesteder=buyer, raming=raming)
                    assert advice.bar.zin
                    assert advice.understood
                    assert (advice.supply_shown is None) == (supply is None)
                    assert advice_to_dict(advice)
    for instrument in INSTRUMENTS:
        for supply in (None, a_supply(2)):
            for buyer in AANBESTEDERS:
                bare = {"dienst": None, "gemeenten": (), "inspanning": "0", "datum": date(2030, 1, 1)}
                for changes in ({}, bare, {"dienst": None}, {"gemeenten": ()}):
                    assumed = frozenset({"datum", "duur_maanden", "arbeidsaandeel", "inspanning", "uurkost"})
                    asked = {"instrument": instrument, "aanbesteder": buyer, "assumed": assumed}
                    for raming in ("29999", "250000"):
                        advice = advice_for(supply, raming=raming, **{**asked, **changes})
                        assert advice_to_dict(advice)
    for form in every_way_to_ask():
        assert form.question is not None
        assert advise(form.question, None).understood
        assert empty_hints(defaults(), form.question)
    assert empty_hints(defaults(), None)
    own = with_own(defaults(), {"uurkost": Decimal(50)})
    assert advise(a_question(assumed=frozenset({"uurkost"})), None, own).assumptions[0].herkomst
    for buyer in ("lokaal", "speciale-sectoren"):
        for supplier in every_kind_of_supplier():
            supply = Supply((IEPER, VEURNE), (replace(supplier, aangenomen=frozenset({IEPER.key})),))
            serving = replace(supply, gemeenten=(IEPER,))
            for one in (supply, serving):
                assert advice_for(one, aanbesteder=buyer).supply_shown
    both = a_supplier(1, IEPER, VEURNE, aangenomen=frozenset({IEPER.key}))
    assert advice_for(Supply((IEPER, VEURNE), (both,))).supply_shown
    assert set(recorder) - recorder.asked == set()


def test_every_message_of_the_form_is_reached_by_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    words = wording()
    recorder = Recorder(dict(words.messages))
    recording = Wording(words.soorten, words.aanbesteders, words.fields, recorder)
    monkeypatch.setattr("catalogue.clauses.forms.wording", lambda: recording)
    for field, value in BAD:
        assert a_form(**{field: value}).errors
    assert set(recorder) - recorder.asked == set()


def test_every_shared_block_is_used_by_a_text() -> None:
    shared = set(read_shared(load("clausules/gedeeld.toml")))
    used = {block.key for rule in texts().values() for block in rule.blocks}
    assert shared <= used


def test_every_field_has_a_label_and_says_why_it_is_asked() -> None:
    assert set(wording().fields) == set(FIELDS)
    for words in wording().fields.values():
        assert words.label
        assert words.waarom.endswith(".")


def test_a_sentence_that_does_not_exist_or_lacks_a_value_fails_loudly() -> None:
    with pytest.raises(KeyError):
        say("bestaat-niet")
    with pytest.raises(KeyError):
        say("te-kort", duur="1 maand")


def test_no_figure_of_law_stands_in_the_code() -> None:
    figures = {str(amount) for period in load("drempels.toml")["periode"] for amount in period.values()}
    amounts = {figure for figure in figures if figure.isdigit()}
    for path in sorted((ROOT / "catalogue" / "clauses").glob("*.py")):
        code = path.read_text(encoding="utf-8").replace("_", "")
        assert not [amount for amount in amounts if amount in code], path.name


def test_every_file_of_texts_is_listed_by_its_instrument() -> None:
    names = {path.stem for path in (FOLDER / "clausules").glob("*.toml")} - {"gedeeld"}
    assert names == set(INSTRUMENTS)
