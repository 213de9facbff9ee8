"""What a company asks: its work in its own words, cleaned, with a word for each value that cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from catalogue.directory.criteria import MAX_KM, MAX_QUESTION, Arguments, Criteria, Problem
from catalogue.directory.partner_words import PartnerWords
from catalogue.directory.vocabulary import Words
from catalogue.places.gazetteer import Centre
from catalogue.web.words import enumerate_words

# So many partners of one kind are shown; the others stand in the search.
SHOWN = 10
# A field of the message is a line, no letter.
MAX_TEXT = 300
# So many places are named in the message.
NAMED = 5
# What may go beside a place in an address, and what is read where the box is empty.
_PLACES = ("waar", "gemeente", "regio", "rond")
_BETWEEN = re.compile(r"[,;]|\ben\b")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class PartnerQuestion:
    """One question. The texts are as written, so that a form loses nothing; `message_text` gives a line."""

    q: str = ""
    waar: str = ""
    straal: str = ""
    volume: str = ""
    ritme: str = ""
    periode: str = ""
    kwaliteit_tekst: str = ""
    samenwerking: tuple[str, ...] = ()
    kwaliteit: tuple[str, ...] = ()
    # Where, in words: the names we know, or what was written.
    place: str = ""
    criteria: Criteria = field(default_factory=Criteria)
    problems: tuple[Problem, ...] = ()
    is_asked: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether there is work to find a partner for."""
        return bool(self.criteria.q)

    def problem(self, field: str) -> str:
        """What is wrong with a field, or nothing."""
        return " ".join(one.message for one in self.problems if one.field == field)

    def message_text(self, field: str) -> str:
        """A field as it stands in the message: one line, not longer than a line may be."""
        text: str = getattr(self, field)
        return text[: MAX_QUESTION if field == "q" else MAX_TEXT].strip()

    def parameters(self) -> list[tuple[str, str]]:
        """The question as parameters: its permalink."""
        singles = ("q", "waar", "straal", "volume", "ritme", "periode", "kwaliteit_tekst")
        pairs = [(name, getattr(self, name)) for name in singles if getattr(self, name)]
        pairs += [("samenwerking", key) for key in self.samenwerking]
        return pairs + [("kwaliteit", key) for key in self.kwaliteit]


class _Reader:
    def __init__(self, arguments: Arguments, words: Words, said: PartnerWords) -> None:
        self.arguments, self.words, self.said = arguments, words, said
        self.problems: list[Problem] = []

    def values(self, key: str) -> list[str]:
        """The values of a parameter, each as one line."""
        cleaned = (" ".join(_CONTROL.sub(" ", value).split()) for value in self.arguments.getlist(key))
        return list(dict.fromkeys(value for value in cleaned if value))

    def one(self, *keys: str) -> str:
        return next((value for key in keys for value in self.values(key)), "")

    def refuse(self, field: str, message: str, value: str = "", most: int = 0) -> None:
        said = self.said.say(message, waarde=value[:60], hoogstens=str(most))
        self.problems.append(Problem(field, value, said))

    def text(self, key: str) -> str:
        """A text of the message; a longer one stays in the field and is named."""
        found = self.one(key)
        if len(found) > MAX_TEXT:
            self.refuse(key, "te_lang", most=MAX_TEXT)
        return found

    def chosen(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """The known ones of some choices, in the order of the form."""
        given = [value.casefold() for value in self.values(key)]
        for value in given:
            if value not in known:
                self.refuse(key, key, value)
        return tuple(one for one in known if one in given)

    def work(self) -> str:
        """The work; services that another page sent along stand in by their names."""
        found = self.one("q")
        if not found:
            slugs = [slug for text in self.values("dienst") for slug in self.words.find_services(text)]
            found = enumerate_words([self.words.services[slug].label.lower() for slug in slugs])
        if len(found) > MAX_QUESTION:
            self.refuse("q", "vraag_te_lang", most=MAX_QUESTION)
        return found

    def places(self, text: str) -> tuple[list[str], list[str]]:
        """The gemeenten (NIS) and regions that a text names; what it names otherwise is refused."""
        whole = self._place(text)
        pieces = [text] if whole else [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        gemeenten: list[str] = []
        regions: list[str] = []
        for piece in pieces:
            if not (known := self._place(piece)):
                self.refuse("waar", "waar", piece)
                continue
            gemeenten += known[0]
            regions += known[1]
        return list(dict.fromkeys(gemeenten)), list(dict.fromkeys(regions))

    def _place(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        gazetteer = self.words.gazetteer
        if region := gazetteer.region(text):
            return (), (region.slug,)
        match = gazetteer.resolve(text)
        return (match.nis, ()) if match else None

    def radius(self, text: str, centre: Centre | None) -> float | None:
        """How many km the partner may be away; only from one place."""
        if not text:
            return None
        cleaned = text.lower().removesuffix("km").strip().replace(",", ".")
        is_number = cleaned.isascii() and cleaned.replace(".", "", 1).isdigit()
        if not is_number or not 0 < float(cleaned) <= MAX_KM:
            self.refuse("straal", "straal", text, MAX_KM)
            return None
        if centre is None:
            self.refuse("straal", "straal_zonder_plaats")
            return None
        return float(cleaned)


def read(arguments: Arguments, words: Words, said: PartnerWords) -> PartnerQuestion:
    """Read the question. A bad value is named in `problems` and stays in its field."""
    reader = _Reader(arguments, words, said)
    where = reader.one(*_PLACES)
    work = reader.work()
    forms = reader.chosen("samenwerking", said.forms)
    gemeenten, regions = reader.places(where) if where else ([], [])
    centre = words.gazetteer.parse_centre(where) if where and not regions else None
    straal = reader.one("straal")
    km = reader.radius(straal, centre)
    volume = reader.text("volume")
    rhythm = reader.chosen("ritme", said.rhythms)[:1]
    names = [words.gazetteer.names[nis] for nis in gemeenten]
    names += [f"de regio {words.gazetteer.region_names[slug]}" for slug in regions]
    question = PartnerQuestion(
        q=work,
        waar=where,
        straal=straal,
        volume=volume,
        ritme=next(iter(rhythm), ""),
        periode=reader.text("periode"),
        kwaliteit=reader.chosen("kwaliteit", said.norms),
        kwaliteit_tekst=reader.text("kwaliteit_tekst"),
        samenwerking=forms,
        place=_listed(names) if names else where[:MAX_TEXT],
        criteria=Criteria(
            q=work[:MAX_QUESTION].strip(),
            gemeente=() if km else tuple(gemeenten),
            regio=() if km else tuple(regions),
            rond=centre if km else None,
            rond_text=where if km else "",
            straal=km,
            per_pagina=SHOWN,
        ),
    )
    is_asked = bool(question.parameters()) or bool(reader.problems)
    if is_asked and not work:
        reader.refuse("q", "werk")
    order = list(said.fields)
    problems = sorted(reader.problems, key=lambda one: order.index(one.field))
    return replace(question, problems=tuple(problems), is_asked=is_asked)


def _listed(names: list[str]) -> str:
    """Some names, the first few where there are many."""
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} en {len(names) - NAMED} andere"
    return enumerate_words(names)
