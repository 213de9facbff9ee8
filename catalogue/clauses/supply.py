"""Who can do this service there, as the caller found it in the catalogue; counting only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalogue.clauses.defaults import Defaults
from catalogue.clauses.question import Named

ROOD, ORANJE, GROEN = "rood", "oranje", "groen"


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
    # What the entry says about art. 15, in words for the page.
    art15_status: str = ""
    bevestigd_op: date | None = None
    erkenningen: tuple[str, ...] = ()

    @property
    def can_be_reserved_for(self) -> bool:
        return self.is_maatwerk or self.art15_bewezen


@dataclass(frozen=True)
class Broader:
    """A broader service, and how many suppliers of it serve all of the gemeenten."""

    service: Named
    aantal: int


@dataclass(frozen=True)
class Supply:
    """All suppliers of one service in the gemeenten asked, in the order of the caller."""

    gemeenten: tuple[Named, ...]
    suppliers: tuple[Supplier, ...]
    # How many more do it in one of the gemeenten, but take no orders (AMA, wijk-werken, others).
    left_out: int = 0
    # The broader service and how many do that in all of the gemeenten; looked up where supply is thin.
    broader: Broader | None = None

    def serves_all(self, supplier: Supplier) -> bool:
        return all(gemeente.key in supplier.gemeenten for gemeente in self.gemeenten)

    @property
    def everywhere(self) -> tuple[Supplier, ...]:
        """Those that serve all of the gemeenten."""
        return tuple(supplier for supplier in self.suppliers if self.serves_all(supplier))

    @property
    def aantal(self) -> int:
        return len(self.everywhere)

    @property
    def aangenomen(self) -> int:
        """How many of those that serve all rest on an assumed work area."""
        return sum(1 for supplier in self.everywhere if supplier.aangenomen)

    @property
    def per_gemeente(self) -> dict[str, int]:
        return {gemeente.key: len(self.serving(gemeente.key)) for gemeente in self.gemeenten}

    @property
    def reservable(self) -> tuple[Supplier, ...]:
        """Those that serve all and count for a reservation: maatwerkbedrijf, or a proven art. 15 share."""
        return tuple(supplier for supplier in self.everywhere if supplier.can_be_reserved_for)

    @property
    def to_verify(self) -> tuple[Supplier, ...]:
        """Those that serve all and whose art. 15 share is still to be checked."""
        return tuple(supplier for supplier in self.everywhere if not supplier.can_be_reserved_for)

    @property
    def unproven(self) -> tuple[Supplier, ...]:
        """Those that serve any of the gemeenten and whose art. 15 share is still to be checked."""
        return tuple(supplier for supplier in self.suppliers if not supplier.can_be_reserved_for)

    def serving(self, nis: str) -> tuple[Supplier, ...]:
        return tuple(supplier for supplier in self.suppliers if nis in supplier.gemeenten)

    def reservable_in(self, nis: str) -> tuple[Supplier, ...]:
        return tuple(supplier for supplier in self.serving(nis) if supplier.can_be_reserved_for)

    @property
    def needs_lots(self) -> bool:
        """Whether nobody serves all of several gemeenten while some are served."""
        return len(self.gemeenten) > 1 and not self.everywhere and bool(self.suppliers)

    @property
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
