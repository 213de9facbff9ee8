"""Questions and supplies with defaults; a test overrides only what it is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from catalogue.clauses.advice import Advice, advise
from catalogue.clauses.forms import QuestionForm, read_question
from catalogue.clauses.question import Meant, Named, Place, Question, Task
from catalogue.clauses.supply import Supplier, Supply

IEPER = Named("33011", "Ieper")
VEURNE = Named("38025", "Veurne")
POPERINGE = Named("33021", "Poperinge")
GROEN = Named("groenonderhoud", "groenonderhoud")
TODAY = date(2026, 11, 22)
OTHERS = ("schoonmaak", "strijk", "catering", "verhuizen", "drukwerk")
SERVICES = {"groenonderhoud": GROEN, **{name: Named(name, name) for name in OTHERS}}
PLACES = {
    "33011": Place((IEPER,)),
    "ieper": Place((IEPER,)),
    "veurne": Place((VEURNE,)),
    "poperinge": Place((POPERINGE,)),
    "beveren": Place((Named("36015", "Roeselare"), Named("38002", "Alveringem"))),
    "westhoek": Place((IEPER, VEURNE, POPERINGE), "Westhoek"),
}


def a_question(**changes: Any) -> Question:
    """A local buyer has green care done in Ieper for 120.000 euro, from 1 March 2026."""
    values: dict[str, Any] = {
        "soort": "diensten",
        "raming": Decimal(120_000),
        "datum": date(2026, 3, 1),
        "duur_maanden": Decimal(12),
        "arbeidsaandeel": Decimal(65),
        "inspanning": Decimal(8),
        "uurkost": Decimal(45),
        "dienst": GROEN,
        "gemeenten": (IEPER,),
    }
    values.update(changes)
    for name in ("raming", "duur_maanden", "arbeidsaandeel", "inspanning", "uurkost"):
        values[name] = Decimal(values[name])
    return Question(**values)


def a_supplier(number: int = 1, *gemeenten: Named, **changes: Any) -> Supplier:
    """A maatwerkbedrijf that does the service in the gemeenten given (Ieper by default)."""
    values: dict[str, Any] = {
        "slug": f"maatwerk-{number}",
        "naam": f"Maatwerk {number}",
        "gemeenten": frozenset(gemeente.key for gemeente in gemeenten or (IEPER,)),
        "is_maatwerk": True,
    }
    values.update(changes)
    return Supplier(**values)


def a_supply(count: int, others: int = 0, **changes: Any) -> Supply:
    """So many maatwerkbedrijven, and so many others whose art. 15 share is still to be checked, in Ieper."""
    found = [a_supplier(number, **changes) for number in range(1, count + 1)]
    found += [
        a_supplier(number, is_maatwerk=False, **changes) for number in range(count + 1, count + others + 1)
    ]
    return Supply((IEPER,), tuple(found))


def advice_for(supply: Supply | None = None, **changes: Any) -> Advice:
    """The advice on a question; where the supply covers several gemeenten the question does too."""
    if supply is not None and "gemeenten" not in changes:
        changes["gemeenten"] = supply.gemeenten
    return advise(a_question(**changes), supply)


def a_meaning(text: str) -> Meant:
    """What the words for the work mean, as far as these tests know services."""
    words = [word.strip() for word in text.casefold().split(",")]
    known = tuple(Task(word, (SERVICES[word],), (word,)) for word in words if word in SERVICES)
    return Meant(known, tuple(word for word in words if word not in SERVICES))


def a_form(*pairs: tuple[str, str], **changes: str) -> QuestionForm:
    """The form of a request with soort and raming filled, unless a test says otherwise."""
    args = MultiDict({"soort": "diensten", "raming": "120000"})
    for key, value in changes.items():
        args[key] = value
    for key, value in pairs:
        args.add(key, value)
    return read_question(
        args,
        today=TODAY,
        find_meant=a_meaning,
        find_place=lambda text: PLACES.get(text.casefold()),
    )
