"""Exchange: a row of texts becomes a record of values, or says in Dutch why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from catalogue.curation.entrydata import RecognitionData, distinct, line, paragraphs
from catalogue.exchange import values
from catalogue.exchange.answers import NO_ANSWERS, Answers, area_key, area_words, place_key
from catalogue.exchange.cells import split
from catalogue.exchange.columns import LENGTHS
from catalogue.exchange.known import Known, word_key
from catalogue.exchange.problems import CellError, Doubt, PlaceQuestion, Refusal, WordQuestion
from catalogue.exchange.reader import RawRow
from catalogue.exchange.values import short
from catalogue.models import Status, Zekerheid
from catalogue.places.area import AreaError


@dataclass(frozen=True, slots=True)
class Services:
    """The services of a cell: slugs we know and words we do not.

    `said` holds by slug the synonyms by which the cell names it: often more precise than our label.
    """

    slugs: tuple[str, ...]
    words: tuple[str, ...]
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A row understood; None is an empty cell, which leaves what is there."""

    line: int
    naam: str
    voorheen: tuple[str, ...] | None = None
    vestiging: str = ""
    werkvorm: tuple[str, ...] | None = None
    trede: tuple[int, ...] | None = None
    diensten: Services | None = None
    werkgebied: tuple[str, ...] | None = None
    samenwerking: tuple[str, ...] | None = None
    straat: str | None = None
    huisnummer: str | None = None
    bus: str | None = None
    postcode: str | None = None
    gemeente: str | None = None
    website: str | None = None
    email: str | None = None
    telefoon: str | None = None
    ondernemingsnummer: str | None = None
    erkenningen: tuple[RecognitionData, ...] | None = None
    omschrijving: str | None = None
    bron: str | None = None
    zekerheid: str | None = None
    bevestigd_op: date | None = None
    status: str | None = None

    @property
    def has_address(self) -> bool:
        """Whether the row says where a site is."""
        return any((self.straat, self.huisnummer, self.bus, self.postcode, self.gemeente))


class RecordReader:
    """Reads the rows of one file; what it finds wrong or doubtful it keeps."""

    def __init__(self, known: Known, *, today: date, answers: Answers = NO_ANSWERS) -> None:
        self._known = known
        self._today = today
        self._answers = answers
        self.refusals: list[Refusal] = []
        self.doubts: list[Doubt] = []
        self.places: dict[str, PlaceQuestion] = {}
        self.words: dict[str, WordQuestion] = {}
        self._readers: Mapping[str, Callable[[str], Any]] = {
            "naam": values.naam,
            "voorheen": lambda cell: distinct(split(cell)),
            "vestiging": line,
            "werkvorm": values.werkvorm,
            "trede": values.trede,
            "diensten": self._diensten,
            "werkgebied": self._werkgebied,
            "samenwerking": values.samenwerking,
            "straat": line,
            "huisnummer": line,
            "bus": line,
            "postcode": self._postcode,
            "gemeente": line,
            "website": values.website,
            "email": values.email,
            "telefoon": line,
            "ondernemingsnummer": values.ondernemingsnummer,
            "erkenningen": values.erkenningen,
            "omschrijving": paragraphs,
            "bron": paragraphs,
            "zekerheid": lambda cell: values.choice(cell, tuple(Zekerheid), "zekerheid"),
            "bevestigd_op": self._bevestigd_op,
            "status": lambda cell: values.choice(cell, tuple(Status), "status"),
        }

    def read(self, row: RawRow) -> Record | None:
        """The record of a row; None where a cell is refused."""
        filled: dict[str, Any] = {}
        refused = len(self.refusals)
        answer = self._answers.places.get(place_key(row.cells), "")
        answered = ("postcode", "gemeente") if answer in self._known.gazetteer.rows else ()
        for column, cell in row.cells.items():
            if column in answered:
                continue
            try:
                filled[column] = self._cell(column, cell) or None
            except CellError as bad:
                self.refusals.append(Refusal(row.line, column, str(bad)))
        if not filled.get("naam") and not any(
            refusal.column == "naam" for refusal in self.refusals[refused:]
        ):
            self.refusals.append(Refusal(row.line, "naam", "De naam ontbreekt."))
        if answered:
            self._answered_place(row, filled, answer)
        else:
            self._place(row.line, filled)
        found = self.refusals[refused:]
        if any(refusal.column in ("postcode", "gemeente") for refusal in found):
            self.ask_place(row, is_required=True)
        elif row.cells.get("postcode") and not filled.get("gemeente"):
            self.ask_place(row, is_required=False)
        if any(refusal.column == "werkgebied" for refusal in found):
            self._ask_area(row)
        if found:
            return None
        filled["vestiging"] = filled.get("vestiging") or ""
        services: Services | None = filled.get("diensten")
        for word in services.words if services else ():
            if word_key(word) in self._known.free:
                continue
            guess = self._known.guess(word)
            self._ask_word(row.line, word, guess)
            hint = f" Bedoelt u ‘{guess}’?" if guess else ""
            reason = f"‘{short(word)}’ is geen gekende dienst en wordt bewaard als vrije tekst.{hint}"
            self.doubts.append(Doubt(row.line, "diensten", reason))
        return Record(line=row.line, **filled)

    def _ask_word(self, at: int, word: str, guess: str) -> None:
        asked = self.words.get(word_key(word))
        self.words[word_key(word)] = (
            replace(asked, rows=asked.rows + 1) if asked else WordQuestion(word, at, guess)
        )

    def ask_place(self, row: RawRow, *, is_required: bool) -> None:
        """Ask in which gemeente a row is, once for all rows that say the same."""
        key = place_key(row.cells)
        if key in self.places or key in self._answers.places:
            return
        postcode, name = row.cells.get("postcode", ""), row.cells.get("gemeente", "")
        text = " ".join(filter(None, (postcode, name))) or " ".join(
            filter(None, (row.cells.get("straat", ""), row.cells.get("huisnummer", "")))
        )
        choices = self._known.near_gemeenten(postcode, name)
        self.places[key] = PlaceQuestion(key, row.line, short(text), choices, is_required)

    def _ask_area(self, row: RawRow) -> None:
        for word in area_words(row.cells["werkgebied"]):
            key = area_key(word)
            if key in self._answers.places or key in self.places:
                continue
            try:
                self._known.area(word)
            except AreaError:
                choices = self._known.near_gemeenten("", word)
                self.places[key] = PlaceQuestion(key, row.line, short(word), choices, is_required=True)

    def _answered_place(self, row: RawRow, filled: dict[str, Any], nis: str) -> None:
        """The gemeente is the answer; the postcode stays where it is one of that gemeente."""
        filled["gemeente"] = nis
        codes = self._known.gazetteer.rows[nis].postcodes
        given = re.sub(r"\D", "", row.cells.get("postcode", ""))
        filled["postcode"] = given if given in codes else codes[0] if len(codes) == 1 else None

    def _cell(self, column: str, cell: str) -> Any:
        if len(cell) > LENGTHS[column]:
            raise CellError(f"De tekst is te lang: {len(cell)} tekens, hoogstens {LENGTHS[column]}.")
        return self._readers[column](cell)

    def _diensten(self, cell: str) -> Services | None:
        words = distinct(split(cell))
        found = {word: self._known.service(word) for word in words}
        slugs = tuple(dict.fromkeys(slug for slug in found.values() if slug))
        unknown = tuple(word for word, slug in found.items() if not slug)
        said: dict[str, tuple[str, ...]] = {}
        for word, slug in found.items():
            if slug and not self._known.is_label(word, slug):
                said[slug] = (*said.get(slug, ()), word)
        return Services(slugs, unknown, said) if words else None

    def _werkgebied(self, cell: str) -> tuple[str, ...]:
        answers, gazetteer = self._answers.places, self._known.gazetteer
        if answers:
            parts = [(word, answers.get(area_key(word), "")) for word in area_words(cell)]
            # A NIS code means one gemeente, where its name may be that of two.
            cell = ";".join(nis if nis in gazetteer.rows else word for word, nis in parts)
        try:
            return self._known.area(cell)
        except AreaError as error:
            raise CellError(f"Het werkgebied is niet bruikbaar: {'; '.join(error.problems)}.") from None

    def _postcode(self, cell: str) -> str:
        code = cell.strip().upper().removeprefix("B-").removeprefix("BE-").strip()
        if not re.fullmatch(r"[1-9]\d{3}", code, re.ASCII):
            raise CellError(f"‘{short(cell)}’ is geen postcode: verwacht vier cijfers.")
        return code

    def _place(self, at: int, filled: dict[str, Any]) -> None:
        """Gemeente becomes its NIS code; it must fit the postcode beside it."""
        postcode, name = filled.get("postcode"), filled.get("gemeente")
        gazetteer = self._known.gazetteer
        of_code = gazetteer.resolve(postcode) if postcode else None
        if postcode and (of_code is None or of_code.kind != "postcode"):
            self.refusals.append(Refusal(at, "postcode", f"{postcode} is geen postcode in Vlaanderen."))
            return
        if not name:
            if of_code and of_code.is_ambiguous:
                reason = f"{of_code.label} is meer dan één gemeente; vul de kolom gemeente in."
                self.doubts.append(Doubt(at, "gemeente", reason))
            elif of_code:
                filled["gemeente"] = of_code.nis[0]
            return
        match = gazetteer.resolve(name)
        if match is None:
            self.refusals.append(Refusal(at, "gemeente", f"‘{short(name)}’ is geen Vlaamse gemeente."))
            return
        if of_code:
            both = gazetteer.resolve(f"{postcode} {name}")
            shared = both.nis if both else tuple(nis for nis in match.nis if nis in of_code.nis)
            if not shared:
                reason = f"Postcode {postcode} hoort niet bij {short(name)} maar bij {of_code.label[5:]}."
                self.refusals.append(Refusal(at, "postcode", reason))
                return
        else:
            shared = match.nis
        if len(shared) > 1:
            choices = " of ".join(gazetteer.names[nis] for nis in shared)
            self.refusals.append(Refusal(at, "gemeente", f"‘{short(name)}’ kan {choices} zijn."))
            return
        filled["gemeente"] = shared[0]

    def _bevestigd_op(self, cell: str) -> date:
        day = values.day(cell)
        if day > self._today:
            raise CellError(f"{day.isoformat()} ligt in de toekomst.")
        return day
