"""Exchange: an entry as the rows of a file. Pure, and read back by `merge` without any change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalogue.curation.entrydata import WHOLE, EntryData, OfferData, SiteData
from catalogue.curation.names import folded
from catalogue.exchange.cells import join
from catalogue.exchange.columns import COLUMNS
from catalogue.exchange.known import Known
from catalogue.exchange.merge import TEXTS
from catalogue.exchange.values import erkenningen_cell, ondernemingsnummer_cell
from catalogue.places.area import format, from_tokens

EMPTY_SITE = SiteData()


@dataclass(frozen=True, slots=True)
class _Group:
    """A site with its offers, or the offers of the whole organisation."""

    vestiging: str
    site: SiteData
    offers: tuple[OfferData, ...]


def rows_of(entry: EntryData, known: Known) -> list[tuple[str, ...]]:
    """The rows of one entry, a cell for every column, sorted by vestiging and werkgebied."""
    common = _organisation_cells(entry)
    cells: list[dict[str, str]] = []
    for group in _groups(entry):
        of_site = common | _site_cells(entry, group, known)
        cells += [of_site | offers for offers in _offer_cells(group.offers, known)]
    cells.sort(key=_order)
    if entry.free_services:
        first = cells[0]
        first["diensten"] = "|".join(filter(None, (first["diensten"], join(entry.free_services))))
    return [tuple(row.get(column, "") for column in COLUMNS) for row in cells]


def _order(row: Mapping[str, str]) -> tuple[str, ...]:
    return (folded(row["vestiging"]), row["vestiging"], row["werkgebied"], row["samenwerking"])


def _groups(entry: EntryData) -> Iterator[_Group]:
    by_site: dict[str | None, list[OfferData]] = {}
    for offer in entry.offers:
        by_site.setdefault(offer.site, []).append(offer)
    for site in entry.sites:
        yield _Group(site.name, site, tuple(by_site.pop(site.name, ())))
    whole = tuple(by_site.pop(None, ()))
    if whole or not entry.sites:
        has_unnamed = any(not site.name for site in entry.sites)
        yield _Group(WHOLE if has_unnamed else "", EMPTY_SITE, whole)


def _organisation_cells(entry: EntryData) -> dict[str, str]:
    treden = sorted({trede for form in entry.werkvormen for trede in form.treden})
    return {
        "naam": entry.name,
        "voorheen": join(entry.former_names),
        "werkvorm": "|".join(form.key for form in entry.werkvormen),
        "trede": "|".join(map(str, treden)),
        "website": entry.website,
        "email": entry.email,
        "telefoon": entry.phone,
        "ondernemingsnummer": ondernemingsnummer_cell(entry.ondernemingsnummer),
        "erkenningen": erkenningen_cell(entry.recognitions),
        "bevestigd_op": entry.confirmed_on.isoformat() if entry.confirmed_on else "",
        "status": entry.status,
    }


def _site_cells(entry: EntryData, group: _Group, known: Known) -> dict[str, str]:
    site = group.site
    # A row without a vestiging speaks for the organisation, one with for its site.
    own: Mapping[str, str] = {
        column: (getattr(site, field) if group.vestiging else "") or getattr(entry, field)
        for column, field in TEXTS.items()
    }
    return {
        **own,
        "vestiging": group.vestiging,
        "straat": site.street,
        "huisnummer": site.house_number,
        "bus": site.box,
        "postcode": site.postcode,
        "gemeente": known.gazetteer.names.get(site.gemeente_nis or "", ""),
    }


def _offer_cells(offers: tuple[OfferData, ...], known: Known) -> list[dict[str, str]]:
    """One row for all services with the same area and samenwerking; one without any where there are none."""
    together: dict[tuple[str, str], list[str]] = {}
    for offer in offers:
        cells = ("" if offer.area_assumed else area_cell(offer.area, known), "|".join(offer.samenwerking))
        together.setdefault(cells, []).append(known.service_word(offer.service))
    return [
        {"diensten": "|".join(sorted(words)), "werkgebied": area, "samenwerking": ways}
        for (area, ways), words in together.items()
    ] or [{"diensten": "", "werkgebied": "", "samenwerking": ""}]


def area_cell(tokens: tuple[str, ...], known: Known) -> str:
    """The work area as a cell."""
    return format(from_tokens(tokens), known.gazetteer.names).replace("; ", "|")
