"""Exchange: what one cell means, column by column; each raises CellError with the reason in Dutch."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from stdnum.be import vat

from catalogue.curation import mail_address
from catalogue.curation.entrydata import RecognitionData, line
from catalogue.exchange.cells import join, split
from catalogue.exchange.columns import LENGTHS
from catalogue.exchange.known import word_key
from catalogue.exchange.problems import CellError
from catalogue.models import SAMENWERKING
from catalogue.models.trede import treden
from catalogue.models.werkvorm import recognise, werkvormen

_TRUTHS = ("WAAR", "ONWAAR", "TRUE", "FALSE")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00:00)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_UNTIL = re.compile(r"tot (\d{4}-\d{2}-\d{2})", re.ASCII)
_KLASSE = re.compile(r"klasse (\S.*)")
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,62}")
_NOT_IN_URL = re.compile(r"[\s<>\"\\^`{|}]")


def short(text: str) -> str:
    """The text of a cell as a message can show it."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def naam(cell: str) -> str:
    """A name; what a spreadsheet writes for true and false is none."""
    text = line(cell)
    if text in _TRUTHS:
        raise CellError(f"‘{text}’ is geen naam maar een ja-neewaarde van een rekenblad.")
    return text


def day(cell: str) -> date:
    """A date as year-month-day, or as Belgians write it: day/month/year."""
    text = cell.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day_ = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day_, month, year = found.groups()
    else:
        raise CellError(f"‘{short(cell)}’ is geen datum: schrijf jaar-maand-dag, zoals 2026-03-01.")
    try:
        return date(int(year), int(month), int(day_))
    except ValueError:
        raise CellError(f"‘{short(cell)}’ bestaat niet als datum.") from None


def choice(cell: str, choices: tuple[str, ...], what: str) -> str:
    found = next((choice for choice in choices if word_key(choice) == word_key(cell)), None)
    if found is None:
        raise CellError(f"‘{short(cell)}’ is geen {what}: kies {', '.join(choices)}.")
    return str(found)


def werkvorm(cell: str) -> tuple[str, ...]:
    keys = []
    for word in split(cell):
        key = recognise(word)
        if key is None:
            raise CellError(f"‘{short(word)}’ is geen werkvorm: kies {', '.join(werkvormen())}.")
        keys.append(key)
    return tuple(dict.fromkeys(keys))


def trede(cell: str) -> tuple[int, ...]:
    numbers = []
    by_text = {str(number): number for number in treden()}
    for word in re.split(r"[;|,/&+]|\ben\b", cell.lower()):
        text = word.strip().removeprefix("trede").strip()
        if text and text.lstrip("0") not in by_text:
            raise CellError(f"‘{short(cell)}’ is geen trede: kies uit {', '.join(map(str, treden()))}.")
        numbers += [by_text[text.lstrip("0")]] if text else []
    return tuple(sorted(set(numbers)))


def samenwerking(cell: str) -> tuple[str, ...]:
    by_word = {word_key(name): key for key, label in SAMENWERKING.items() for name in (key, label)}
    ways = []
    for word in split(cell):
        key = by_word.get(word_key(word))
        if key is None:
            raise CellError(f"‘{short(word)}’ is geen vorm van samenwerking: kies {', '.join(SAMENWERKING)}.")
        ways.append(key)
    return tuple(way for way in SAMENWERKING if way in ways)


def website(cell: str) -> str:
    """A web address; one without https:// before it gets that."""
    text = cell.strip()
    url = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(url)
        labels, port = (parts.hostname or "").split("."), parts.port
    except ValueError:
        # An address such as http://[ is taken apart by nobody.
        parts, labels, port = urlsplit(""), [], 0
    is_host = len(labels) > 1 and all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    is_plain = parts.scheme in {"http", "https"} and "@" not in parts.netloc and not _NOT_IN_URL.search(url)
    if not (is_host and is_plain and port != 0 and len(url) <= LENGTHS["website"]):
        raise CellError(f"‘{short(cell)}’ is geen webadres: verwacht https://www.voorbeeld.be.")
    return url


def email(cell: str) -> str:
    text = cell.strip().removeprefix("mailto:")
    try:
        return mail_address.normal(text, is_test_allowed=True)
    except ValueError:
        raise CellError(f"‘{short(cell)}’ is geen e-mailadres.") from None


def ondernemingsnummer(cell: str) -> str:
    try:
        return str(vat.validate(cell))
    # Also what Python itself says of a text of thousands of digits, which it makes no number of.
    except ValueError:
        raise CellError(f"‘{short(cell)}’ is geen geldig ondernemingsnummer.") from None


def erkenningen(cell: str) -> tuple[RecognitionData, ...]:
    return tuple(_erkenning(item) for item in split(cell))


def _erkenning(item: str) -> RecognitionData:
    """A recognition such as "Aannemer G3, klasse 2, tot 2027-12-31"."""
    parts = [part.strip() for part in item.split(",")]
    until: date | None = None
    klass = ""
    if len(parts) > 1 and (found := _UNTIL.fullmatch(parts[-1])):
        until = day(found[1])
        parts.pop()
    if len(parts) > 1 and (found := _KLASSE.fullmatch(parts[-1])):
        klass = found[1]
        parts.pop()
    kind = ", ".join(parts)
    if len(kind) > 120 or len(klass) > 40:
        raise CellError(f"De erkenning ‘{short(item)}’ is te lang.")
    return RecognitionData(kind, klass, until)


def erkenningen_cell(recognitions: tuple[RecognitionData, ...]) -> str:
    """The cell that `erkenningen` reads back."""
    return join(
        ", ".join(
            part
            for part in (
                one.kind,
                f"klasse {one.klass}" if one.klass else "",
                f"tot {one.valid_until.isoformat()}" if one.valid_until else "",
            )
            if part
        )
        for one in recognitions
    )


def ondernemingsnummer_cell(number: str) -> str:
    """The ten digits as people write them: 0123.456.789."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if len(number) == 10 else number
