"""The text of an instrument: blocks to copy, blanks to fill, and what to check beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from catalogue.clauses.amounts import dutch_list, dutch_months, dutch_number
from catalogue.clauses.effort import Effort
from catalogue.clauses.question import Question
from catalogue.clauses.reading import Node, unique
from catalogue.clauses.reasons import fill, say, slots
from catalogue.clauses.rules import INSTRUMENTS, instruments
from catalogue.clauses.thresholds import Thresholds
from catalogue.clauses.verdicts import assumed_inputs
from catalogue.data import FOLDER, load

PLACES = ("aankondiging", "uitnodiging", "bestek", "bijlage", "besluit")
PATHS = ("beperkt", "zonder", "met", "onbekend")
_SLOTS = frozenset({"artikel", "voorwerp", "gemeenten", "duur", "uren", "dagen", "uren_per_dag"})
_EFFORT_SLOTS = frozenset({"uren", "dagen"})
_EFFORT_INPUTS = ("arbeidsaandeel", "inspanning", "uurkost")
_BLANK = re.compile(r"\[\[([^\[\]]+)\]\]")
_ITEM = "- "


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
        """The paragraph as plain text, blanks between square brackets."""
        return "".join(f"[{part.text}]" if part.is_blank else part.text for part in self.segments)


@dataclass(frozen=True)
class Block:
    """One block to copy: a heading, where it belongs, its paragraphs."""

    key: str
    kop: str
    plaats: str
    plaats_label: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def plain(self) -> str:
        lines = [f"{_ITEM}{part.plain}" if part.is_item else part.plain for part in self.paragraphs]
        return "\n\n".join([self.kop, *lines])


@dataclass(frozen=True)
class FormField:
    """A field of the electronic notice, to fill in e-Procurement."""

    veld: str
    naam: str
    waarde: str


@dataclass(frozen=True)
class ClauseText:
    """The whole text of one instrument for one question."""

    key: str
    titel: str
    blocks: tuple[Block, ...]
    # What the buyer must fill, in the order of the text, each once.
    blanks: tuple[str, ...]
    # What is not sure: shown beside the text and before use, never inside it.
    to_check: tuple[str, ...]
    form_fields: tuple[FormField, ...]
    bron: str
    zekerheid: str
    nagezien: date

    @property
    def plain(self) -> str:
        return "\n\n\n".join(block.plain for block in self.blocks)


@dataclass(frozen=True)
class BlockRule:
    key: str
    kop: str
    plaats: str
    paden: tuple[str, ...]
    alineas: tuple[str, ...]
    na_te_kijken: tuple[str, ...]

    @property
    def slots(self) -> frozenset[str]:
        return frozenset().union(*(slots(alinea) for alinea in self.alineas))


@dataclass(frozen=True)
class TextRule:
    """The text of one instrument as it stands in its file."""

    key: str
    titel: str
    artikel_klassiek: str
    artikel_speciaal: str
    blocks: tuple[BlockRule, ...]
    form_fields: tuple[FormField, ...]
    na_te_kijken: tuple[str, ...]
    bron: str
    zekerheid: str
    geldig_van: date
    nagezien: date


def read_text(data: Mapping[str, Any], file: str) -> TextRule:
    """Read a text file; refuses unknown slots, broken blanks, and doubt without words for it."""
    node = Node(file, data)
    node.only(
        *("sleutel", "titel", "artikel", "blok", "veld", "na_te_kijken", "bron", "zekerheid"),
        *("geldig_van", "nagezien"),
    )
    article = node.table("artikel")
    article.only("klassiek", "speciaal")
    if not _BLANK.search(article.text("speciaal")):
        raise article.refuse("speciaal", "must leave the article blank for the buyer")
    entries = node.tables("blok")
    unique(entries)
    fields = node.tables("veld") if node.has("veld") else ()
    return TextRule(
        key=node.choice("sleutel", INSTRUMENTS),
        titel=node.text("titel"),
        artikel_klassiek=article.text("klassiek"),
        artikel_speciaal=article.text("speciaal"),
        blocks=tuple(_read_block(entry) for entry in entries),
        form_fields=tuple(
            FormField(entry.text("veld"), entry.text("naam"), entry.text("waarde")) for entry in fields
        ),
        na_te_kijken=node.texts("na_te_kijken"),
        bron=node.text("bron"),
        zekerheid=node.confidence(),
        geldig_van=node.date("geldig_van"),
        nagezien=node.date("nagezien"),
    )


def _read_block(entry: Node) -> BlockRule:
    entry.only("sleutel", "kop", "plaats", "paden", "alineas", "zekerheid", "na_te_kijken")
    paragraphs = entry.some_texts("alineas")
    for paragraph in paragraphs:
        if unknown := slots(paragraph) - _SLOTS:
            raise entry.refuse("alineas", f"'{min(unknown)}' is not a value we can fill")
        if re.search(r"\[\[|\]\]", _BLANK.sub("", paragraph)):
            raise entry.refuse("alineas", "has a blank that is not closed")
    paths = entry.some_texts("paden") if entry.has("paden") else PATHS
    for path in paths:
        if path not in PATHS:
            raise entry.refuse("paden", f"'{path}' is not one of {', '.join(PATHS)}")
    checks = entry.texts("na_te_kijken") if entry.has("na_te_kijken") else ()
    if entry.confidence() != "S" and not checks:
        raise entry.refuse("na_te_kijken", "must say what to check where zekerheid is not S")
    return BlockRule(
        key=entry.text("sleutel"),
        kop=entry.text("kop"),
        plaats=entry.choice("plaats", PLACES),
        paden=paths,
        alineas=paragraphs,
        na_te_kijken=checks,
    )


@cache
def texts() -> Mapping[str, TextRule]:
    """Give every text file of catalogue/data/clausules by the key of its instrument."""
    found = {}
    for path in sorted((FOLDER / "clausules").glob("*.toml")):
        name = f"clausules/{path.name}"
        rule = read_text(load(name), name)
        if rule.key != path.stem:
            raise Node(name, {}).refuse("sleutel", f"'{rule.key}' is not the name of the file")
        found[rule.key] = rule
    return found


def clause_text(key: str, question: Question, limits: Thresholds, effort: Effort) -> ClauseText | None:
    """Give the text of an instrument for a question; None where we have none yet."""
    rule = texts().get(key)
    if rule is None:
        return None
    path = _path(question, limits)
    chosen = [block for block in rule.blocks if path in block.paden]
    values = _values(rule, question, effort)
    blocks = tuple(_block(block, values) for block in chosen)
    return ClauseText(
        key=key,
        titel=rule.titel,
        blocks=blocks,
        blanks=_blanks(blocks),
        to_check=_to_check(rule, chosen, question, effort),
        form_fields=rule.form_fields if path in ("met", "onbekend") else (),
        bron=rule.bron,
        zekerheid=rule.zekerheid,
        nagezien=rule.nagezien,
    )


def _path(question: Question, limits: Thresholds) -> str:
    """Say which way of asking the market is open: it decides where the sentence with the article stands."""
    if limits.zonder_bekendmaking is None:
        return "onbekend"
    if question.raming < limits.beperkte_waarde:
        return "beperkt"
    return "zonder" if question.raming < limits.zonder_bekendmaking else "met"


def _values(rule: TextRule, question: Question, effort: Effort) -> dict[str, str]:
    special = question.is_special_sector
    return {
        "artikel": rule.artikel_speciaal if special else rule.artikel_klassiek,
        "voorwerp": question.dienst.label if question.dienst else say("tekst-leeg-voorwerp"),
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
    )


def _paragraph(text: str) -> Paragraph:
    # split() with one group gives text and blanks in turn: every odd piece is a blank.
    pieces = _BLANK.split(text.removeprefix(_ITEM))
    segments = tuple(Segment(piece, bool(place % 2)) for place, piece in enumerate(pieces) if piece)
    return Paragraph(segments, text.startswith(_ITEM))


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
    found = [say("tekst-speciaal")] if question.is_special_sector else []
    used = frozenset().union(*(block.slots for block in blocks)) if blocks else frozenset()
    assumed = assumed_inputs(question, _EFFORT_INPUTS)
    if effort.uren and assumed and used & _EFFORT_SLOTS:
        found.append(say("tekst-uren-standaard", velden=assumed))
    for block in blocks:
        found += block.na_te_kijken
    if not question.is_special_sector:
        found += instruments()[rule.key].na_te_kijken
    return tuple(dict.fromkeys(found + list(rule.na_te_kijken)))
