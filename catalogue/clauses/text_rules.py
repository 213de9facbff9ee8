"""The texts of the instruments as they stand in catalogue/data/clausules, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from catalogue.clauses.eforms import eforms, read_codes
from catalogue.clauses.question import SOORTEN, Question
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.data import FOLDER, load
from catalogue.data.reading import Node, unique
from catalogue.data.sentences import slots

PLACES = ("aankondiging", "uitnodiging", "brief", "bestek", "bijlage", "besluit")
# What makes the text work but does not stand in it.
ANNEX_PLACES = frozenset({"bijlage", "besluit"})
# How the market may be asked at this value: it decides where the sentence with the article stands.
PATHS = ("beperkt", "zonder", "met", "onbekend")
BLANK = re.compile(r"\[\[([^\[\]]+)\]\]")
ITEM = "- "
_SHARED = "gedeeld.toml"
# Terms of law beside the article of the instrument, filled from gedeeld.toml.
TERMS = ("artikel_beginselen", "artikel_markt", "procedure")
_SLOTS = frozenset({"artikel", "voorwerp", "gemeenten", "duur", "uren", "dagen", "uren_per_dag"} | set(TERMS))


@dataclass(frozen=True)
class Table:
    """A table for the buyer to fill: the heads of its columns, and how many empty rows."""

    kolommen: tuple[str, ...]
    rijen: int

    @property
    def plain(self) -> str:
        """The table as plain text: a line of heads, then lines to fill."""
        empty = " | ".join("…" for _ in self.kolommen)
        return "\n".join([" | ".join(self.kolommen), *(empty for _ in range(self.rijen))])


@dataclass(frozen=True)
class BlockRule:
    key: str
    kop: str
    plaats: str
    paden: tuple[str, ...]
    # Kinds of contract in which the block stands.
    soorten: tuple[str, ...]
    alineas: tuple[str, ...]
    na_te_kijken: tuple[str, ...]
    # Stands after the paragraphs.
    tabel: Table | None = None

    @property
    def is_annex(self) -> bool:
        return self.plaats in ANNEX_PLACES

    def stands(self, path: str, soort: str) -> bool:
        """Whether the block belongs in the text on this path for this kind of contract."""
        return path in self.paden and soort in self.soorten

    @property
    def slots(self) -> frozenset[str]:
        return frozenset().union(*(slots(alinea) for alinea in self.alineas))


@dataclass(frozen=True)
class Term:
    """A term of law in the words of a text; for the special sectors a blank, never the classic one."""

    klassiek: str
    speciaal: str


@dataclass(frozen=True)
class TextRule:
    """The text of one instrument as it stands in its file."""

    key: str
    titel: str
    artikel_klassiek: str
    artikel_sociaal: str
    artikel_speciaal: str
    blocks: tuple[BlockRule, ...]
    # Fields of the electronic notice with their codes.
    velden: tuple[tuple[str, str], ...]
    na_te_kijken: tuple[str, ...]
    # What to check for social services only, and for the special sectors only.
    na_te_kijken_sociaal: tuple[str, ...]
    na_te_kijken_speciaal: tuple[str, ...]
    bron: str
    zekerheid: str
    geldig_van: date
    nagezien: date

    def article(self, question: Question) -> str:
        if question.is_special_sector:
            return self.artikel_speciaal
        return self.artikel_sociaal if question.is_social_services else self.artikel_klassiek


def read_shared(data: Mapping[str, Any], file: str = _SHARED) -> Mapping[str, BlockRule]:
    """Read the blocks that more than one text uses."""
    node = Node(file, data)
    node.only("begrippen", "blok")
    entries = node.tables("blok")
    unique(entries)
    return {entry.text("sleutel"): _read_block(entry) for entry in entries}


def read_terms(data: Mapping[str, Any], file: str = _SHARED) -> Mapping[str, Term]:
    """Read the terms of law that more than one text uses; refuses a missing one."""
    table = Node(file, data).table("begrippen")
    table.only(*TERMS)
    found = {}
    for name in TERMS:
        entry = table.table(name)
        entry.only("klassiek", "speciaal")
        _check_special(entry)
        found[name] = Term(entry.text("klassiek"), entry.text("speciaal"))
    return found


def _check_special(term: Node) -> None:
    if not BLANK.search(term.text("speciaal")):
        raise term.refuse("speciaal", "must leave a blank for the buyer")


def read_text(data: Mapping[str, Any], file: str, shared: Mapping[str, BlockRule]) -> TextRule:
    """Read a text file; refuses unknown slots, broken blanks, and doubt without words for it."""
    node = Node(file, data)
    node.only(
        *("sleutel", "titel", "artikel", "blok", "velden", "na_te_kijken", "bron", "zekerheid"),
        *("na_te_kijken_sociaal", "na_te_kijken_speciaal", "geldig_van", "nagezien"),
    )
    article = node.table("artikel")
    article.only("klassiek", "sociaal", "speciaal")
    _check_special(article)
    classic = article.text("klassiek")
    return TextRule(
        key=node.choice("sleutel", INSTRUMENTS),
        titel=node.text("titel"),
        artikel_klassiek=classic,
        artikel_sociaal=article.text("sociaal") if article.has("sociaal") else classic,
        artikel_speciaal=article.text("speciaal"),
        blocks=_read_blocks(node, shared),
        velden=read_codes(node.table("velden"), eforms()) if node.has("velden") else (),
        na_te_kijken=node.texts("na_te_kijken"),
        na_te_kijken_sociaal=_checks(node, "na_te_kijken_sociaal"),
        na_te_kijken_speciaal=_checks(node, "na_te_kijken_speciaal"),
        bron=node.text("bron"),
        zekerheid=node.confidence(),
        geldig_van=node.date("geldig_van"),
        nagezien=node.date("nagezien"),
    )


def _checks(entry: Node, key: str) -> tuple[str, ...]:
    return entry.texts(key) if entry.has(key) else ()


def _read_blocks(node: Node, shared: Mapping[str, BlockRule]) -> tuple[BlockRule, ...]:
    found: dict[str, BlockRule] = {}
    for entry in node.tables("blok"):
        if entry.has("gebruik"):
            entry.only("gebruik")
            block = shared[entry.choice("gebruik", shared)]
        else:
            block = _read_block(entry)
        if block.key in found:
            raise entry.refuse("sleutel", f"'{block.key}' stands here twice")
        found[block.key] = block
    return tuple(found.values())


def _read_block(entry: Node) -> BlockRule:
    entry.only(
        *("sleutel", "kop", "plaats", "paden", "soorten", "alineas", "tabel", "zekerheid", "na_te_kijken")
    )
    paragraphs = entry.some_texts("alineas")
    for paragraph in paragraphs:
        _check_paragraph(entry, paragraph)
    checks = _checks(entry, "na_te_kijken")
    if entry.confidence() != "S" and not checks:
        raise entry.refuse("na_te_kijken", "must say what to check where zekerheid is not S")
    return BlockRule(
        key=entry.text("sleutel"),
        kop=entry.text("kop"),
        plaats=entry.choice("plaats", PLACES),
        paden=_some_of(entry, "paden", PATHS),
        soorten=_some_of(entry, "soorten", SOORTEN),
        alineas=paragraphs,
        na_te_kijken=checks,
        tabel=_read_table(entry.table("tabel")) if entry.has("tabel") else None,
    )


def _some_of(entry: Node, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Read a choice among known words; all of them where the key is missing."""
    chosen = entry.some_texts(key) if entry.has(key) else known
    for word in chosen:
        if word not in known:
            raise entry.refuse(key, f"'{word}' is not one of {', '.join(known)}")
    return chosen


def _read_table(entry: Node) -> Table:
    entry.only("kolommen", "rijen")
    return Table(entry.some_texts("kolommen"), entry.amount("rijen"))


def _check_paragraph(entry: Node, paragraph: str) -> None:
    if unknown := sorted(slots(paragraph) - _SLOTS):
        raise entry.refuse("alineas", f"'{unknown[0]}' is not a value we can fill")
    if re.search(r"\[\[|\]\]", BLANK.sub("", paragraph)):
        raise entry.refuse("alineas", "has a blank that is not closed")


@cache
def texts() -> Mapping[str, TextRule]:
    """Give every text file of catalogue/data/clausules by the key of its instrument."""
    shared = read_shared(load(f"clausules/{_SHARED}"), f"clausules/{_SHARED}")
    found = {}
    for path in sorted((FOLDER / "clausules").glob("*.toml")):
        if path.name == _SHARED:
            continue
        name = f"clausules/{path.name}"
        rule = read_text(load(name), name, shared)
        if rule.key != path.stem:
            raise Node(name, {}).refuse("sleutel", f"'{rule.key}' is not the name of the file")
        found[rule.key] = rule
    return found


@cache
def shared_keys(key: str) -> frozenset[str]:
    """Give the keys of the shared blocks that a text uses."""
    entries = load(f"clausules/{key}.toml")["blok"]
    return frozenset(entry["gebruik"] for entry in entries if "gebruik" in entry)


@cache
def terms() -> Mapping[str, Term]:
    """Give the terms of law that more than one text uses, by name."""
    return read_terms(load(f"clausules/{_SHARED}"), f"clausules/{_SHARED}")
