"""Exchange: the offers of one site as the rows of a file say them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalogue.curation.entrydata import OfferData
from catalogue.exchange.problems import Doubt
from catalogue.exchange.records import Record

# A service with its area and samenwerking as the cells give them; None is an empty cell.
_Wanted = tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]


def merge_offers(
    site: str | None, there: Sequence[OfferData], rows: Sequence[Record]
) -> tuple[list[OfferData], list[Doubt]]:
    """The offers of a site after the rows, and what was doubtful.

    Rows that name services renew all offers of the site; an offer that stays keeps its note, and also its
    area and samenwerking where the row leaves those open.
    """
    naming = [row for row in rows if row.diensten]
    if not naming:
        return _adjusted(there, rows)
    doubts = [
        Doubt(row.line, column, "Deze rij noemt geen diensten; dit is niet gebruikt.")
        for row in rows
        if not row.diensten
        for column in ("werkgebied", "samenwerking")
        if getattr(row, column)
    ]
    return _renewed(site, there, naming), doubts


def _adjusted(there: Sequence[OfferData], rows: Sequence[Record]) -> tuple[list[OfferData], list[Doubt]]:
    """Area and samenwerking without services change the offers that are there."""
    given = {(row.werkgebied, row.samenwerking): row for row in rows if row.werkgebied or row.samenwerking}
    if not given:
        return list(there), []
    line = next(reversed(given.values())).line
    if not there:
        return [], [Doubt(line, "werkgebied", "Er zijn geen diensten om dit werkgebied bij te bewaren.")]
    if len(given) > 1:
        reason = "Rijen zonder diensten spreken elkaar tegen; het werkgebied blijft wat het was."
        return list(there), [Doubt(line, "werkgebied", reason)]
    ((area, ways),) = given
    return [_changed(offer, area, ways) for offer in there], []


def _changed(
    offer: OfferData, area: tuple[str, ...] | None, samenwerking: tuple[str, ...] | None
) -> OfferData:
    if area:
        offer = replace(offer, area=area, area_assumed=False)
    return replace(offer, samenwerking=samenwerking) if samenwerking else offer


def _renewed(site: str | None, there: Sequence[OfferData], rows: Sequence[Record]) -> list[OfferData]:
    wanted = dict.fromkeys(
        (slug, row.werkgebied, row.samenwerking)
        for row in rows
        for slug in (row.diensten.slugs if row.diensten else ())
    )
    said: dict[str, dict[str, None]] = {}
    for row in rows:
        for slug, spoken in (row.diensten.said if row.diensten else {}).items():
            said.setdefault(slug, {}).update(dict.fromkeys(spoken))
    left = list(there)
    kept: list[OfferData] = []
    open_: list[_Wanted] = []
    # First whoever is named exactly, so that an open cell never takes what another row states.
    for one in wanted:
        exact = next((offer for offer in left if _cells(offer) == one), None)
        if exact:
            left.remove(exact)
            kept.append(exact)
        else:
            open_.append(one)
    for slug, area, ways in open_:
        meant = _meant([offer for offer in left if offer.service == slug], area, ways)
        left = [offer for offer in left if offer not in meant]
        kept += [_changed(offer, area, ways) for offer in meant or [_new(slug, site, said)]]
    return kept


def _new(slug: str, site: str | None, said: Mapping[str, Iterable[str]]) -> OfferData:
    """A new offer; the words by which the file calls it stay as its note."""
    return OfferData(slug, site, note=", ".join(said.get(slug, ())))


def _cells(offer: OfferData) -> _Wanted:
    """What a file says of this offer."""
    return (offer.service, None if offer.area_assumed else offer.area, offer.samenwerking or None)


def _meant(
    same: Sequence[OfferData], area: tuple[str, ...] | None, ways: tuple[str, ...] | None
) -> Sequence[OfferData]:
    """Of the offers with this service those that a row can mean: what it leaves open may be anything."""
    if area:
        return [offer for offer in same if offer.area == area and not offer.area_assumed] or same[:1]
    if ways:
        return [offer for offer in same if offer.samenwerking == ways] or same
    return same
