"""What the buyer asks: one contract, its value, its day and its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

SOORTEN = ("werken", "leveringen", "diensten", "sociale-diensten")
AANBESTEDERS = ("lokaal", "vlaams", "federaal", "speciale-sectoren")


@dataclass(frozen=True)
class Named:
    """A thing with its key (NIS code or slug) and the name that people read."""

    key: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question: value in euro excluding VAT, shares in percent, hourly cost in euro."""

    soort: str
    raming: Decimal
    datum: date
    duur_maanden: Decimal
    arbeidsaandeel: Decimal
    inspanning: Decimal
    uurkost: Decimal
    aanbesteder: str = "lokaal"
    dienst: Named | None = None
    gemeenten: tuple[Named, ...] = ()
    instrument: str | None = None
    # Fields that the buyer left open and that hold our default.
    assumed: frozenset[str] = frozenset()

    @property
    def nis(self) -> tuple[str, ...]:
        return tuple(gemeente.key for gemeente in self.gemeenten)

    @property
    def is_special_sector(self) -> bool:
        return self.aanbesteder == "speciale-sectoren"

    @property
    def is_social_services(self) -> bool:
        return self.soort == "sociale-diensten"

    @property
    def is_works(self) -> bool:
        return self.soort == "werken"

    @property
    def has_place_and_task(self) -> bool:
        return self.dienst is not None and bool(self.gemeenten)


@dataclass(frozen=True)
class FieldError:
    """A field of the question that cannot be used, with the reason in Dutch."""

    veld: str
    melding: str
