"""Curation: how services, gemeenten and work areas are called where a difference is shown to people."""

from __future__ import annotations

from catalogue.curation import differences
from catalogue.directory.vocabulary import Words
from catalogue.places import area


def in_words(words: Words) -> differences.Words:
    """The words of this vocabulary; what it does not know (any more) is shown by its code."""
    gazetteer = words.gazetteer

    def described(tokens: tuple[str, ...]) -> str:
        try:
            return area.describe(area.from_tokens(tokens), gazetteer.names, gazetteer.region_names)
        except ValueError:
            # Kept in a history of long ago; what it once meant is not for us to guess.
            return ", ".join(tokens)

    return differences.Words(
        service=lambda slug: words.services[slug].label if slug in words.services else slug,
        area=described,
        gemeente=lambda nis: gazetteer.names.get(nis, nis),
    )
