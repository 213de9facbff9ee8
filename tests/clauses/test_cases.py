"""Advice cases written from the rules alone: each asks the API as a buyer would and holds the answer to them.

A case of cases.toml has `naam`, `vraag` (the query string), `bron` (the rule) and what it expects. Any other
key is a dotted path into the answer, with an operator behind it where it is not simply equal: `~` contains,
`!=`, `>=`, `<=`. Instruments are found by their key, assumptions by their field; a list expected of a single
value holds those that are right.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalogue.config import Settings
from catalogue.curation.entries import archive, find
from catalogue.curation.entrydata import EntryData, OfferData, RecognitionData, WerkvormData
from catalogue.curation.write import change
from catalogue.models import Status
from tests.api.contract import Contract
from tests.builders import IEPER, POPERINGE, VEURNE, entry, offer, organisations, site
from tests.directory.world import world

CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("cases.toml").read_text("utf-8"))[
    "geval"
]
FEWEST = 110

KEYS = {
    "beperkte-waarde",
    "uitnodiging",
    "voorbehouden-opdracht",
    "voorbehouden-perceel",
    "tewerkstellingsclausule",
    "opleidingsclausule",
    "onderaannemingsclausule",
    "flexibele-clausule",
    "gunningscriterium",
    "marktconsultatie",
}
VERDICTS = {"aanbevolen", "mogelijk", "afgeraden", "niet-mogelijk"}
ABOUT = {"naam", "vraag", "bron", "status", "veld", "leeg", "ontbreekt", "waarschuwing", "geen_waarschuwing"}
# What names an item in a list of objects.
NAMED_BY = ("sleutel", "veld")
MISSING = object()

DIKSMUIDE, HEUVELLAND, ZONNEBEKE, WERVIK = "32003", "33039", "33037", "33029"
KORTRIJK, MENEN, WAREGEM, NIEUWPOORT = "34022", "34027", "34040", "38016"


def there(service: str, *gemeenten: str) -> OfferData:
    """An offer with a stated work area of these gemeenten."""
    return offer(service, *(f"nis:{nis}" for nis in gemeenten))


def supplier(name: str, *offers: OfferData, form: str = "maatwerkbedrijf", **values: Any) -> EntryData:
    """An entry of one werkvorm with these offers."""
    values.setdefault("werkvormen", (WerkvormData(form),))
    return entry(name, offers=offers, **values)


def fill() -> None:
    """Supply of every kind that the rules tell apart."""
    not_orderable = ("ama-se", "ama-welzijn", "arbeidszorg", "wijk-werken", "ocmw-twe", "andere")
    proven: dict[str, Any] = {"art15_on": date(2026, 1, 15), "art15_proof": "attest van de overheid"}
    organisations(
        supplier("Groen Noord", there("groenonderhoud", IEPER, POPERINGE)),
        supplier("Groen Zuid", there("groenonderhoud", IEPER, VEURNE)),
        supplier("Groen Buurt", there("groenonderhoud", IEPER), form="ald"),
        supplier("Groen Kust", there("groenonderhoud", VEURNE), sites=(site(VEURNE),)),
        supplier("Hagenploeg", there("hagen-scheren", IEPER)),
        supplier(
            "Tweeledig",
            there("groenonderhoud", HEUVELLAND),
            offer("groenonderhoud", f"nis:{ZONNEBEKE}", samenwerking=("enclave",)),
        ),
        supplier("Kruis", there("groenonderhoud", DIKSMUIDE), there("schoonmaak", NIEUWPOORT)),
        supplier("Kruis Smal", there("hagen-scheren", WERVIK), there("gras-maaien", MENEN)),
        *(supplier(f"Strijk {form}", there("strijk", IEPER, VEURNE), form=form) for form in not_orderable),
        supplier("Strijk Zonder Bestelling", there("strijk", IEPER, VEURNE), form="andere", orderable=False),
        supplier("Strijk Onderneming", there("strijk", IEPER), form="andere", orderable=True),
        supplier(
            "Strijk Dubbel",
            there("strijk", IEPER),
            werkvormen=(WerkvormData("ama-se"), WerkvormData("maatwerkbedrijf")),
        ),
        supplier("Was Buurt", there("wasserij", KORTRIJK), form="ald"),
        supplier("Was Wijk", there("wasserij", KORTRIJK), form="ald"),
        supplier("Was Maatwerk", there("wasserij", WAREGEM, WERVIK)),
        supplier(
            "Was Bewezen",
            there("wasserij", WAREGEM, MENEN),
            form="ald",
            art15_percent=40,
            art15_status="erkend",
            **proven,
        ),
        supplier(
            "Was Laag",
            there("wasserij", MENEN),
            form="ald",
            art15_percent=20,
            art15_status="erkend",
            **proven,
        ),
        supplier(
            "Was Verklaard",
            there("wasserij", WERVIK),
            form="ald",
            art15_percent=45,
            art15_status="zelf-verklaard",
        ),
        supplier("Keuken Vast", there("catering", IEPER)),
        supplier("Keuken Nabij", offer("catering")),
        supplier("Keuken Beide", offer("catering"), there("catering", VEURNE), sites=(site(VEURNE),)),
        supplier("Hout Alleen", there("houtbewerking", POPERINGE)),
        supplier("Pak Overal", offer("verpakken", "vlaanderen"), sites=()),
        supplier("Pak Straal", offer("verpakken", "km:15")),
        supplier("Pak Regio", offer("verpakken", "regio:westhoek")),
        supplier("Druk Hier", there("drukwerk", IEPER)),
        supplier("Druk Weg", there("drukwerk", IEPER)),
        supplier("Druk Later", there("drukwerk", IEPER), status=Status.CONCEPT),
        supplier(
            "Verf Erkend",
            there("schilderwerken", IEPER),
            recognitions=(RecognitionData("Erkenning D13", "klasse 1", date(2030, 1, 1)),),
        ),
        supplier("Verf Twee", there("schilderwerken", IEPER)),
        supplier("Zonder Aanbod"),
    )
    leaving = find("Druk Weg")
    assert leaving is not None
    with change() as under_way:
        archive(under_way, leaving)


@pytest.fixture(scope="module")
def site_app(vocabularies: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with world(vocabularies, tmp_path_factory.mktemp("cases"), fill) as app:
        yield app


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.read()


def step(answer: Any, key: str) -> Any:
    """The part of an answer with this key; MISSING where there is none."""
    if isinstance(answer, dict):
        return answer.get(key, MISSING)
    if isinstance(answer, list):
        named = (item for item in answer if isinstance(item, dict))
        return next((item for item in named if key in map(item.get, NAMED_BY)), MISSING)
    return MISSING


def at(answer: Any, path: str) -> Any:
    """What stands at a dotted path; MISSING where the path ends before."""
    for key in path.split("."):
        answer = step(answer, key)
    return answer


def contains(actual: Any, word: str) -> bool:
    """Whether a text, or one of a list of texts, holds a word, whatever its case."""
    texts = actual if isinstance(actual, list) else [actual]
    return any(word.casefold() in str(text).casefold() for text in texts)


def fits(actual: Any, operator: str, expected: Any) -> bool:
    """Whether a value is what was expected of it."""
    if actual is MISSING or actual is None:
        return False
    if operator == "~":
        return contains(actual, expected)
    if operator == "!~":
        return not contains(actual, expected)
    if operator == "!=":
        return bool(actual != expected)
    if operator == ">=":
        return bool(float(actual) >= expected)
    if operator == "<=":
        return bool(float(actual) <= expected)
    if isinstance(actual, list):
        return sorted(actual) == sorted(expected)
    if isinstance(expected, list):
        return actual in expected
    return type(actual) in {type(expected), int} and bool(actual == expected)


def faults(case: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    """What in the answer is not as the case says."""
    for key, expected in case.items():
        if key in ABOUT:
            continue
        path, _, operator = key.partition(" ")
        actual = at(answer, path)
        if not fits(actual, operator, expected):
            yield f"{key}: expected {expected!r}, got {'nothing' if actual is MISSING else repr(actual)}"
    for path in case.get("leeg", ()):
        if at(answer, path) is not None:
            yield f"{path}: expected null, got {at(answer, path)!r}"
    for path in case.get("ontbreekt", ()):
        if at(answer, path) is not MISSING:
            yield f"{path}: expected nothing, got {at(answer, path)!r}"
    warnings = answer.get("waarschuwingen", [])
    if "waarschuwing" in case and not contains(warnings, case["waarschuwing"]):
        yield f"no warning says {case['waarschuwing']!r}: {warnings}"
    if "geen_waarschuwing" in case and contains(warnings, case["geen_waarschuwing"]):
        yield f"a warning says {case['geen_waarschuwing']!r}: {warnings}"


def whole(answer: dict[str, Any]) -> Iterator[str]:
    """What every advice owes: each instrument once, with a verdict, an article and a reason."""
    if Counter(one["sleutel"] for one in answer["instrumenten"]) != Counter(KEYS):
        yield "not every instrument is weighed once"
    for one in answer["instrumenten"]:
        if one["oordeel"] not in VERDICTS or not one["artikel"].strip():
            yield f"{one['sleutel']} has no verdict or no article"
        if not one["redenen"] or not all(reason.strip() for reason in one["redenen"]):
            yield f"{one['sleutel']} has no reason"


def refused(case: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    """What a refusal owes: the field, and a sentence."""
    if answer["fout"]["veld"] != case["veld"]:
        yield f"the field is {answer['fout']['veld']!r}, not {case['veld']!r}"
    if not answer["fout"]["melding"].strip():
        yield "the refusal says nothing"


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["naam"]))
def test_the_advice_is_what_the_rules_say(
    case: dict[str, Any], client: FlaskClient, contract: Contract
) -> None:
    status = case.get("status", 200)

    response = client.get(f"/api/v1/clausules/advies?{case['vraag']}")

    assert response.status_code == status, response.text
    contract.check(response)
    answer: dict[str, Any] = response.json or {}
    wrong = [*refused(case, answer)] if status == 400 else [*whole(answer), *faults(case, answer)]
    assert not wrong, "\n".join([case["vraag"], case["bron"], *wrong])


def test_every_case_names_its_rule_and_expects_something() -> None:
    assert len(CASES) >= FEWEST
    for case in CASES:
        assert case["bron"].strip(), case["naam"]
        assert set(case) - {"naam", "vraag", "bron"}, case["naam"]
        assert case.get("status", 200) == 200 or case["veld"], case["naam"]


@pytest.mark.parametrize("key", ["naam", "vraag"])
def test_no_two_cases_are_the_same(key: str) -> None:
    assert [text for text, times in Counter(case[key] for case in CASES).items() if times > 1] == []


def test_without_a_date_the_advice_is_that_of_today(client: FlaskClient) -> None:
    question = "soort=diensten&raming=135000&duur_maanden=12&arbeidsaandeel=65&inspanning=8&uurkost=45"
    today = date.today().isoformat()  # noqa: DTZ011

    undated = client.get(f"/api/v1/clausules/advies?{question}").json
    dated = client.get(f"/api/v1/clausules/advies?{question}&datum={today}").json

    assert undated is not None
    assert dated is not None
    for part in ("drempels", "instrumenten", "inspanning"):
        assert undated[part] == dated[part]
