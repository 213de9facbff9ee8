"""What the buyer asks: one contract, its value, its day and its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalogue.clauses.amounts import dutch_inside

SOORTEN = ("werken", "leveringen", "diensten", "sociale-diensten")
AANBESTEDERS = ("lokaal", "vlaams", "federaal", "speciale-sectoren")


@dataclass(frozen=True)
class Named:
    """A thing with its key (NIS code or slug) and the name that people read."""

    key: str
    label: str


@dataclass(frozen=True)
class Task:
    """One thing that is to be done: the buyer's words and the services they mean, any of which will do."""

    woorden: str
    diensten: tuple[Named, ...]
    # Keys of the services themselves and of those above them, nearest first: where a guide value may stand.
    gids: tuple[str, ...] = ()
    # CPV codes of the services; the one that the buyer gave comes first.
    cpv: tuple[str, ...] = ()
    # Labels of what is narrower and counts too.
    smaller: tuple[str, ...] = ()
    # The word as we read it, where the buyer's had a slip.
    gelezen: str = ""
    # Words that did not narrow the question.
    los: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dienst.key for dienst in self.diensten)

    @property
    def label(self) -> str:
        first, *others = [dienst.label for dienst in self.diensten]
        return " of ".join([first, *(dutch_inside(label) for label in others)])


@dataclass(frozen=True)
class Place:
    """What a word for a place means: some gemeenten; all of them where it names a region."""

    gemeenten: tuple[Named, ...]
    # The name of the region; empty where the word names a gemeente.
    regio: str = ""


@dataclass(frozen=True)
class Meant:
    """What a buyer's words for the work mean: tasks we know, words we do not, a place named along the way."""

    taken: tuple[Task, ...] = ()
    onbekend: tuple[str, ...] = ()
    # Words that name a kind of organisation or of cooperation, which is no task.
    los: tuple[str, ...] = ()
    plaats: Place | None = None


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
    # What is to be done, one by one; `dienst` names them together.
    taken: tuple[Task, ...] = ()
    # Words of the question that did not count.
    los: tuple[str, ...] = ()
    # Names of the regions among the places, for the reader; their gemeenten stand in `gemeenten`.
    regios: tuple[str, ...] = ()
    # How many lots the buyer plans, and what each is worth where that was given.
    percelen: int | None = None
    perceelbedragen: tuple[Decimal, ...] = ()
    # Fields that the buyer left open and that hold our default.
    assumed: frozenset[str] = frozenset()

    @property
    def nis(self) -> tuple[str, ...]:
        return tuple(gemeente.key for gemeente in self.gemeenten)

    @property
    def guides(self) -> tuple[str, ...]:
        """The services that may have a guide value for the share of labour, best first."""
        return tuple(key for task in self.taken for key in task.gids)

    @property
    def cpv(self) -> tuple[str, ...]:
        """The CPV codes of what is to be done, each once."""
        return tuple(dict.fromkeys(code for task in self.taken for code in task.cpv))

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
    def has_lots(self) -> bool:
        return self.percelen is not None and self.percelen > 1

    @property
    def has_place_and_task(self) -> bool:
        return self.dienst is not None and bool(self.gemeenten)


@dataclass(frozen=True)
class FieldError:
    """A field of the question that cannot be used, with the reason in Dutch."""

    veld: str
    melding: str
