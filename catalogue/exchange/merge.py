"""Exchange: what an entry becomes when the rows of a file are laid over it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import Any, cast

from catalogue.curation.entrydata import (
    WHOLE,
    EntryData,
    EntryError,
    OfferData,
    SiteData,
    WerkvormData,
    distinct,
    normal,
)
from catalogue.curation.names import folded
from catalogue.exchange.offers import merge_offers
from catalogue.exchange.problems import Doubt, Refusal
from catalogue.exchange.records import Record
from catalogue.models import Status
from catalogue.models.werkvorm import werkvormen

# Columns that say something of the whole organisation, with the field of the entry.
OF_ORGANISATION = {
    "website": "website",
    "email": "email",
    "telefoon": "phone",
    "ondernemingsnummer": "ondernemingsnummer",
    "erkenningen": "recognitions",
    "bevestigd_op": "confirmed_on",
    "status": "status",
}
OF_SITE = {
    "straat": "street",
    "huisnummer": "house_number",
    "bus": "box",
    "postcode": "postcode",
    "gemeente": "gemeente_nis",
}
TEXTS = {"omschrijving": "description", "bron": "source", "zekerheid": "zekerheid"}
WITHOUT_FORM = "andere"
KEYS = tuple(field.name for field in fields(EntryData))


@dataclass(frozen=True, slots=True)
class Merged:
    """What an entry becomes (None where that is refused), and what is to be said about it."""

    entry: EntryData | None
    doubts: tuple[Doubt, ...]
    refusals: tuple[Refusal, ...]


def merge(
    current: EntryData | None, rows: Sequence[Record], postcodes: Mapping[str, Sequence[str]]
) -> Merged:
    """Lay rows over an entry, None for a new one; `postcodes` gives those of each NIS code."""
    merging = _Merging(current, rows, postcodes)
    try:
        entry = merging.run()
    except EntryError as error:
        column = {"sites": "vestiging", "offers": "diensten"}.get(error.field, "naam")
        return Merged(None, tuple(merging.doubts), (Refusal(rows[0].line, column, error.reason),))
    return Merged(entry, tuple(merging.doubts), ())


class _Merging:
    """One entry under way, column by column."""

    def __init__(
        self, current: EntryData | None, rows: Sequence[Record], postcodes: Mapping[str, Sequence[str]]
    ) -> None:
        self._rows = rows
        self._postcodes = postcodes
        self.doubts: list[Doubt] = []
        self._is_new = current is None
        self._before = current or EntryData(name=rows[0].naam)
        # A working copy: `replace` for every column would take most of the time of an import.
        self._entry = SimpleNamespace(**{key: getattr(self._before, key) for key in KEYS})
        self._groups: dict[str | None, list[Record]] = {}

    def run(self) -> EntryData:
        """The entry with every row laid over it; raises EntryError for what cannot be kept."""
        self._name()
        self._organisation()
        self._werkvormen()
        self._groups = self._sites()
        self._texts()
        self._offers()
        self._radii()
        return normal(EntryData(**vars(self._entry)))

    def _name(self) -> None:
        """A row that names the entry's present name as a former one gives it a new name."""
        name, former = self._entry.name, list(self._entry.former_names)
        for row in self._rows:
            old = row.voorheen or ()
            if folded(name) in map(folded, old) and folded(row.naam) != folded(name):
                former.append(name)
                name = row.naam
            former += old
        self._entry.name, self._entry.former_names = name, distinct(former, without=name)

    def _last(self, column: str, rows: Iterable[Record]) -> Any:
        """What the rows say in a column; where they contradict each other the last one counts, as a doubt."""
        value = None
        for row in rows:
            given = getattr(row, column)
            if given is not None:
                if value is not None and given != value:
                    reason = f"Een andere rij van ‘{row.naam}’ zegt iets anders; deze telt."
                    self.doubts.append(Doubt(row.line, column, reason))
                value = given
        return value

    def _organisation(self) -> None:
        for column, field in OF_ORGANISATION.items():
            value = self._last(column, self._rows)
            if value is not None:
                setattr(self._entry, field, value)
        if self._before.status == Status.ARCHIVED and not any(row.status for row in self._rows):
            reason = "Deze organisatie is gearchiveerd en blijft dat; vul status in om ze opnieuw te tonen."
            self.doubts.append(Doubt(self._rows[0].line, "status", reason))

    def _werkvormen(self) -> None:
        keys = self._last("werkvorm", self._rows)
        if keys is not None:
            there = {form.key: form for form in self._entry.werkvormen}
            self._entry.werkvormen = tuple(there.get(key) or WerkvormData(key) for key in keys)
        elif self._is_new:
            reason = f"Er staat geen werkvorm; dit wordt ‘{WITHOUT_FORM}’."
            self.doubts.append(Doubt(self._rows[0].line, "werkvorm", reason))
        if not self._entry.werkvormen:
            self._entry.werkvormen = (WerkvormData(WITHOUT_FORM),)
        treden = self._last("trede", self._rows)
        if treden is not None and set(treden) != {t for form in self._entry.werkvormen for t in form.treden}:
            self._entry.werkvormen = tuple(divided(treden, self._entry.werkvormen))

    def _sites(self) -> dict[str | None, list[Record]]:
        """The rows of each site by its name, of the whole organisation by None; new sites are added."""
        sites = {folded(site.name): site for site in self._entry.sites}
        by_key: dict[str, list[Record]] = {}
        for row in self._rows:
            by_key.setdefault(folded(row.vestiging), []).append(row)
        groups: dict[str | None, list[Record]] = {}
        for key, rows in by_key.items():
            if key == WHOLE or (not key and key not in sites and not any(row.has_address for row in rows)):
                groups.setdefault(None, []).extend(rows)
                continue
            if key not in sites:
                if not key and WHOLE not in by_key:
                    self._take_over_offers()
                sites[key] = SiteData(name=rows[0].vestiging)
            sites[key] = self._addressed(sites[key], rows)
            groups[sites[key].name] = rows
        self._entry.sites = tuple(sites.values())
        return groups

    def _take_over_offers(self) -> None:
        """What had no site yet is done from the one that now gets an address."""
        offers = (replace(offer, site="") if offer.site is None else offer for offer in self._entry.offers)
        self._entry.offers = tuple(offers)

    def _addressed(self, site: SiteData, rows: Sequence[Record]) -> SiteData:
        values: dict[str, Any] = {}
        for column, field in OF_SITE.items():
            value = self._last(column, rows)
            if value is not None:
                values[field] = value
        moved = replace(site, **values)
        if moved.address == site.address:
            return moved
        at = rows[-1].line
        allowed = self._postcodes.get(moved.gemeente_nis or "", ())
        if moved.postcode and allowed and moved.postcode not in allowed:
            if "gemeente_nis" in values:
                moved = replace(moved, postcode="")
                reason = f"Postcode {site.postcode} hoort niet bij deze gemeente en is weggehaald."
            else:
                moved = replace(moved, gemeente_nis=None)
                reason = "De vroegere gemeente hoort niet bij deze postcode en is weggehaald."
            self.doubts.append(Doubt(at, "gemeente", reason))
        for column, field in (("huisnummer", "house_number"), ("bus", "box")):
            stays = getattr(site, field)
            if "street" in values and values["street"] != site.street and stays and field not in values:
                reason = f"De straat verandert; {column} {stays} van het vroegere adres blijft staan."
                self.doubts.append(Doubt(at, column, reason))
        return moved

    def _texts(self) -> None:
        """A text of a row with a vestiging is that of the site, unless it is the organisation's anyway."""
        own: dict[str, dict[str, str]] = {}
        for column, field in TEXTS.items():
            before = getattr(self._entry, field)
            text = self._last(column, self._groups.get(None, []) + self._groups.get("", []))
            given = {name: self._last(column, rows) for name, rows in self._groups.items() if name}
            given = {name: said for name, said in given.items() if said is not None}
            if text is None:
                text = self._shared(field, given)
            if text is None:
                text = before
            for name, said in given.items():
                own.setdefault(name, {})[field] = "" if said in (before, text) else said
            setattr(self._entry, field, text)
        self._entry.sites = tuple(
            replace(site, **cast("dict[str, Any]", own[site.name])) if site.name in own else site
            for site in self._entry.sites
        )

    def _shared(self, field: str, given: dict[str, Any]) -> Any:
        """The organisation's text: the first where it has none, else one that all its sites get."""
        if not given:
            return None
        if not getattr(self._entry, field):
            return next(iter(given.values()))
        alike = len(set(given.values())) == 1
        everywhere = all(site.name in given and not getattr(site, field) for site in self._entry.sites)
        elsewhere = any(offer.site is None for offer in self._entry.offers)
        return next(iter(given.values())) if alike and everywhere and not elsewhere else None

    def _offers(self) -> None:
        offers: list[OfferData] = []
        renewed: set[str | None] = set()
        held = {offer.site for offer in self._entry.offers}
        for site in dict.fromkeys([*held, *self._groups]):
            rows = self._groups.get(site, [])
            there = [offer for offer in self._entry.offers if offer.site == site]
            merged, doubts = merge_offers(site, there, rows)
            offers += merged
            self.doubts += doubts
            if any(row.diensten for row in rows):
                renewed.add(site)
        self._free_words(is_whole=held <= renewed)
        self._entry.offers = tuple(offers)

    def _free_words(self, *, is_whole: bool) -> None:
        """Words belong to the whole entry: they are renewed where all its offers are, else added to."""
        naming = [row for row in self._rows if row.diensten]
        if not naming:
            return
        words = distinct(word for row in naming if row.diensten for word in row.diensten.words)
        if is_whole:
            self._entry.free_services = words
            return
        for old in self._entry.free_services:
            if folded(old) not in map(folded, words):
                reason = f"‘{old}’ blijft staan als vrij woord van de hele organisatie."
                self.doubts.append(Doubt(naming[0].line, "diensten", reason))
        self._entry.free_services = distinct((*self._entry.free_services, *words))

    def _radii(self) -> None:
        """A radius is drawn around a site: without a place for one it covers nothing."""
        for name, rows in self._groups.items():
            around = [site for site in self._entry.sites if name is None or site.name == name]
            if any(site.lat is not None or site.gemeente_nis for site in around):
                continue
            what = "plaats van de vestiging" if around else "vestiging"
            for row in rows:
                if any(token.startswith("km:") for token in row.werkgebied or ()):
                    reason = f"Zonder {what} heeft deze straal geen middelpunt."
                    self.doubts.append(Doubt(row.line, "werkgebied", reason))


def divided(treden: Sequence[int], forms: Sequence[WerkvormData]) -> list[WerkvormData]:
    """The treden of an entry over its werkvormen: each takes those of the vocabulary, the first the rest."""
    usual = werkvormen()
    shares = [{trede for trede in treden if trede in usual[form.key].treden} for form in forms]
    shares[0] |= set(treden).difference(*shares)
    return [replace(form, treden=tuple(sorted(share))) for form, share in zip(forms, shares, strict=True)]
