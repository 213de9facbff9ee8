"""Who can be a partner of a company: those who say to cooperate so first, then those who do not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from catalogue.directory import match
from catalogue.directory.criteria import Criteria
from catalogue.directory.elsewhere import elsewhere
from catalogue.directory.find import Found
from catalogue.directory.live import Directory
from catalogue.directory.loosen import Loosened, loosen
from catalogue.directory.recognitions import held_by
from catalogue.directory.search import Hit, Search, effective_sort
from catalogue.directory.sentence import sentence
from catalogue.directory.tables import Bits
from catalogue.directory.wish import Wish
from catalogue.extensions import db
from catalogue.models import Organisation
from catalogue.models.offer import SAMENWERKING

# With fewer partners than this the neighbours are named too, and so many of them.
THIN, NEARBY = 3, 5


@dataclass(frozen=True, slots=True)
class Group:
    """Partners of one kind, best first; `hits` are the first of `total`."""

    total: int = 0
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach an organisation, and the recognitions and labels that it holds."""

    email: str = ""
    phone: str = ""
    website: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Partners:
    """The answer. Without a chosen form of cooperation everyone stands in `stated`.

    `silent` do the work and do not say how they cooperate, `otherwise` only say so of other forms; `closed`
    counts those who do the work while no order can be placed with them.
    """

    found: Found
    forms: tuple[str, ...]
    stated: Group
    silent: Group = Group()
    otherwise: Group = Group()
    nearby: tuple[Hit, ...] = ()
    closed: int = 0


def find_partners(directory: Directory, criteria: Criteria, forms: Sequence[str]) -> Partners:
    """Who does the work there and takes orders; `forms` rank and part them, but hide nobody.

    A form of cooperation that the question names in words ("enclave") counts as chosen.
    """
    snapshot = directory.current()
    search = Search(directory, criteria, snapshot)
    wanted = _take_forms(search, forms)
    asked = search.criteria
    query = search.query(asked)
    orderable = snapshot.sets["orderable"].get("", 0)
    everyone = match.evaluate(snapshot, query)
    fitting = everyone & orderable

    def with_forms(keys: Iterable[str]) -> Bits:
        narrowed = replace(query, samenwerking=match.layered(snapshot, "samenwerking", keys))
        return match.evaluate(snapshot, narrowed) & fitting

    km, nearest = search.distances(asked)

    def order(found: Bits) -> NDArray[np.intp]:
        return match.in_order(snapshot, query, found, effective_sort(asked), km)

    def group(found: Bits, shown: Criteria) -> Group:
        best = order(found)
        first = best[: asked.per_pagina]
        return Group(len(best), tuple(search.hit(int(at), km, nearest, shown) for at in first))

    total = fitting.bit_count()
    says_it = with_forms(wanted) if wanted else fitting
    says_any = with_forms(SAMENWERKING) if wanted else fitting
    found = Found(
        asked=criteria,
        criteria=asked,
        snapshot=snapshot,
        reading=search.reading,
        total=total,
        order=order(fitting),
        sentence=sentence(total, asked, search.words, search.reading),
        corrected=(search.reading.corrected or "") if search.reading else "",
        recognised=search.recognised,
        loosened=Loosened() if total else _orderable(loosen(search)),
    )
    return Partners(
        found=found,
        forms=wanted,
        stated=group(says_it, replace(asked, samenwerking=wanted)),
        silent=group(fitting & ~says_any, asked),
        otherwise=group(says_any & ~says_it, asked),
        nearby=_nearby(search, fitting) if 0 < total < THIN else (),
        closed=(everyone & ~orderable).bit_count(),
    )


def _take_forms(search: Search, forms: Sequence[str]) -> tuple[str, ...]:
    """The chosen forms, with those that the question names beside its work: these narrow no more."""
    reading = search.reading
    if reading is None:
        return tuple(forms)
    # A longer term ("inpakken of enclave") holds work too.
    named = [term for term in reading.terms if term.samenwerking and " " not in term.text.strip()]
    rest = tuple(term for term in reading.terms if term not in named)
    if not named or not rest:
        return tuple(forms)
    search.reading = replace(reading, terms=rest)
    said = (key for term in named for key in term.samenwerking)
    return tuple(dict.fromkeys([*forms, *said]))


def _orderable(loosened: Loosened) -> Loosened:
    return replace(loosened, hits=tuple(hit for hit in loosened.hits if hit.entry.is_orderable))


def _nearby(search: Search, fitting: Bits) -> tuple[Hit, ...]:
    """Who does it in the gemeenten around, where few do it in the place that was asked."""
    here = {int(position) for position in search.snapshot.positions(fitting)}
    found = elsewhere(Wish(search, search.criteria, search.terms))
    position = search.snapshot.position
    others = [hit for hit in found if hit.entry.is_orderable and position[hit.entry.id] not in here]
    return tuple(others[:NEARBY])


def contacts(ids: Iterable[int], today: date) -> dict[int, Contact]:
    """How to reach some organisations, and what they hold today; for a page of them, not for all."""
    chosen = list(ids)
    if not chosen:
        return {}
    labels = {
        id_: tuple(one.name for one in held if one.is_valid(today)) for id_, held in held_by(chosen).items()
    }
    rows = db.session.execute(
        select(Organisation.id, Organisation.email, Organisation.phone, Organisation.website).where(
            Organisation.id.in_(chosen)
        )
    )
    return {row.id: Contact(row.email, row.phone, row.website, labels.get(row.id, ())) for row in rows}
