"""Prints how well questions are answered, beside two plain engines; exit status 1 under the goals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

from tests.relevance.measure import OURS, Report, elsewhere, outside, seeds

OVERALL, CLASS = 0.95, 0.85
"""nDCG at 10 that all questions together, and each class of them, must reach."""
EXTRA = ("dialect", "samen")
"""Classes of our own beside those that have a goal: measured, and in the average."""


SETS: dict[str, Callable[[], Iterable[Report]]] = {
    "seeds": lambda: [seeds()],
    "elders": elsewhere,
    "buiten": outside,
}


def table(report: Report) -> str:
    """The three measures by class and engine."""
    engines = list(report.answers)
    lines = [
        f"### {report.title}: {len(report.answers[OURS])} questions, {report.entries} entries",
        "",
        "| | questions | " + " | ".join(f"{engine}: nDCG@10 | MRR | recall" for engine in engines) + " |",
        "|---|" + "---|" * (1 + 3 * len(engines)),
    ]
    by_engine = {engine: report.by_class(engine) for engine in engines}
    for klasse in by_engine[OURS]:
        count = sum(answer.question.klasse == klasse for answer in report.answers[OURS])
        scores = [by_engine[engine][klasse] for engine in engines]
        cells = [f"{s.ndcg:.3f} | {s.mrr:.3f} | {s.recall:.3f}" for s in scores]
        lines.append(f"| {klasse} | {count} | " + " | ".join(cells) + " |")
    scores = [report.overall(engine) for engine in engines]
    cells = [f"{s.ndcg:.3f} | {s.mrr:.3f} | {s.recall:.3f}" for s in scores]
    lines.append(f"| all | {len(report.answers[OURS])} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def misses(report: Report) -> list[str]:
    """The goals that were not reached, in words."""
    classes = {klasse: score for klasse, score in report.by_class().items() if klasse not in EXTRA}
    found = [
        f"{klasse}: {score.ndcg:.3f} < {CLASS}" for klasse, score in classes.items() if score.ndcg < CLASS
    ]
    overall = report.overall().ndcg
    return [*found, f"all: {overall:.3f} < {OVERALL}"] if overall < OVERALL else found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="name the questions below 1 with what was found")
    parser.add_argument("--set", choices=SETS, action="append", help="only these catalogues")
    options = parser.parse_args()
    missed = []
    made = [report for name, report in SETS.items() if not options.set or name in options.set]
    for report in (one for reports in made for one in reports()):
        print(table(report), end="\n\n", flush=True)
        missed += [f"{report.title}, {miss}" for miss in misses(report)]
        if options.show:
            show(report)
    print("\n".join(missed) or "All goals are reached.")
    return 1 if missed else 0


def show(report: Report) -> None:
    """Name what could be better, worst first."""
    for answer in sorted(report.answers[OURS], key=lambda one: one.score.ndcg):
        result = answer.score
        if min(result.ndcg, result.recall) < 1:
            top = [f"{slug}={answer.grades.get(slug, 0)}" for slug in answer.ranked[:6]]
            count = len([g for g in answer.grades.values() if g > 1])
            print(
                f"{result.ndcg:.2f} r{result.recall:.2f} [{answer.question.klasse}] {answer.question.text!r}"
            )
            print(f"      {len(answer.ranked)} found, {count} wanted: {', '.join(top)}")
    print()


if __name__ == "__main__":
    sys.exit(main())
