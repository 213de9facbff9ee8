"""The text of an instrument: blocks to copy, blanks to fill, and what to check beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalogue.clauses.amounts import dutch_inside, dutch_list, dutch_months, dutch_number
from catalogue.clauses.effort import Effort
from catalogue.clauses.eforms import FormField, form_fields
from catalogue.clauses.passport import Passport, passport
from catalogue.clauses.question import Question
from catalogue.clauses.reasons import say
from catalogue.clauses.rules import instruments
from catalogue.clauses.text_rules import BLANK, ITEM, BlockRule, Table, TextRule, terms, texts
from catalogue.clauses.thresholds import Thresholds
from catalogue.clauses.verdicts import assumed_inputs
from catalogue.data.sentences import fill

_EFFORT_SLOTS = frozenset({"uren", "dagen"})
_EFFORT_INPUTS = ("arbeidsaandeel", "inspanning", "uurkost")


@dataclass(frozen=True)
class Segment:
    """A piece of a paragraph; a blank is for the buyer to fill."""

    text: str
    is_blank: bool = False


@dataclass(frozen=True)
class Paragraph:
    segments: tuple[Segment, ...]
    is_item: bool = False

    @property
    def plain(self) -> str:
        """The paragraph as plain text: a dash before a list item, blanks between square brackets."""
        words = "".join(f"[{part.text}]" if part.is_blank else part.text for part in self.segments)
        return f"{ITEM}{words}" if self.is_item else words


@dataclass(frozen=True)
class Block:
    """One block to copy: a heading, where it belongs, its paragraphs."""

    key: str
    kop: str
    plaats: str
    plaats_label: str
    paragraphs: tuple[Paragraph, ...]
    # A table to fill, after the paragraphs.
    table: Table | None = None

    @property
    def plain(self) -> str:
        pieces = [self.kop, *(paragraph.plain for paragraph in self.paragraphs)]
        return "\n\n".join([*pieces, self.table.plain] if self.table else pieces)


@dataclass(frozen=True)
class ClauseText:
    """The whole text of one instrument for one question."""

    key: str
    titel: str
    blocks: tuple[Block, ...]
    # What makes the text work: forms, letters, the paragraph for the decision.
    annexes: tuple[Block, ...]
    # What the buyer must fill, in the order of text and annexes, each once.
    blanks: tuple[str, ...]
    # What is not sure: shown beside the text and before use, never inside it.
    to_check: tuple[str, ...]
    form_fields: tuple[FormField, ...]
    passport: Passport
    bron: str
    zekerheid: str
    nagezien: date

    @property
    def plain(self) -> str:
        """The text without its annexes."""
        return _plain(self.blocks)

    @property
    def plain_annexes(self) -> str:
        return _plain(self.annexes)

    @property
    def plain_fields(self) -> str:
        """The fields of the electronic notice, one a line."""
        return "\n".join(field.plain for field in self.form_fields)


def _plain(blocks: Iterable[Block]) -> str:
    return "\n\n\n".join(block.plain for block in blocks)


def clause_text(
    key: str, question: Question, limits: Thresholds, effort: Effort, cpv: tuple[str, ...] = ()
) -> ClauseText:
    """Give the text of an instrument (one of rules.INSTRUMENTS); `cpv` are the codes of its service."""
    rule = texts()[key]
    path = _path(question, limits)
    chosen = [block for block in rule.blocks if block.stands(path, question.soort)]
    values = _values(rule, question, effort)
    blocks = tuple(_block(block, values) for block in chosen if not block.is_annex)
    annexes = tuple(_block(block, values) for block in chosen if block.is_annex)
    return ClauseText(
        key=key,
        titel=rule.titel,
        blocks=blocks,
        annexes=annexes,
        blanks=_blanks((*blocks, *annexes)),
        to_check=_to_check(rule, chosen, question, effort),
        form_fields=() if path == "beperkt" else _form_fields(rule, blocks, question, cpv),
        passport=passport(key, question, limits),
        bron=say("tekst-bron-speciaal") if question.is_special_sector else rule.bron,
        zekerheid=rule.zekerheid,
        nagezien=rule.nagezien,
    )


def _form_fields(
    rule: TextRule, blocks: Iterable[Block], question: Question, cpv: tuple[str, ...]
) -> tuple[FormField, ...]:
    notice = next((block for block in blocks if block.plaats == "aankondiging"), None)
    sentence = " ".join(paragraph.plain for paragraph in notice.paragraphs) if notice else ""
    return form_fields(rule.velden, sentence, cpv, question.gemeenten)


def _path(question: Question, limits: Thresholds) -> str:
    """Say how the market may be asked at this value: one of text_rules.PATHS."""
    if limits.zonder_bekendmaking is None:
        return "onbekend"
    if question.raming < limits.beperkte_waarde:
        return "beperkt"
    return "zonder" if question.raming < limits.zonder_bekendmaking else "met"


def _values(rule: TextRule, question: Question, effort: Effort) -> dict[str, str]:
    special = question.is_special_sector
    return {
        **{name: term.speciaal if special else term.klassiek for name, term in terms().items()},
        "artikel": rule.article(question),
        "voorwerp": dutch_inside(question.dienst.label) if question.dienst else say("tekst-leeg-voorwerp"),
        "gemeenten": dutch_list([gemeente.label for gemeente in question.gemeenten])
        or say("tekst-leeg-gemeenten"),
        "duur": say("tekst-leeg-duur")
        if "duur_maanden" in question.assumed
        else dutch_months(question.duur_maanden),
        "uren": dutch_number(effort.uren) if effort.uren else say("tekst-leeg-uren"),
        "dagen": dutch_number(effort.dagen) if effort.uren else say("tekst-leeg-dagen"),
        "uren_per_dag": dutch_number(effort.uren_per_dag),
    }


def _block(rule: BlockRule, values: Mapping[str, str]) -> Block:
    return Block(
        key=rule.key,
        kop=rule.kop,
        plaats=rule.plaats,
        plaats_label=say(f"tekst-plaats-{rule.plaats}"),
        paragraphs=tuple(_paragraph(fill(alinea, values)) for alinea in rule.alineas),
        table=rule.tabel,
    )


def _paragraph(text: str) -> Paragraph:
    # split() with one group gives text and blanks in turn: every odd piece is a blank.
    pieces = BLANK.split(text.removeprefix(ITEM))
    segments = tuple(Segment(piece, bool(place % 2)) for place, piece in enumerate(pieces) if piece)
    return Paragraph(segments, text.startswith(ITEM))


def _blanks(blocks: Iterable[Block]) -> tuple[str, ...]:
    found = [
        segment.text
        for block in blocks
        for paragraph in block.paragraphs
        for segment in paragraph.segments
        if segment.is_blank
    ]
    return tuple(dict.fromkeys(found))


def _to_check(rule: TextRule, blocks: list[BlockRule], question: Question, effort: Effort) -> tuple[str, ...]:
    found = [say("tekst-speciaal"), *rule.na_te_kijken_speciaal] if question.is_special_sector else []
    used = frozenset().union(*(block.slots for block in blocks)) if blocks else frozenset()
    assumed = assumed_inputs(question, _EFFORT_INPUTS)
    if effort.uren and assumed and used & _EFFORT_SLOTS:
        found.append(say("tekst-uren-standaard", velden=assumed))
    for block in blocks:
        found += block.na_te_kijken
    if not question.is_special_sector:
        found += instruments()[rule.key].na_te_kijken
    if question.is_social_services:
        found += rule.na_te_kijken_sociaal
    return tuple(dict.fromkeys(found + list(rule.na_te_kijken)))
