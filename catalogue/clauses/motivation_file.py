"""The motivation file: the question, what was weighed, who can do it, the choice and on what it rests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalogue.clauses.advice import Advice, Verdict
from catalogue.clauses.amounts import dutch_date, dutch_euro, dutch_inside, dutch_list, dutch_number
from catalogue.clauses.file_parts import (
    Made,
    attention,
    clause_blocks,
    made_by,
    passport_blocks,
    places,
    question_table,
    source,
    to_check,
)
from catalogue.clauses.file_words import tell
from catalogue.clauses.reasons import say
from catalogue.clauses.rules import limits as known_limits
from catalogue.clauses.supply import Supplier, Supply
from catalogue.clauses.supply_shown import supplier_line
from catalogue.clauses.text_file import form_fields_table
from catalogue.clauses.verdicts import AANBEVOLEN
from catalogue.clauses.wording import wording
from catalogue.documents.blocks import (
    Block,
    Document,
    Heading,
    Mark,
    Numbering,
    Run,
    Style,
    listing,
    paragraph,
    runs,
    table,
)

_LIMITS = ("beperkte_waarde", "zonder_bekendmaking", "vereenvoudigd", "europees")
# So many suppliers are listed; the search holds the rest.
LISTED = 100
_INPUTS = ("raming", "arbeidsaandeel", "inspanning", "uurkost")


@dataclass(frozen=True)
class Choice:
    """An organisation of the buyer's shortlist, with the reason to invite it or not, in the buyer's words."""

    supplier: Supplier
    gemeente: str
    reden: str


def motivation_document(advice: Advice, made: Made, choices: Sequence[Choice] = ()) -> Document:
    """The Word file that a buyer adds to the decision."""
    service = advice.question.dienst
    subtitle = (
        tell("motivering-ondertitel-dienst", dienst=dutch_inside(service.label))
        if service
        else tell("motivering-ondertitel")
    )
    blocks = tuple(_blocks(advice, made, choices))
    return Document(tell("motivering"), subtitle, made.site, made.on, blocks)


def _blocks(advice: Advice, made: Made, choices: Sequence[Choice]) -> Iterator[Block]:
    yield paragraph(tell("motivering-wat"), style=Style.LEAD)
    yield made_by(made)
    yield from to_check(_checks(advice))
    yield from attention(advice, made)
    yield _chapter("vraag")
    yield question_table(advice)
    yield from _limits(advice)
    yield from _instruments(advice)
    yield from _supply(advice, made)
    if choices:
        yield from _choices(advice, choices)
    yield from _effort(advice)
    yield from _chosen(advice, made)
    yield from _sources(advice, made)


def _chapter(key: str) -> Heading:
    return Heading(tell(key), 1, Numbering.CHAPTER)


def _checks(advice: Advice) -> tuple[str, ...]:
    """What to check of the chosen text; where none is chosen, of all that we recommend."""
    if advice.text:
        return advice.text.to_check
    found = [check for one in advice.verdicts if one.oordeel == AANBEVOLEN for check in one.na_te_kijken]
    return tuple(dict.fromkeys(found))


def _limits(advice: Advice) -> Iterator[Block]:
    limits = advice.limits
    yield _chapter("drempels")
    yield paragraph(advice.bar.zin)
    period = {"van": dutch_date(limits.geldig_van), "tot": dutch_date(limits.geldig_tot)}
    yield paragraph(tell("drempels-periode", **period))
    rows = []
    for name in _LIMITS:
        amount = getattr(limits, name)
        is_sure = amount is not None and name not in limits.unsure
        figure = tell("te-controleren") if amount is None else dutch_euro(amount)
        label = say(f"grens-{name}")
        rows.append((label[:1].upper() + label[1:], figure, tell("zeker" if is_sure else "te-controleren")))
    header = (tell("kolom-drempel"), tell("kolom-bedrag"), tell("kolom-zekerheid"))
    yield table(tell("drempels-tabel"), header, rows, (4, 3, 2))
    yield paragraph(tell("drempels-bronnen", datum=dutch_date(known_limits().nagezien)), style=Style.HINT)
    yield listing(limits.bronnen)


def _instruments(advice: Advice) -> Iterator[Block]:
    yield _chapter("instrumenten")
    header = (tell("kolom-instrument"), tell("kolom-grondslag"), tell("kolom-oordeel"))
    rows = [(one.instrument.label, _article(one), _oordeel(one)) for one in advice.verdicts]
    yield table(tell("instrumenten-tabel"), header, rows, (5, 4, 3))
    for one in advice.verdicts:
        yield Heading(one.instrument.label, 2)
        yield paragraph(one.instrument.zin)
        yield paragraph(Run(tell("oordeel", oordeel=_oordeel(one), artikel=_article(one)), Mark.STRONG))
        yield listing(one.redenen)
        if one.na_te_kijken:
            yield listing(one.na_te_kijken, Style.CHECK)
        is_sure = one.instrument.zekerheid == "S" and not advice.question.is_special_sector
        yield source(one.bron, one.instrument.nagezien, is_sure=is_sure)


def _article(verdict: Verdict) -> str:
    """The article, never as certain where it is not."""
    doubt = tell("te-controleren")
    if verdict.instrument.zekerheid == "S" or verdict.artikel == doubt:
        return verdict.artikel
    return f"{verdict.artikel} ({doubt})"


def _oordeel(verdict: Verdict) -> str:
    return verdict.oordeel.replace("-", " ")


def _supply(advice: Advice, made: Made) -> Iterator[Block]:
    yield _chapter("aanbod")
    question, supply = advice.question, advice.supply
    if supply is None or question.dienst is None:
        yield paragraph(tell("aanbod-niet"))
        return
    service = dutch_inside(question.dienst.label)
    sentence = {"dienst": service, "gemeenten": places(question)}
    yield paragraph(tell("aanbod-gezocht", datum=dutch_date(made.on), site=made.site, **sentence))
    if made.search_link:
        yield paragraph(tell("aanbod-zoek"), Run(made.search_link, Mark.LINK))
    yield paragraph(_counted(supply))
    for note in advice.supply_notes:
        yield paragraph(note)
    if supply.suppliers:
        yield _suppliers(advice, supply)
    if (more := len(supply.suppliers) - LISTED) > 0:
        yield paragraph(tell("aanbod-meer", aantal=dutch_number(more)))
    if len(supply.gemeenten) > 1:
        rows = [(one.label, dutch_number(supply.per_gemeente[one.key])) for one in supply.gemeenten]
        header = (tell("kolom-gemeente"), tell("kolom-aantal"))
        yield table(tell("gemeenten-tabel"), header, rows, (3, 1))


def _counted(supply: Supply) -> str:
    found, everywhere = len(supply.suppliers), supply.aantal
    if not found:
        return tell("aanbod-geen")
    if found == 1:
        return tell("aanbod-aantal-een" if everywhere else "aanbod-aantal-een-deel")
    count = {0: "-geen", 1: "-een-van"}.get(everywhere, "")
    return tell(f"aanbod-aantal{count}", alle=dutch_number(everywhere), aantal=dutch_number(found))


def _suppliers(advice: Advice, supply: Supply) -> Block:
    header = (
        tell("kolom-leverancier"),
        tell("kolom-werkt-in"),
        tell("kolom-werkgebied"),
        tell("kolom-voorbehoud"),
        tell("kolom-bevestigd"),
    )
    rows = []
    for one in supply.suppliers[:LISTED]:
        line = supplier_line(advice.question, one)
        held = f"\n{line.erkenningen}" if line.erkenningen else ""
        name = runs(Run(one.naam, Mark.STRONG), held)
        rows.append((name, _served(supply, one), _area(advice, one), line.voorbehoud, _confirmed(one)))
    return table(tell("aanbod-tabel"), header, rows, (5, 4, 5, 4, 3))


def _served(supply: Supply, one: Supplier) -> str:
    if len(supply.gemeenten) > 1 and one in supply.everywhere:
        return tell("alle-gemeenten")
    return dutch_list([gemeente.label for gemeente in supply.gemeenten if gemeente.key in one.gemeenten])


def _area(advice: Advice, one: Supplier) -> str:
    """On what the work area rests; gemeenten stand beside it and are named only where they differ."""
    if one.aangenomen and one.aangenomen >= one.gemeenten:
        return say("aanbod-gebied-aangenomen")
    return supplier_line(advice.question, one).werkgebied


def _confirmed(one: Supplier) -> str:
    return dutch_date(one.bevestigd_op) if one.bevestigd_op else tell("nooit-bevestigd")


def _choices(advice: Advice, choices: Sequence[Choice]) -> Iterator[Block]:
    yield _chapter("uitgenodigd")
    yield paragraph(tell("uitgenodigd-wat"))
    header = (
        tell("kolom-onderneming"),
        tell("kolom-in-zoekopdracht"),
        tell("kolom-voorbehoud"),
        tell("kolom-bevestigd"),
        tell("kolom-reden"),
    )
    rows = []
    for one in choices:
        name = runs(Run(one.supplier.naam, Mark.STRONG), f"\n{one.gemeente}" if one.gemeente else "")
        status = supplier_line(advice.question, one.supplier).voorbehoud
        match, reason = _match(advice, one.supplier), one.reden or tell("geen-reden")
        rows.append((name, match, status, _confirmed(one.supplier), reason))
    yield table(tell("uitgenodigd-tabel"), header, rows, (4, 5, 4, 3, 5))


def _match(advice: Advice, chosen: Supplier) -> str:
    """Whether the search of this question found it, and on what that rests."""
    supply = advice.supply
    if supply is None:
        return tell("zoek-niet-gezocht")
    found = next((one for one in supply.suppliers if one.slug == chosen.slug), None)
    if found is None:
        return tell("zoek-niet-gevonden")
    return tell("zoek-gevonden", gemeenten=_served(supply, found), gebied=_area(advice, found))


def _effort(advice: Advice) -> Iterator[Block]:
    question, effort, words = advice.question, advice.effort, wording().fields
    yield _chapter("berekening")
    yield paragraph(tell("berekening-regel", regel=advice.rules.rekenwijze))
    yield paragraph(Run(effort.som, Mark.STRONG))
    yield paragraph(
        tell(
            "berekening-uren",
            uren=dutch_number(effort.uitvoeringsuren),
            gevraagd=dutch_number(effort.uren),
            dagen=dutch_number(effort.dagen),
            uren_per_dag=dutch_number(effort.uren_per_dag),
        )
    )
    rows = [
        (
            words[name].label,
            f"{dutch_number(getattr(question, name))} {words[name].eenheid}".strip(),
            tell(_origin(advice, name)),
        )
        for name in _INPUTS
    ]
    header = (tell("kolom-gegeven"), tell("kolom-waarde"), tell("kolom-herkomst"))
    yield table(tell("berekening-tabel"), header, rows, (3, 3, 4))


def _origin(advice: Advice, name: str) -> str:
    if name in advice.own_defaults:
        return "herkomst-eigen"
    return "herkomst-ons" if name in advice.question.assumed else "herkomst-koper"


def _chosen(advice: Advice, made: Made) -> Iterator[Block]:
    yield _chapter("keuze")
    key, text = advice.question.instrument, advice.text
    if key is None:
        yield paragraph(tell("keuze-geen"))
        return
    verdict = advice.verdict(key)
    yield paragraph(Run(verdict.instrument.label, Mark.STRONG), f". {verdict.instrument.zin}")
    yield paragraph(tell("oordeel", oordeel=_oordeel(verdict), artikel=_article(verdict)))
    yield listing(verdict.redenen)
    if text is None:
        yield paragraph(tell("keuze-dicht"))
        return
    yield from clause_blocks((*text.blocks, *text.annexes), 2)
    if text.form_fields:
        yield Heading(tell("eforms"), 2)
        yield form_fields_table(text.form_fields)
    yield from passport_blocks(text.passport, made, 2)


def _sources(advice: Advice, made: Made) -> Iterator[Block]:
    yield _chapter("bronnen")
    found = [tell("bronnen-wet", numac=known_limits().numac)]
    found += [verdict.bron for verdict in advice.verdicts]
    found += advice.limits.bronnen
    yield listing(tuple(dict.fromkeys(found)))
    yield paragraph(tell("bronnen-link"), Run(made.link, Mark.LINK))
