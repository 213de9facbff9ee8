"""Numbers as people write them in Dutch, and back. Decimal only, never a binary float."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

# Groups of exactly three digits after a point or a (narrow, unbreakable) space are thousands.
_GROUPED = re.compile(r"([1-9][0-9]{0,2}(?:[. ][0-9]{3})+)(?:,([0-9]{1,2}))?")
_PLAIN = re.compile(r"([0-9]+)(?:,([0-9]{1,2}))?")
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,6})?")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_EURO = re.compile(r"^(?:€|eur(?:o)?)\s*|\s*(?:€|eur(?:o)?)$", re.IGNORECASE)
_DUTCH_DATE = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_amount(text: str) -> Decimal | None:
    """Read an amount in euro ("120.000", "120 000", "120000,50"); None where it is none."""
    cleaned = _EURO.sub("", _SPACES.sub(" ", text).strip()).strip()
    match = _GROUPED.fullmatch(cleaned) or _PLAIN.fullmatch(cleaned)
    if match is None:
        return None
    whole = match[1].replace(".", "").replace(" ", "")
    return Decimal(f"{whole}.{match[2] or '0'}")


def parse_number(text: str) -> Decimal | None:
    """Read a small number with a point or a comma as its decimal sign; None where it is none."""
    cleaned = text.strip().removesuffix("%").strip()
    if _NUMBER.fullmatch(cleaned) is None:
        return None
    return Decimal(cleaned.replace(",", "."))


def parse_date(text: str) -> date | None:
    """Read 2026-03-01, 1/3/2026 or 1-3-2026; None where there is no such day."""
    cleaned = text.strip()
    try:
        if _ISO_DATE.fullmatch(cleaned):
            return date.fromisoformat(cleaned)
        if match := _DUTCH_DATE.fullmatch(cleaned):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
    return None


def dutch_number(value: Decimal | int) -> str:
    """Write a number with points for thousands and a comma: 1.234,5."""
    text = f"{Decimal(value):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,"))


def dutch_euro(value: Decimal | int) -> str:
    """Write an amount in words and figures: "120.000 euro", "1.234,50 euro"."""
    exact = Decimal(value)
    if exact == exact.to_integral_value():
        return f"{dutch_number(exact.to_integral_value())} euro"
    return f"{exact:,.2f}".translate(str.maketrans(",.", ".,")) + " euro"


def dutch_date(value: date) -> str:
    """Write a date as in Dutch running text: 1-1-2026."""
    return f"{value.day}-{value.month}-{value.year}"


def dutch_months(value: Decimal) -> str:
    return "1 maand" if value == 1 else f"{dutch_number(value)} maanden"


def dutch_inside(words: str) -> str:
    """Write a label as it stands inside a sentence: its capital goes, that of an abbreviation stays."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def dutch_list(words: list[str] | tuple[str, ...]) -> str:
    """Join words as in a sentence: "Ieper, Veurne en Poperinge"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} en {words[-1]}"
