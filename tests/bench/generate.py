"""A made-up catalogue of any size in the exchange format; the same seed gives the same file."""

from __future__ import annotations

import csv
import random
import tomllib
from pathlib import Path

from catalogue.exchange.columns import COLUMNS
from catalogue.places.seeds import read_gemeenten

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
KINDS = ("maatwerkbedrijf", "maatwerkbedrijf", "maatwerkbedrijf", "ald", "arbeidszorg", "andere")
BEGIN = ("Werk", "Groen", "Zorg", "Nieuw", "Samen", "Buurt", "Pro", "Ster", "Veld", "Maat")
END = ("kracht", "punt", "huis", "atelier", "lijn", "werkt", "brug", "bron", "plaats", "kans")
WORDS = tuple(
    "ploeg begeleiders klanten atelier werk besturen bedrijven scholen gebouwen parken wijken kwaliteit "  # noqa: SIM905
    "planning materiaal vrachtwagen opleiding medewerkers vakmanschap afspraken vaste prijs snelle levering "
    "duurzaam hergebruik onderdelen machines magazijn keuken winkel boerderij tuin gevel kantoor zaal".split()
)
FORMS = ("eigen-atelier", "bij-klant", "enclave", "onderaanneming", "levering")


def write(path: Path, organisations: int, seed: int = 7) -> int:
    """Write a file with so many organisations; returns the number of rows."""
    chance = random.Random(seed)
    gemeenten = read_gemeenten(SEEDS / "gemeenten.csv")
    with (SEEDS / "diensten.toml").open("rb") as file:
        services = [service["label"] for service in tomllib.load(file)["dienst"]]
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        for number in range(organisations):
            name = f"{chance.choice(BEGIN)}{chance.choice(END)} {number}"
            # Most offer a handful; like in the real list, some services are far more common than others.
            does = {services[int(len(services) * chance.random() ** 2)] for _ in range(chance.randint(1, 8))}
            for site in range(1 if chance.random() < 0.85 else chance.randint(2, 4)):
                home = chance.choice(gemeenten)
                near = chance.sample(gemeenten, chance.randint(1, 5))
                area = chance.choice(
                    ("", "", f"{chance.randint(5, 40)} km", "|".join(g.naam for g in near), "regio:westhoek")
                )
                writer.writerow(
                    {
                        "naam": name,
                        "vestiging": "" if site == 0 else f"site {site}",
                        "werkvorm": chance.choice(KINDS) if site == 0 else "",
                        "diensten": "|".join(sorted(does)),
                        "werkgebied": area,
                        "samenwerking": "|".join(chance.sample(FORMS, chance.randint(0, 2))),
                        "straat": "Stationsstraat",
                        "huisnummer": str(chance.randint(1, 200)),
                        "postcode": home.postcodes[0] if home.postcodes else "",
                        "gemeente": home.naam,
                        "omschrijving": " ".join(chance.choices(WORDS, k=40)) + "." if site == 0 else "",
                        "bron": "gemaakt voor de meting" if site == 0 else "",
                        "zekerheid": "waarschijnlijk" if site == 0 else "",
                        "bevestigd_op": f"2026-{chance.randint(1, 10):02d}-15"
                        if site == 0 and chance.random() < 0.6
                        else "",
                    }
                )
                rows += 1
    return rows
