"""Exchange: a row of texts becomes a record of values, or says in Dutch why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalogue.curation.entrydata import RecognitionData, distinct, line, paragraphs
from catalogue.exchange import values
from catalogue.exchange.cells import split
from catalogue.exchange.columns import LENGTHS
from catalogue.exchange.known import Known
from catalogue.exchange.problems import CellError, Doubt, Refusal
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

    def __init__(self, known: Known, *, today: date) -> None:
        self._known = known
        self._today = today
        self.refusals: list[Refusal] = []
        self.doubts: list[Doubt] = []
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
        for column, cell in row.cells.items():
            try:
                filled[column] = self._cell(column, cell) or None
            except CellError as bad:
                self.refusals.append(Refusal(row.line, column, str(bad)))
        if not filled.get("naam") and not any(
            refusal.column == "naam" for refusal in self.refusals[refused:]
        ):
            self.refusals.append(Refusal(row.line, "naam", "De naam ontbreekt."))
        self._place(row.line, filled)
        if len(self.refusals) > refused:
            return None
        filled["vestiging"] = filled.get("vestiging") or ""
        services: Services | None = filled.get("diensten")
        for word in services.words if services else ():
            guess = self._known.guess(word)
            hint = f" Bedoelt u ‘{guess}’?" if guess else ""
            reason = f"‘{short(word)}’ is geen gekende dienst en wordt bewaard als vrije tekst.{hint}"
            self.doubts.append(Doubt(row.line, "diensten", reason))
        return Record(line=row.line, **filled)

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
