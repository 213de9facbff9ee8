"""A made-up catalogue of any size, as a file in the exchange format or straight into the database.

The same seed gives the same entries. Descriptions draw on 30,000 real Dutch words, common ones more often, so
that the index holds as many different words as that of a real catalogue.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import accumulate
from pathlib import Path

from catalogue.curation.entries import Writer
from catalogue.curation.entrydata import EntryData, OfferData, SiteData, WerkvormData
from catalogue.curation.write import change
from catalogue.exchange.columns import COLUMNS
from catalogue.models import ASSUMED_AREA
from catalogue.places.gazetteer import GemeenteRow
from catalogue.places.seeds import read_gemeenten

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
KINDS = ("maatwerkbedrijf", "maatwerkbedrijf", "maatwerkbedrijf", "ald", "arbeidszorg", "andere")
BEGIN = ("Werk", "Groen", "Zorg", "Nieuw", "Samen", "Buurt", "Pro", "Ster", "Veld", "Maat")
END = ("kracht", "punt", "huis", "atelier", "lijn", "werkt", "brug", "bron", "plaats", "kans")
FORMS = ("eigen-atelier", "bij-klant", "enclave", "onderaanneming", "levering")
DIFFERENT_WORDS, WORDS_A_TEXT = 30_000, 40


@dataclass(frozen=True, slots=True)
class Site:
    """A site with the work area of what is done from it: a number of km, gemeenten, a region, or unstated."""

    name: str
    home: GemeenteRow
    number: int
    km: int
    near: tuple[GemeenteRow, ...]
    region: str
    forms: tuple[str, ...]

    @property
    def cell(self) -> str:
        """The work area as a file says it."""
        if self.km:
            return f"{self.km} km"
        return f"regio:{self.region}" if self.region else "|".join(row.naam for row in self.near)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The work area as the database says it."""
        if self.km:
            return (f"km:{self.km}",)
        return (f"regio:{self.region}",) if self.region else tuple(sorted(f"nis:{r.nis}" for r in self.near))


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up organisation."""

    name: str
    kind: str
    services: tuple[tuple[str, str], ...]
    text: str
    confirmed_on: date | None
    sites: tuple[Site, ...]


def organisations(count: int, seed: int = 7) -> Iterator[Made]:
    """So many organisations."""
    chance = random.Random(seed)
    gemeenten = read_gemeenten(SEEDS / "gemeenten.csv")
    with (SEEDS / "diensten.toml").open("rb") as file:
        services = [(service["slug"], service["label"]) for service in tomllib.load(file)["dienst"]]
    words, weights = _dutch()
    for number in range(count):
        # Most offer a handful; like in the real list, some services are far more common than others.
        does = {services[int(len(services) * chance.random() ** 2)] for _ in range(chance.randint(1, 8))}
        sites = range(1 if chance.random() < 0.85 else chance.randint(2, 4))
        yield Made(
            name=f"{chance.choice(BEGIN)}{chance.choice(END)} {number}",
            kind=chance.choice(KINDS),
            services=tuple(sorted(does)),
            text=" ".join(chance.choices(words, cum_weights=weights, k=WORDS_A_TEXT)) + ".",
            confirmed_on=date(2026, chance.randint(1, 10), 15) if chance.random() < 0.6 else None,
            sites=tuple(_site(chance, gemeenten, one) for one in sites),
        )


def _site(chance: random.Random, gemeenten: list[GemeenteRow], number: int) -> Site:
    kind = chance.choice(("unstated", "unstated", "km", "near", "region"))
    return Site(
        name=f"site {number}" if number else "",
        home=chance.choice(gemeenten),
        number=chance.randint(1, 200),
        km=chance.randint(5, 40) if kind == "km" else 0,
        near=tuple(chance.sample(gemeenten, chance.randint(1, 5))) if kind == "near" else (),
        region="westhoek" if kind == "region" else "",
        forms=tuple(chance.sample(FORMS, chance.randint(0, 2))),
    )


def _dutch() -> tuple[list[str], list[float]]:
    """The most common Dutch words of four letters or more, with their weights added up."""
    packed = (files("spellchecker") / "resources" / "nl.json.gz").read_bytes()
    counts = {word: n for word, n in json.loads(gzip.decompress(packed)).items() if len(word) > 3}
    words = sorted((word for word in counts if word.isalpha()), key=lambda word: (-counts[word], word))
    # The counts are those of spoken Dutch; roots of them repeat "niet" as little as a text on work does.
    return words[:DIFFERENT_WORDS], list(accumulate(counts[word] ** 0.5 for word in words[:DIFFERENT_WORDS]))


def write(path: Path, count: int, seed: int = 7) -> int:
    """Write a file with so many organisations; returns the number of rows."""
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        for made in organisations(count, seed):
            for site in made.sites:
                row = {
                    "naam": made.name,
                    "vestiging": site.name,
                    "diensten": "|".join(label for _, label in made.services),
                    "werkgebied": site.cell,
                    "samenwerking": "|".join(site.forms),
                    "straat": "Stationsstraat",
                    "huisnummer": str(site.number),
                    "postcode": site.home.postcodes[0] if site.home.postcodes else "",
                    "gemeente": site.home.naam,
                }
                if not site.name:
                    row |= {
                        "werkvorm": made.kind,
                        "omschrijving": made.text,
                        "bron": "gemaakt voor de meting",
                        "zekerheid": "waarschijnlijk",
                        "bevestigd_op": made.confirmed_on.isoformat() if made.confirmed_on else "",
                    }
                writer.writerow(row)
                rows += 1
    return rows


def fill(count: int, seed: int = 7) -> int:
    """Put so many organisations in the database, in one change; returns the number of sites.

    Needs an app context. Quicker than reading a file: for sizes at which nobody waits for an import.
    """
    rows = 0

    def entries() -> Iterator[EntryData]:
        nonlocal rows
        for made in organisations(count, seed):
            rows += len(made.sites)
            yield EntryData(
                name=made.name,
                description=made.text,
                source="gemaakt voor de meting",
                zekerheid="waarschijnlijk",
                confirmed_on=made.confirmed_on,
                werkvormen=(WerkvormData(made.kind),),
                sites=tuple(
                    SiteData(
                        name=site.name,
                        street="Stationsstraat",
                        house_number=str(site.number),
                        postcode=site.home.postcodes[0] if site.home.postcodes else "",
                        gemeente_nis=site.home.nis,
                    )
                    for site in made.sites
                ),
                offers=tuple(
                    OfferData(
                        service=slug,
                        site=site.name,
                        area=site.tokens or ASSUMED_AREA,
                        area_assumed=not site.tokens,
                        samenwerking=site.forms,
                    )
                    for site in made.sites
                    for slug, _ in made.services
                ),
            )

    with change() as under_way:
        Writer(under_way).save_all(entries())
    return rows
