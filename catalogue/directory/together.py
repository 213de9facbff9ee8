"""Nobody does all of it: the tasks of a question shared out over those who each do some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from catalogue.directory.elsewhere import elsewhere
from catalogue.directory.search import Hit
from catalogue.directory.wish import Task, Wish, is_name
from catalogue.web.words import enumerate_words

# What stands before the tasks of one who does it with others, or does no more than that.
TOGETHER, ALONE = "samen: ", "alleen: "
# Beside those who share the tasks out, so many others for each task.
OTHERS = 1


@dataclass(frozen=True, slots=True)
class Partner:
    """One of those who do it together, with the tasks that it takes."""

    hit: Hit
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """How tasks that nobody does together are shared out, once what `without` names is let go.

    `not_here` are tasks that nobody does in the place asked but somebody does further on, `nobody` those
    that nobody does anywhere within the other filters.
    """

    partners: tuple[Partner, ...]
    tasks: tuple[str, ...]
    not_here: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()
    without: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every task is taken."""
        return not self.nobody


def share_out(wish: Wish) -> tuple[list[Hit], Together | None]:
    """Who takes which task; where an organisation is asked by name, who answers one of the words."""
    tasks = wish.tasks
    if len(tasks) < 2:
        return [], None
    if any(is_name(term) for task in tasks for term in task.terms):
        return [
            hit for task in tasks for hit in wish.only(task).less(f"{ALONE}{task.text}").take(most=OTHERS + 1)
        ], None
    orders = {task.text: wish.only(task).order() for task in tasks}
    here = [task for task in tasks if orders[task.text]]
    afar = {task.text: elsewhere(wish.only(task)) for task in tasks if task not in here}
    nobody = tuple(text for text, hits in afar.items() if not hits)
    before = TOGETHER if len(tasks) > len(nobody) + 1 else ALONE
    partners = _partners(wish, here, orders, before)
    for task in tasks:
        for hit in afar.get(task.text, [])[:1]:
            # The wish is already said in front of how far it is.
            far = hit.loosened.removeprefix(wish.label()).removeprefix(", ")
            label = wish.label(f"{before}{task.text}, {far}")
            partners.append(Partner(replace(hit, loosened=label), (task.text,)))
    if not partners:
        return [], None
    hits = [partner.hit for partner in partners]
    for task in here:
        given = {hit.entry.id for hit in hits}
        others = wish.only(task).less(f"{before}{task.text}").take(most=OTHERS + len(given))
        hits += [hit for hit in others if hit.entry.id not in given][:OTHERS]
    not_here = tuple(text for text, found in afar.items() if found)
    texts = tuple(task.text for task in tasks)
    return hits, Together(tuple(partners), texts, not_here, nobody, wish.label())


def _partners(
    wish: Wish, here: Sequence[Task], orders: Mapping[str, Sequence[int]], before: str
) -> list[Partner]:
    """As few as can do all tasks in the place: whoever takes most of what is left, the best first."""
    left = list(here)
    partners: list[Partner] = []
    while left:
        takes: dict[int, list[Task]] = {}
        for task in left:
            for position in orders[task.text]:
                takes.setdefault(position, []).append(task)
        # The order of the first task decides between those who take as many.
        best = max(takes, key=lambda position: len(takes[position]))
        mine = takes[best]
        texts = tuple(task.text for task in mine)
        (hit,) = wish.only(*mine).less(f"{before}{enumerate_words(texts)}").hits([best])
        partners.append(Partner(hit, texts))
        left = [task for task in left if task not in mine]
    return partners
