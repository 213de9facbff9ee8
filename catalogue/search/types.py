"""The small types that the search room takes and gives; it knows no others of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

PlaceKind = Literal["gemeente", "deelgemeente", "postcode", "oude-naam", "regio"]
ServiceMatchKind = Literal["dienst", "synoniem", "smaller", "ruimer", "deel"]
OwnField = Literal["naam", "voorheen", "nummer", "dienstwoord", "plaats", "nota", "omschrijving"]
SuggestionKind = Literal["dienst", "organisatie", "gemeente"]


@dataclass(frozen=True, slots=True)
class Document:
    """One organisation as the text index knows it; `names` has the name first."""

    id: int
    slug: str
    names: tuple[str, ...]
    former_names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    text: str = ""


class DocumentSource(Protocol):
    """Where documents come from; the generation grows with every change."""

    def generation(self) -> int: ...

    def all(self) -> Iterable[Document]: ...

    def changed_since(self, generation: int) -> tuple[list[Document], list[int]]:
        """Return the documents changed after the generation and the ids removed after it."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceTerm:
    slug: str
    label: str
    synonyms: tuple[str, ...] = ()
    cpv: tuple[str, ...] = ()
    broader: str | None = None
    category: str = ""


@dataclass(frozen=True, slots=True)
class WerkvormTerm:
    key: str
    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceTerm:
    """A name that people use for a place; `is_word` marks names that are ordinary words too (Boom, Mol)."""

    label: str
    nis: tuple[str, ...]
    kind: PlaceKind
    slug: str = ""
    is_word: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The words a question is read with. Compared by identity: what is derived from it is made once."""

    services: tuple[ServiceTerm, ...] = ()
    werkvormen: tuple[WerkvormTerm, ...] = ()
    places: tuple[PlaceTerm, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceMatch:
    slug: str
    weight: float
    kind: ServiceMatchKind
    word: str


@dataclass(frozen=True, slots=True)
class OwnMatch:
    weight: float
    field: OwnField
    word: str


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked: the services that a word means, and the organisations that say it themselves."""

    text: str
    services: tuple[ServiceMatch, ...] = ()
    werkvormen: tuple[str, ...] = ()
    own: Mapping[int, OwnMatch] = field(default_factory=dict)
    corrected_from: str | None = None
    loose: tuple[str, ...] = ()
    """Words of the term that its services do not cover ("kantoor" in "kantoorschoonmaak")."""
    about: Mapping[int, OwnMatch] = field(default_factory=dict)
    """Organisations that name what the services do not cover ("verpakking van chocolade").

    No answer by itself: its weight is added for those that answer the term anyway.
    """

    @property
    def is_unanswerable(self) -> bool:
        return not (self.services or self.werkvormen or self.own)


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """The place in a question: gemeenten to work in, or with `near` a centre and a radius in km."""

    label: str
    nis: tuple[str, ...]
    words: str
    regio: str | None = None
    near: bool = False
    straal: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood as."""

    text: str
    place: PlaceReading | None = None
    terms: tuple[Term, ...] = ()
    filler: tuple[str, ...] = ()
    cpv: tuple[str, ...] = ()
    corrected: str | None = None
    treden: tuple[int, ...] = ()
    """Steps of the participation ladder that the question names."""

    @property
    def is_empty(self) -> bool:
        return not self.terms and self.place is None and not self.treden

    @property
    def is_unanswerable(self) -> bool:
        return any(term.is_unanswerable for term in self.terms)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search box; `via` is the synonym that matched, where it was not the label."""

    kind: SuggestionKind
    label: str
    value: str
    slug: str
    via: str | None = None
