"""What is kept of each document beside its postings, so that a later version can take its place. Pure."""

from catalogue.search.fields import Analysed
from catalogue.search.own import STEM_FIELDS

STEMS = "stam"
"""Name under which the stems of all fields stand together."""
WRITTEN = "vorm"
"""The field of the words as they are written."""
COUNTED = (WRITTEN, "vrij")
"""Fields whose terms are counted by documents."""


def kept_terms(document: Analysed) -> dict[str, tuple[str, ...]]:
    """Return the stems of a document, and its terms in the fields that are counted."""
    stems = dict.fromkeys(term for field in STEM_FIELDS for term in document.terms.get(field, ()))
    return {STEMS: tuple(stems)} | {field: document.terms.get(field, ()) for field in COUNTED}
