"""Text search: reads a Dutch question and says which services and organisations answer it.

The only room that knows the search engine. It imports nothing of ours but its own small types.
"""

from catalogue.search.index import TextIndex
from catalogue.search.marking import highlight
from catalogue.search.meaning import ServiceNames
from catalogue.search.scan import ScanIndex
from catalogue.search.suggest import Suggester, nearest
from catalogue.search.types import (
    Document,
    DocumentSource,
    OwnMatch,
    PlaceReading,
    PlaceTerm,
    Reading,
    ServiceMatch,
    ServiceTerm,
    Suggestion,
    Term,
    Vocabulary,
    WerkvormTerm,
)

__all__ = [
    "Document",
    "DocumentSource",
    "OwnMatch",
    "PlaceReading",
    "PlaceTerm",
    "Reading",
    "ScanIndex",
    "ServiceMatch",
    "ServiceNames",
    "ServiceTerm",
    "Suggester",
    "Suggestion",
    "Term",
    "TextIndex",
    "Vocabulary",
    "WerkvormTerm",
    "highlight",
    "nearest",
]
