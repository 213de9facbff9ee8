"""The supply as a page or a file shows it: a line for each supplier, a row for each gemeente. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalogue.clauses.amounts import dutch_date, dutch_inside, dutch_list, dutch_number
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.supply import Elsewhere, Holding, Supplier, Supply

# So many suppliers are named; the search holds the rest.
NAMED = 12
# So many names stand in a row of the table.
IN_ROW = 4


@dataclass(frozen=True)
class SupplierLine:
    """One supplier with what a buyer must know before inviting it."""

    slug: str
    naam: str
    # What it is for a reservation: maatwerkbedrijf, proven, or still to be checked.
    voorbehoud: str
    is_proven: bool
    werkgebied: str
    is_assumed: bool
    # Recognitions with class and last day; one that is no longer valid says so.
    erkenningen: str
    bevestigd_op: date | None


@dataclass(frozen=True)
class PlaceRow:
    """One gemeente (or task) with who serves it; `meer` is how many are not named."""

    label: str
    aantal: int
    namen: tuple[str, ...]
    meer: int
    aangenomen: int


@dataclass(frozen=True)
class ElsewhereLine:
    """One to look at where supply is thin; `waar` is empty where it does it in the same gemeenten."""

    slug: str
    naam: str
    waar: str
    is_assumed: bool


@dataclass(frozen=True)
class ElsewhereGroup:
    kop: str
    lines: tuple[ElsewhereLine, ...]


@dataclass(frozen=True)
class SupplyShown:
    """Everything of the panel; `meer` is how many of those that serve all are not named."""

    lines: tuple[SupplierLine, ...]
    meer: int
    per_gemeente: tuple[PlaceRow, ...]
    per_taak: tuple[PlaceRow, ...]
    notes: tuple[str, ...]
    elsewhere: tuple[ElsewhereGroup, ...]


def supply_shown(question: Question, supply: Supply) -> SupplyShown:
    """Those that serve all come as lines; where several gemeenten are asked, each has a row."""
    rows: list[PlaceRow] = []
    if len(supply.gemeenten) > 1:
        rows = [_row(one.label, supply.serving(one.key), one.key) for one in supply.gemeenten]
    return SupplyShown(
        lines=tuple(supplier_line(question, one) for one in supply.everywhere[:NAMED]),
        meer=max(0, supply.aantal - NAMED),
        per_gemeente=tuple(rows),
        per_taak=tuple(_row(task.label, task.suppliers) for task in supply.taken),
        notes=thin_notes(supply),
        elsewhere=tuple(_elsewhere(supply)),
    )


def thin_notes(supply: Supply) -> tuple[str, ...]:
    """Say who was left out, and that nobody does a wider service either."""
    found = []
    if supply.left_out == 1:
        found.append(say("w-weggelaten-een"))
    elif supply.left_out:
        found.append(say("w-weggelaten", aantal=str(supply.left_out)))
    if supply.ruimere_dienst and not supply.ruimer:
        found.append(say("w-ruimer-geen", dienst=dutch_inside(supply.ruimere_dienst.label)))
    return tuple(found)


def where_words(one: Elsewhere) -> str:
    """Say in which gemeente a neighbour does it and how far that is."""
    return say("w-waar", gemeente=one.wat, km=dutch_number(Decimal(round(one.km or 0))))


def _elsewhere(supply: Supply) -> Iterator[ElsewhereGroup]:
    if supply.buren:
        near = [ElsewhereLine(one.slug, one.naam, where_words(one), one.is_assumed) for one in supply.buren]
        yield ElsewhereGroup(say("aanbod-buren"), tuple(near))
    wider: dict[str, list[ElsewhereLine]] = {}
    for one in supply.ruimer:
        line = ElsewhereLine(one.slug, one.naam, "", one.is_assumed)
        wider.setdefault(one.wat, []).append(line)
    for label, lines in wider.items():
        kop = say("aanbod-ruimer", dienst=dutch_inside(label))
        yield ElsewhereGroup(kop, tuple(lines))


def recognition_words(held: Holding, day: date) -> str:
    """Name a recognition with its class and last day, as it stands on a day."""
    words = say("erkenning-klasse", soort=held.soort, klasse=held.klasse) if held.klasse else held.soort
    if held.geldig_tot is None:
        return words
    key = "erkenning-vervallen" if held.is_expired(day) else "erkenning-tot"
    return say(key, erkenning=words, datum=dutch_date(held.geldig_tot))


def supplier_line(question: Question, supplier: Supplier) -> SupplierLine:
    return SupplierLine(
        slug=supplier.slug,
        naam=supplier.naam,
        voorbehoud=_reservation(question, supplier),
        is_proven=supplier.can_be_reserved_for,
        werkgebied=_area(question, supplier),
        is_assumed=bool(supplier.aangenomen),
        erkenningen=dutch_list([recognition_words(one, question.datum) for one in supplier.erkenningen]),
        bevestigd_op=supplier.bevestigd_op,
    )


def _reservation(question: Question, supplier: Supplier) -> str:
    if supplier.is_maatwerk:
        return say("aanbod-maatwerk")
    if question.is_special_sector:
        return say("aanbod-bewezen-speciaal" if supplier.art15_bewezen else "aanbod-na-te-gaan-speciaal")
    if supplier.art15_bewezen:
        return say("aanbod-art15-bewezen")
    return say("aanbod-art15-verklaard" if supplier.is_declared else "aanbod-art15-na-te-gaan")


def _area(question: Question, supplier: Supplier) -> str:
    if not supplier.aangenomen:
        return say("aanbod-gebied-opgegeven")
    assumed = [one.label for one in question.gemeenten if one.key in supplier.aangenomen]
    if len(assumed) == len(question.gemeenten):
        return say("aanbod-gebied-aangenomen")
    return say("aanbod-gebied-deels", gemeenten=dutch_list(assumed))


def _row(label: str, suppliers: Sequence[Supplier], nis: str = "") -> PlaceRow:
    return PlaceRow(
        label=label,
        aantal=len(suppliers),
        namen=tuple(one.naam for one in suppliers[:IN_ROW]),
        meer=max(0, len(suppliers) - IN_ROW),
        aangenomen=sum(1 for one in suppliers if (nis in one.aangenomen if nis else one.aangenomen)),
    )
