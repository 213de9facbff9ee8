"""What the text file and the motivation file share: the question, what to check, the text, its passport."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from catalogue.clauses.advice import Advice
from catalogue.clauses.amounts import dutch_date, dutch_list, dutch_number
from catalogue.clauses.file_words import tell
from catalogue.clauses.passport import Passport
from catalogue.clauses.question import Question
from catalogue.clauses.texts import Block as ClauseBlock
from catalogue.clauses.texts import Paragraph as ClauseParagraph
from catalogue.documents.blocks import (
    Block,
    Heading,
    Listing,
    Mark,
    Numbering,
    Run,
    Runs,
    Style,
    listing,
    paragraph,
    table,
)
from catalogue.documents.blocks import form as fillable

# The blocks of this place are the articles of the tender document.
ARTICLES = "bestek"
# Lists in these places are forms to fill, not points to refer to.
FORMS = frozenset({"bijlage", "brief"})


@dataclass(frozen=True)
class Made:
    """The making of a file: by which site, on which day, and the addresses that give it again."""

    site: str
    on: date
    link: str
    search_link: str = ""
    # The day of the link it was made from, and what changed since; nothing for a new question.
    since: date | None = None
    changes: tuple[str, ...] = ()


def made_by(made: Made) -> Block:
    """Who made the file and when, and that it is no legal advice."""
    return paragraph(
        tell("tekst-gemaakt", datum=dutch_date(made.on), site=made.site), " ", tell("geen-advies")
    )


def question_table(advice: Advice) -> Block:
    """The question as understood; what we filled in ourselves says so."""
    rows = []
    for answer in advice.understood:
        key = "vandaag" if answer.veld == "datum" else "standaard"
        shown = tell(key, waarde=answer.tekst) if answer.is_ours else answer.tekst
        rows.append((answer.label, f"{shown}\n{answer.nota}" if answer.nota else shown))
    header = (tell("kolom-veld"), tell("kolom-waarde"))
    return table(tell("vraag-tabel"), header, rows, (2, 5))


def places(question: Question) -> str:
    """Where, in words; a region is named with its gemeenten."""
    names = dutch_list([gemeente.label for gemeente in question.gemeenten])
    if not question.regios:
        return names
    count = dutch_number(len(question.gemeenten))
    return tell("regio", regio=dutch_list(question.regios), aantal=count, gemeenten=names)


def to_check(items: Sequence[str], level: int = 2) -> Iterator[Block]:
    """What is not sure, apart from every text to copy."""
    yield Heading(tell("na-te-kijken"), level)
    if items:
        yield listing(items, Style.CHECK)
    else:
        yield paragraph(tell("na-te-kijken-geen"))


def attention(advice: Advice, made: Made, level: int = 2) -> Iterator[Block]:
    """What changed since the link was made, and our warnings on the question."""
    if made.changes and made.since:
        yield Heading(tell("gewijzigd", datum=dutch_date(made.since)), level)
        yield listing(made.changes, Style.CHECK)
    if advice.warnings:
        yield Heading(tell("aandacht"), level)
        yield listing(advice.warnings)


def clause_blocks(
    found: Iterable[ClauseBlock], level: int, *, is_first_on_new_page: bool = False
) -> Iterator[Block]:
    """The blocks of a text under a heading for each place; those of the tender document are its articles."""
    for number, (place, blocks) in enumerate(groupby(found, lambda block: block.plaats)):
        for place_in_group, block in enumerate(blocks):
            if not place_in_group:
                is_new = is_first_on_new_page and not number
                yield Heading(block.plaats_label, level, is_on_new_page=is_new)
            numbering = Numbering.ARTICLE if place == ARTICLES else Numbering.NONE
            yield Heading(block.kop, level + 1, numbering)
            yield from _paragraphs(block)


def _paragraphs(block: ClauseBlock) -> Iterator[Block]:
    numbering = Numbering.BULLET if block.plaats in FORMS else Numbering.POINT
    for is_item, group in groupby(block.paragraphs, lambda one: one.is_item):
        if is_item:
            yield Listing(tuple(_runs(one) for one in group), numbering)
        else:
            for one in group:
                yield paragraph(*_runs(one))
    if block.table:
        yield fillable(block.kop, block.table.kolommen, block.table.rijen)


def _runs(shown: ClauseParagraph) -> Runs:
    return tuple(Run(part.text, Mark.BLANK if part.is_blank else Mark.NONE) for part in shown.segments)


def passport_blocks(found: Passport, made: Made, level: int) -> Iterator[Block]:
    """Legal basis, version, validity, sources with what is not sure of them, and the address to come back."""
    yield Heading(tell("paspoort"), level)
    period = {"van": dutch_date(found.geldig_van), "tot": dutch_date(found.geldig_tot)}
    rows: list[tuple[str, str | Runs]] = [
        (tell("paspoort-grondslag"), found.grondslag),
        (tell("paspoort-versie"), found.versie),
        (tell("paspoort-geldig"), tell("paspoort-periode", **period)),
        (tell("paspoort-gemaakt"), dutch_date(made.on)),
        (tell("paspoort-link"), (Run(made.link, Mark.LINK),)),
    ]
    yield table(tell("paspoort-tabel"), (), rows, (2, 5))
    header = (tell("kolom-onderdeel"), tell("kolom-bron"), tell("kolom-nagezien"), tell("kolom-zekerheid"))
    sources = [
        (
            source.wat,
            "; ".join(filter(None, (source.tekst, numac(source.numac, source.tekst)))),
            dutch_date(source.nagezien),
            tell("zeker" if source.is_sure else "te-controleren"),
        )
        for source in found.bronnen
    ]
    yield table(tell("paspoort-bronnen"), header, sources, (4, 9, 3, 3))


def numac(number: str, told: str) -> str:
    """The number of the law in words, where it has one that was not told yet."""
    return tell("paspoort-numac", numac=number) if number and number not in told else ""


def source(text: str, reviewed: date, *, is_sure: bool) -> Block:
    """Where something comes from, in small print."""
    key = "bron" if is_sure else "bron-te-controleren"
    return paragraph(tell(key, bron=text, datum=dutch_date(reviewed)), style=Style.HINT)
