"""Exchange: the columns of the file, their other names and how long a cell may be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from catalogue.curation.names import folded
from catalogue.exchange.problems import FileError
from catalogue.models import Location, Organisation

COLUMNS = (
    "naam",
    "voorheen",
    "vestiging",
    "werkvorm",
    "trede",
    "diensten",
    "werkgebied",
    "samenwerking",
    "straat",
    "huisnummer",
    "bus",
    "postcode",
    "gemeente",
    "website",
    "email",
    "telefoon",
    "ondernemingsnummer",
    "erkenningen",
    "omschrijving",
    "bron",
    "zekerheid",
    "bevestigd_op",
    "status",
)

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "naam": ("organisatie", "naam organisatie", "naam van de organisatie", "organisatienaam"),
    "voorheen": ("vroegere naam", "vroegere namen", "vroeger", "oude naam", "oude namen"),
    "vestiging": ("naam vestiging", "vestigingsnaam", "naam van de vestiging", "vestigingen", "locatie"),
    "werkvorm": ("werkvormen", "type", "soort", "type organisatie"),
    "trede": ("treden", "trede participatieladder"),
    "diensten": ("dienst", "dienstverlening", "activiteiten", "activiteit", "aanbod"),
    "werkgebied": ("werkgebieden", "werkt in", "actief in"),
    "samenwerking": ("samenwerkingsvorm", "samenwerkingsvormen", "vorm van samenwerking"),
    "straat": ("straatnaam", "adres straat"),
    "huisnummer": ("nummer", "nr", "huisnr"),
    "bus": ("busnummer", "busnr"),
    "postcode": ("postnummer", "postcode vestiging"),
    "gemeente": ("stad", "plaats", "woonplaats", "stad of gemeente", "gemeente of stad"),
    "website": ("web", "webadres", "webstek", "url", "webpagina"),
    "email": ("mail", "e-mail", "e-mailadres", "mailadres"),
    "telefoon": ("tel", "telefoonnummer", "telnr", "gsm", "gsm-nummer"),
    "ondernemingsnummer": ("kbo", "kbo-nummer", "kbo nr", "ondernemingsnr", "btw", "btw-nummer"),
    "erkenningen": ("erkenning", "label", "labels", "kwaliteitslabels"),
    "omschrijving": ("beschrijving", "toelichting", "uitleg"),
    "bron": ("bronnen", "bronvermelding"),
    "zekerheid": ("graad van zekerheid",),
    "bevestigd_op": ("bevestigd", "datum bevestiging", "laatst bevestigd", "laatst bevestigd op"),
    "status": ("publicatiestatus",),
}

# Characters in one cell. Texts without a width in the database get one that still reads as a text.
TEXT_LENGTH = 20_000
LIST_LENGTH = 10_000


def _width(model: type, attribute: str) -> int:
    return int(model.__table__.c[attribute].type.length)  # type: ignore[attr-defined]


LENGTHS: Mapping[str, int] = {
    **dict.fromkeys(COLUMNS, LIST_LENGTH),
    "naam": _width(Organisation, "name"),
    "vestiging": _width(Location, "name"),
    "straat": _width(Location, "street"),
    "huisnummer": _width(Location, "house_number"),
    "bus": _width(Location, "box"),
    "website": _width(Organisation, "website"),
    "email": _width(Organisation, "email"),
    "telefoon": _width(Organisation, "phone"),
    "omschrijving": TEXT_LENGTH,
    "bron": TEXT_LENGTH,
}


def _key(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", folded(header))


_BY_KEY = {_key(name): column for column in COLUMNS for name in (column, *OTHER_NAMES[column])}


def known(header: str) -> str | None:
    """The column that a header means, whatever its case, accents, spaces or hyphens."""
    return _BY_KEY.get(_key(header))


class Sureness(StrEnum):
    """How sure it is what a header means."""

    KNOWN = "herkend"
    # It looks like a slip of one of ours.
    GUESS = "twijfel"
    # Another header means the same column.
    TWICE = "dubbel"
    FOREIGN = "onbekend"


@dataclass(frozen=True, slots=True)
class Heading:
    """A header of a file: its place, its text and the column that it means or may mean, else empty."""

    place: int
    text: str
    column: str
    sureness: Sureness


def headings(headers: Sequence[str]) -> list[Heading]:
    """What each header means, with the doubts that match_headers() refuses.

    Raises FileError for a row that is no header.
    """
    found: list[Heading] = []
    taken: set[str] = set()
    for place, header in enumerate(headers):
        if not header.strip():
            continue
        column, guess = known(header), _guess(header)
        if column and column not in taken:
            taken.add(column)
            found.append(Heading(place, _shown(header), column, Sureness.KNOWN))
        elif column:
            found.append(Heading(place, _shown(header), "", Sureness.TWICE))
        else:
            sureness = Sureness.GUESS if guess else Sureness.FOREIGN
            found.append(Heading(place, _shown(header), guess, sureness))
    if not taken and not _looks_like_header(headers):
        raise FileError(f"Er is geen kopregel met kolomnamen. Verwacht: {', '.join(COLUMNS)}.", line=1)
    # What one header means surely, another does not mean by resemblance.
    return [
        Heading(one.place, one.text, "", Sureness.FOREIGN)
        if one.sureness is Sureness.GUESS and one.column in taken
        else one
        for one in found
    ]


def match_headers(headers: Sequence[str]) -> tuple[dict[int, str], dict[int, str]]:
    """The column of each place in the header row, and the headers that are not ours.

    Raises FileError for a row that is no header, and for a column that looks like a slip of one of ours:
    its cells would be lost.
    """
    found: dict[int, str] = {}
    foreign: dict[int, str] = {}
    slips = []
    for place, header in enumerate(headers):
        if not header.strip():
            continue
        column = known(header)
        if column is None:
            foreign[place] = _shown(header)
            if guess := _guess(header):
                slips.append(f"‘{_shown(header)}’ (bedoelt u ‘{guess}’?)")
        elif column in found.values():
            raise FileError(f"De kolom ‘{column}’ staat er twee keer in.", line=1)
        else:
            found[place] = column
    if not found and not _looks_like_header(headers):
        raise FileError(f"Er is geen kopregel met kolomnamen. Verwacht: {', '.join(COLUMNS)}.", line=1)
    if not found:
        raise FileError(f"De kolom ‘naam’ ontbreekt. Kolommen die we kennen: {', '.join(COLUMNS)}.", line=1)
    if slips:
        raise FileError(f"Onbekende kolommen: {', '.join(slips)}. Hernoem of verwijder ze.", line=1)
    if "naam" not in found.values():
        raise FileError("De kolom ‘naam’ ontbreekt.", line=1)
    return found, foreign


def _shown(header: str) -> str:
    return " ".join(header.split())[:60]


def _looks_like_header(headers: Sequence[str]) -> bool:
    """Whether these cells read as names of columns: several short words, or one that resembles ours."""
    names = [header for header in headers if header.strip()]
    are_short = all(len(name) <= 40 and re.fullmatch(r"[^\W\d][\w\s./()-]*", name.strip()) for name in names)
    return are_short and (len(names) > 1 or any(map(_guess, names)))


def _guess(header: str) -> str:
    """The column of ours that a header resembles; empty where there is none."""
    best = process.extractOne(_key(header), _BY_KEY.keys(), scorer=fuzz.ratio, score_cutoff=75)
    return _BY_KEY[best[0]] if best else ""
