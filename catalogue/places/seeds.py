"""Reads the seed files of gemeenten, regions and place words; the init command stores them in tables."""

import csv
import tomllib
from pathlib import Path

from catalogue.places.gazetteer import GemeenteRow, RegionRow


def read_gemeenten(path: Path) -> list[GemeenteRow]:
    """The rows of gemeenten.csv. Raises OSError, KeyError or ValueError for a bad file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            GemeenteRow(
                nis=row["nis"],
                naam=row["naam"],
                slug=row["slug"],
                provincie=row["provincie"],
                postcodes=_cell(row["postcodes"]),
                deelgemeenten=_cell(row["deelgemeenten"]),
                vroeger=_cell(row["vroeger"]),
                oude_nis=_cell(row["oude_nis"]),
                lat=float(row["lat"]),
                lon=float(row["lon"]),
            )
            for row in csv.DictReader(file)
        ]


def read_regios(path: Path) -> list[RegionRow]:
    """The regions of regios.toml, in the order of the file."""
    return _regions(path, "regio")


def read_streken(path: Path) -> list[RegionRow]:
    """The stretches of land of regios.toml that people name in a question, such as the coast."""
    return _regions(path, "streek")


def _regions(path: Path, table: str) -> list[RegionRow]:
    return [
        RegionRow(
            slug=region["slug"],
            naam=region["naam"],
            gemeenten=tuple(region["gemeenten"]),
            bron=region["bron"],
            zekerheid=region["zekerheid"],
            noot=region["noot"],
            is_named=table == "streek",
        )
        for region in tomllib.loads(path.read_text(encoding="utf-8"))[table]
    ]


def read_ordinary_words(path: Path) -> frozenset[str]:
    """The place names of plaatsnamen.toml that are also an ordinary word."""
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["gewone_woorden"])


def _cell(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)
