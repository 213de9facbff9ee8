"""The real vocabulary and entries of seeds/, read as plainly as can be, for tests and for trying out."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from catalogue.search.types import Document, PlaceKind, PlaceTerm, ServiceTerm, Vocabulary, WerkvormTerm

ROOT = Path(__file__).parents[2]


def _toml(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))


def _rows(path: str, delimiter: str) -> list[dict[str, str]]:
    with (ROOT / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


@cache
def seed_vocabulary() -> Vocabulary:
    services = tuple(
        ServiceTerm(
            row["slug"],
            row["label"],
            tuple(row.get("synoniemen", ())),
            tuple(row.get("cpv", ())),
            row.get("breder"),
            row["categorie"],
        )
        for row in _toml("seeds/diensten.toml")["dienst"]
    )
    kinds = tuple(
        WerkvormTerm(row["key"], row["label"], tuple(row.get("synoniemen", ())))
        for row in _toml("catalogue/data/werkvormen.toml")["werkvorm"]
    )
    return Vocabulary(services, kinds, tuple(_places()))


def _places() -> list[PlaceTerm]:
    ordinary = {word.casefold() for word in _toml("seeds/plaatsnamen.toml")["gewone_woorden"]}
    found: dict[tuple[str, PlaceKind], set[str]] = {}

    def add(label: str, kind: PlaceKind, nis: str) -> None:
        if label:
            found.setdefault((label, kind), set()).add(nis)

    for row in _rows("seeds/gemeenten.csv", ","):
        add(row["naam"], "gemeente", row["nis"])
        for label in row["deelgemeenten"].split("|"):
            add(label, "deelgemeente", row["nis"])
        for label in row["vroeger"].split("|"):
            add(label, "oude-naam", row["nis"])
        for label in row["postcodes"].split("|"):
            add(label, "postcode", row["nis"])
    places = [
        PlaceTerm(label, tuple(sorted(nis)), kind, is_word=label.casefold() in ordinary)
        for (label, kind), nis in found.items()
    ]
    for region in _toml("seeds/regios.toml")["regio"]:
        places.append(PlaceTerm(region["naam"], tuple(region["gemeenten"]), "regio", region["slug"]))
    return places


@cache
def seed_documents() -> tuple[Document, ...]:
    known = {
        name.casefold()
        for service in seed_vocabulary().services
        for name in (service.label, *service.synonyms)
    }
    by_name: dict[str, list[dict[str, str]]] = {}
    for row in _rows("seeds/organisaties.csv", ";"):
        by_name.setdefault(row["naam"], []).append(row)
    documents = []
    for number, (name, rows) in enumerate(by_name.items(), start=1):
        services = [word.strip() for row in rows for word in row["diensten"].split("|") if word.strip()]
        documents.append(
            Document(
                id=number,
                slug=name.casefold().replace(" ", "-"),
                names=(name,),
                former_names=tuple(f for row in rows for f in row["voorheen"].split("|") if f.strip()),
                numbers=tuple({row["ondernemingsnummer"] for row in rows if row["ondernemingsnummer"]}),
                words=tuple(word for word in services if word.casefold() not in known),
                places=tuple({row["gemeente"] for row in rows if row["gemeente"]}),
                notes=tuple(row["vestiging"] for row in rows if row["vestiging"]),
                text="\n".join(row["omschrijving"] for row in rows),
            )
        )
    return tuple(documents)
