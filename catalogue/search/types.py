"""The small types that the search room takes and gives; it knows no others of ours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

PlaceKind = Literal["gemeente", "deelgemeente", "postcode", "oude-naam", "regio"]
ServiceMatchKind = Literal["dienst", "synoniem", "smaller", "ruimer", "deel"]
OwnField = Literal["naam", "voorheen", "nummer", "dienstwoord", "plaats", "nota", "omschrijving"]
SuggestionKind = Literal["dienst", "organisatie", "gemeente"]


FREE = "~"
"""Before the name of a service that is no service of the vocabulary but an organisation's own word."""


@dataclass(frozen=True, slots=True)
class Document:
    """One organisation as the text index knows it; `names` has the name first.

    `stamp` is another number after every change of the entry, and in every other catalogue.
    """

    id: int
    slug: str
    names: tuple[str, ...]
    former_names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    text: str = ""
    stamp: int = 0


class DocumentSource(Protocol):
    """Where documents come from: one generation of the catalogue; the number grows with every change."""

    def generation(self) -> int: ...

    def mark(self) -> str:
        """Return what tells this generation from one with the same number in another catalogue."""
        ...

    def beginning(self) -> int:
        """Return the generation before which there is nothing of this catalogue."""
        ...

    def latest(self) -> int:
        """Return the generation of the catalogue as it is now, which may be later than this one."""
        ...

    def changed_since(self, generation: int) -> tuple[list[int], list[int]]:
        """Return the ids of documents changed after the generation, and of those removed after it."""
        ...

    def documents(self, ids: Sequence[int] | None = None) -> Iterable[Document]:
        """Return all documents, or those with the given ids."""
        ...

    def stamps(self) -> Mapping[int, int]:
        """Return the stamp of every document by its id."""
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

    @property
    def is_free(self) -> bool:
        """Whether it is no service of the vocabulary but an organisation's own word."""
        return self.slug.startswith(FREE)


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
    samenwerking: tuple[str, ...] = ()
    """Forms of cooperation that the word means (enclave)."""
    corrected_from: str | None = None
    loose: tuple[str, ...] = ()
    """Words of the term that its services do not cover ("kantoor" in "kantoorschoonmaak")."""
    about: Mapping[int, OwnMatch] = field(default_factory=dict)
    """Organisations that name what the services do not cover ("verpakking van chocolade").

    No answer by itself: its weight is added for those that answer the term anyway.
    """

    @property
    def is_unanswerable(self) -> bool:
        return not (self.services or self.werkvormen or self.samenwerking or self.own)


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
