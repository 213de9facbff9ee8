"""Asks all questions of one catalogue, of the search and of its rivals, and gives the scores by class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from catalogue.directory.find import find
from tests.relevance.catalogues import HERE, Catalogue, catalogue
from tests.relevance.judge import Grades, Judge
from tests.relevance.measures import Score, mean, score
from tests.relevance.questions import TASK_CLASSES, Question, read
from tests.relevance.rivals import Fts5, PlainWhoosh

QUESTIONS = HERE.parent / "search" / "questions.toml"
OURS = "catalogue"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question answered by one engine."""

    question: Question
    ranked: tuple[str, ...]
    grades: Grades = field(repr=False)

    @property
    def score(self) -> Score:
        return score(self.ranked, self.grades)


@dataclass(frozen=True, slots=True)
class Report:
    """All answers over one catalogue, by engine."""

    title: str
    entries: int
    answers: dict[str, list[Answer]]

    def by_class(self, engine: str = OURS) -> dict[str, Score]:
        """The average of each class of questions."""
        scores: dict[str, list[Score]] = defaultdict(list)
        for answer in self.answers[engine]:
            scores[answer.question.klasse].append(answer.score)
        return {klasse: mean(values) for klasse, values in scores.items()}

    def overall(self, engine: str = OURS) -> Score:
        """The average of all questions."""
        return mean([answer.score for answer in self.answers[engine]])


def seeds() -> Report:
    """The starting catalogue, with the questions people in its region ask."""
    with TemporaryDirectory() as folder, catalogue(Path(folder)) as made:
        judge = Judge(made.directory, made.documents)
        questions = read(QUESTIONS)
        return _report("seeds", made, judge, [(one, judge.grades(one)) for one in questions])


def elsewhere() -> Iterable[Report]:
    """The second catalogue: with its own services, then as free words beside the services of seeds/."""
    questions = read(HERE / "elders_vragen.toml")
    organisations = HERE / "elders.csv"
    with (
        TemporaryDirectory() as folder,
        catalogue(Path(folder), services=HERE / "elders.toml", organisations=organisations) as made,
    ):
        judge = Judge(made.directory, made.documents)
        graded = [(one, judge.grades(one)) for one in questions]
        yield _report("elders", made, judge, graded)
    with TemporaryDirectory() as folder, catalogue(Path(folder), organisations=organisations) as made:
        judge = Judge(made.directory, made.documents)
        bare = [(one, grades) for one, grades in graded if one.klasse in TASK_CLASSES]
        yield _report("elders, services as free words", made, judge, bare)


def outside() -> Iterable[Report]:
    """Catalogues and questions of people who did not know the search, over the vocabulary of seeds/."""
    for path in sorted((HERE / "buiten").glob("*.csv")):
        with TemporaryDirectory() as folder, catalogue(Path(folder), organisations=path) as made:
            judge = Judge(made.directory, made.documents)
            questions = read(path.with_suffix(".toml"))
            yield _report(path.stem, made, judge, [(one, judge.grades(one)) for one in questions])


def _report(title: str, made: Catalogue, judge: Judge, graded: Sequence[tuple[Question, Grades]]) -> Report:
    texts = made.texts()
    rivals = (Fts5(texts), PlainWhoosh(texts))
    answers: dict[str, list[Answer]] = {OURS: [], **{rival.name: [] for rival in rivals}}
    for question, grades in graded:
        found = find(made.directory, judge.criteria(question), everything=True)
        answers[OURS].append(Answer(question, tuple(hit.entry.slug for hit in found.hits), grades))
        allowed = judge.allowed(question)
        for rival in rivals:
            answers[rival.name].append(Answer(question, tuple(rival.ask(question.text, allowed)), grades))
    for rival in rivals:
        rival.close()
    return Report(title, len(texts), answers)
