"""The words of the door for companies: choices, why each field is asked, the pieces of the message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.data import load
from catalogue.data.reading import Node, unique
from catalogue.data.sentences import fill
from catalogue.models.offer import SAMENWERKING

FIELDS = (
    *("q", "samenwerking", "waar", "straal", "volume", "ritme", "periode"),
    *("kwaliteit", "kwaliteit_tekst"),
)
MESSAGES = (
    *("werk", "te_lang", "vraag_te_lang", "waar", "samenwerking", "ritme", "kwaliteit"),
    *("straal", "straal_zonder_plaats"),
)
# What a message may say of the work, and on what a question in it may depend.
LINES = ("volume", "ritme", "periode", "waar", "samenwerking", "kwaliteit")
GIVEN = (*SAMENWERKING, "vorm", "geen-vorm", "periode", "geen-periode", "kwaliteit")
_PIECES = ("onderwerp", "aanhef", "inleiding", "gegevens", "vragen", "slot", "ondertekening")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose; `bericht` is how the company says it in its message."""

    key: str
    label: str
    bericht: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form of cooperation in plain words: what it is, and when it fits."""

    key: str
    label: str
    bericht: str
    uitleg: str
    past: str


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Forms of cooperation that happen in the same place."""

    label: str
    choices: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm of quality; `words` is how the labels of an entry write it."""

    key: str
    label: str
    bericht: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: its label, why it is asked, its unit."""

    label: str
    waarom: str
    eenheid: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Something to count on."""

    kop: str
    tekst: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of the message; asked always, or only where one of `bij` was given."""

    tekst: str
    bij: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageWords:
    """The pieces of the message."""

    pieces: Mapping[str, str]
    lines: Mapping[str, str]
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class PartnerWords:
    """Everything that /samenwerken says."""

    groups: tuple[FormGroup, ...]
    forms: Mapping[str, Form]
    rhythms: Mapping[str, Choice]
    norms: Mapping[str, Norm]
    fields: Mapping[str, Field]
    messages: Mapping[str, str]
    expected: tuple[Expected, ...]
    message: MessageWords

    def say(self, key: str, **values: str) -> str:
        """What is said about a value that cannot be used; raises KeyError where a slot has no value."""
        return fill(self.messages[key], values)


def read_partner_words(data: Mapping[str, Any], file: str = "samenwerken.toml") -> PartnerWords:
    """Read the words; refuses a choice, field or piece that is missing or unknown (DataError)."""
    node = Node(file, data)
    choices = ("vorm", "plaats", "ritme", "kwaliteit", "veld", "melding", "verwacht", "bericht")
    node.only("titel", "bron", "nagezien", *choices)
    node.text("titel"), node.text("bron"), node.date("nagezien")
    groups = _groups(node)
    messages = node.table("melding")
    messages.only(*MESSAGES)
    return PartnerWords(
        groups=groups,
        forms={form.key: form for group in groups for form in group.choices},
        rhythms={one.text("sleutel"): _choice(one) for one in _unique(node, "ritme")},
        norms={one.text("sleutel"): _norm(one) for one in _unique(node, "kwaliteit")},
        fields=_whole(node, "veld", FIELDS, _field),
        messages={key: messages.text(key) for key in MESSAGES},
        expected=tuple(_expected(one) for one in node.tables("verwacht")),
        message=_message(node.table("bericht")),
    )


def _unique(node: Node, key: str) -> tuple[Node, ...]:
    entries = node.tables(key)
    unique(entries)
    return entries


def _whole(node: Node, key: str, known: tuple[str, ...], read: Any) -> dict[str, Any]:
    """The tables of a key by their own key; every known one must be there."""
    found = {one.choice("sleutel", known): read(one) for one in _unique(node, key)}
    if missing := [name for name in known if name not in found]:
        raise node.refuse(key, f"'{missing[0]}' is missing")
    return found


def _groups(node: Node) -> tuple[FormGroup, ...]:
    places = {one.text("sleutel"): one.text("label") for one in _unique(node, "plaats")}
    _whole(node, "vorm", tuple(SAMENWERKING), _form)
    found = tuple(
        FormGroup(
            label, tuple(_form(one) for one in node.tables("vorm") if one.choice("plaats", places) == place)
        )
        for place, label in places.items()
    )
    if not all(group.choices for group in found):
        raise node.refuse("plaats", "every place needs a form of cooperation")
    return found


def _form(one: Node) -> Form:
    one.only("sleutel", "plaats", "label", "uitleg", "past", "bericht")
    texts = (one.text(name) for name in ("sleutel", "label", "bericht", "uitleg", "past"))
    return Form(*texts)


def _choice(one: Node) -> Choice:
    one.only("sleutel", "label", "bericht")
    return Choice(one.text("sleutel"), one.text("label"), one.text("bericht"))


def _norm(one: Node) -> Norm:
    one.only("sleutel", "label", "bericht", "woorden")
    return Norm(one.text("sleutel"), one.text("label"), one.text("bericht"), one.some_texts("woorden"))


def _field(one: Node) -> Field:
    one.only("sleutel", "label", "waarom", "eenheid")
    return Field(one.text("label"), one.text("waarom"), one.text("eenheid") if one.has("eenheid") else "")


def _expected(one: Node) -> Expected:
    one.only("kop", "tekst")
    return Expected(one.text("kop"), one.text("tekst"))


def _ask(one: Node) -> Ask:
    one.only("tekst", "bij")
    given = one.some_texts("bij") if one.has("bij") else ()
    for key in given:
        if key not in GIVEN:
            raise one.refuse("bij", f"'{key}' is not one of {', '.join(GIVEN)}")
    return Ask(one.text("tekst"), given)


def _message(node: Node) -> MessageWords:
    node.only(*_PIECES, "lijn", "vraag")
    lines = _whole(node, "lijn", LINES, lambda one: one.text("label"))
    return MessageWords(
        pieces={key: node.text(key) for key in _PIECES},
        lines=lines,
        asks=tuple(_ask(one) for one in node.tables("vraag")),
    )


@cache
def partner_words() -> PartnerWords:
    """The words of catalogue/data/samenwerken.toml, read once."""
    return read_partner_words(load("samenwerken.toml"))
