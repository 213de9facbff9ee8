"""The three measures of a ranked answer: nDCG at 10, reciprocal rank and recall, each from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DEPTH = 10
RELEVANT = 2
"""The grade from which an entry must be found; what only names a task may be."""


@dataclass(frozen=True, slots=True)
class Score:
    ndcg: float
    mrr: float
    recall: float


def score(ranked: Sequence[str], grades: Mapping[str, int]) -> Score:
    """Measure one answer; where nothing answers, only the empty answer is right."""
    if not grades:
        right = 0.0 if ranked else 1.0
        return Score(right, right, right)
    return Score(ndcg(ranked, grades), reciprocal_rank(ranked, grades), recall(ranked, grades))


def ndcg(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """Discounted gain of the first ten beside the best order that there is."""
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    return _gain([grades.get(slug, 0) for slug in ranked[:DEPTH]]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """One divided by the place of the first of the best answers."""
    top = max(grades.values())
    return next((1 / place for place, slug in enumerate(ranked, 1) if grades.get(slug) == top), 0.0)


def recall(ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    """Share of the entries that do it, or something narrower, among all that were found."""
    wanted = {slug for slug, grade in grades.items() if grade >= min(RELEVANT, max(grades.values()))}
    return len(wanted & set(ranked)) / len(wanted)


def mean(scores: Sequence[Score]) -> Score:
    """The average of several scores."""
    count = len(scores)
    return Score(
        sum(one.ndcg for one in scores) / count,
        sum(one.mrr for one in scores) / count,
        sum(one.recall for one in scores) / count,
    )
