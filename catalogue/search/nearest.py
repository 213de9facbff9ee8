"""For a question that nobody answers: the services whose words come nearest. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from catalogue.search.types import Vocabulary

# Below this likeness (0-100) two words have nothing to do with each other.
LIKENESS = 62


def nearest(asked: Iterable[str], vocabulary: Vocabulary, limit: int = 2) -> list[str]:
    """Slugs of the services most like the words asked, best first; empty where nothing is alike."""
    names = {
        (service.slug, name): name.casefold()
        for service in vocabulary.services
        for name in (service.label, *service.synonyms)
    }
    best: dict[str, float] = {}
    for text in asked:
        found = process.extract(
            text.casefold(), names, scorer=fuzz.ratio, limit=limit * 4, score_cutoff=LIKENESS
        )
        for _, likeness, (slug, _) in found:
            best[slug] = max(best.get(slug, 0.0), likeness)
    return sorted(best, key=lambda slug: (-best[slug], slug))[:limit]
