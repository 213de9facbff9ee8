"""Who can do this service there, as the caller found it in the catalogue; counting only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from catalogue.clauses.defaults import Defaults
from catalogue.clauses.question import Named

ROOD, ORANJE, GROEN = "rood", "oranje", "groen"


@dataclass(frozen=True)
class Holding:
    """A recognition or label of an entry; `is_contractor` marks those that a works contract asks for."""

    soort: str
    klasse: str = ""
    geldig_tot: date | None = None
    is_contractor: bool = True

    def is_expired(self, day: date) -> bool:
        return self.geldig_tot is not None and self.geldig_tot < day


@dataclass(frozen=True)
class Supplier:
    """One organisation that does the service in at least one of the gemeenten and with whom one can order.

    `gemeenten` holds the NIS codes of the question that it serves with this service; `aangenomen` those of
    them that rest on an assumed work area only.
    """

    slug: str
    naam: str
    gemeenten: frozenset[str]
    aangenomen: frozenset[str] = frozenset()
    is_maatwerk: bool = False
    art15_bewezen: bool = False
    # Whether the entry says so itself, without proof.
    is_declared: bool = False
    bevestigd_op: date | None = None
    erkenningen: tuple[Holding, ...] = ()

    @property
    def can_be_reserved_for(self) -> bool:
        return self.is_maatwerk or self.art15_bewezen

    def is_recognised(self, day: date) -> bool:
        """Whether it holds a recognition of contractors that is valid on a day."""
        return any(one.is_contractor and not one.is_expired(day) for one in self.erkenningen)


@dataclass(frozen=True)
class Elsewhere:
    """One that does not do it there: it does it in another gemeente, `km` away, or a wider service there.

    `wat` names that gemeente or that service.
    """

    slug: str
    naam: str
    wat: str
    km: float | None = None
    is_assumed: bool = False


@dataclass(frozen=True)
class TaskCount:
    """One of several tasks, with those that do it in all of the gemeenten."""

    label: str
    suppliers: tuple[Supplier, ...]

    @property
    def aantal(self) -> int:
        return len(self.suppliers)

    @property
    def reservable(self) -> tuple[Supplier, ...]:
        return tuple(supplier for supplier in self.suppliers if supplier.can_be_reserved_for)


@dataclass(frozen=True)
class Supply:
    """All suppliers of one service in the gemeenten asked, in the order of the caller."""

    gemeenten: tuple[Named, ...]
    suppliers: tuple[Supplier, ...]
    # How many more do it in one of the gemeenten, but take no orders (AMA, wijk-werken, others).
    left_out: int = 0
    # Where several tasks are asked, each of them; `suppliers` do them all.
    taken: tuple[TaskCount, ...] = ()
    # Looked up where supply is thin: who does it nearby, nearest first, and who does a wider service there.
    buren: tuple[Elsewhere, ...] = ()
    ruimer: tuple[Elsewhere, ...] = ()
    ruimere_dienst: Named | None = None

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return frozenset(gemeente.key for gemeente in self.gemeenten)

    @cached_property
    def everywhere(self) -> tuple[Supplier, ...]:
        """Those that serve all of the gemeenten."""
        return tuple(one for one in self.suppliers if self._wanted <= one.gemeenten)

    @property
    def aantal(self) -> int:
        return len(self.everywhere)

    @cached_property
    def aangenomen(self) -> int:
        """How many of those that serve all rest on an assumed work area."""
        return sum(1 for supplier in self.everywhere if supplier.aangenomen)

    @cached_property
    def per_gemeente(self) -> dict[str, int]:
        return {gemeente.key: len(self.serving(gemeente.key)) for gemeente in self.gemeenten}

    @cached_property
    def reservable(self) -> tuple[Supplier, ...]:
        """Those that serve all and count for a reservation: maatwerkbedrijf, or a proven art. 15 share."""
        return tuple(supplier for supplier in self.everywhere if supplier.can_be_reserved_for)

    @cached_property
    def to_verify(self) -> tuple[Supplier, ...]:
        """Those that serve all and whose art. 15 share is still to be checked."""
        return tuple(supplier for supplier in self.everywhere if not supplier.can_be_reserved_for)

    @cached_property
    def unproven(self) -> tuple[Supplier, ...]:
        """Those that serve any of the gemeenten and whose art. 15 share is still to be checked."""
        return tuple(supplier for supplier in self.suppliers if not supplier.can_be_reserved_for)

    def serving(self, nis: str) -> tuple[Supplier, ...]:
        return tuple(supplier for supplier in self.suppliers if nis in supplier.gemeenten)

    def reservable_in(self, nis: str) -> tuple[Supplier, ...]:
        return tuple(supplier for supplier in self.serving(nis) if supplier.can_be_reserved_for)

    @cached_property
    def needs_lots(self) -> bool:
        """Whether nobody serves all of several gemeenten while some are served."""
        return len(self.gemeenten) > 1 and not self.everywhere and bool(self.suppliers)

    @cached_property
    def needs_task_lots(self) -> bool:
        """Whether nobody does all of several tasks while some of them are done."""
        return not self.everywhere and any(task.aantal for task in self.taken)

    @cached_property
    def lots_to_reserve(self) -> bool:
        """Whether a reservation needs lots: nobody who counts serves all, somebody who counts serves one."""
        counts = any(supplier.can_be_reserved_for for supplier in self.suppliers)
        return len(self.gemeenten) > 1 and not self.reservable and counts

    def oordeel(self, rules: Defaults) -> str:
        return colour(self.aantal, rules)


def colour(aantal: int, rules: Defaults) -> str:
    """Give the colour of a count of suppliers for a small region."""
    if aantal >= rules.groen:
        return GROEN
    return ORANJE if aantal >= rules.oranje else ROOD
