"""Dates, numbers and lists in Dutch words, the same on every page."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
# After this many months an entry counts as not confirmed any more (design.md: default rhythm).
FRESH_MONTHS = 12


def long_date(day: date) -> str:
    """22 november 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month(day: date) -> str:
    """November 2026, without a capital."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def months_between(earlier: date, later: date) -> int:
    """Whole months from one day to another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def add_months(day: date, months: int) -> date:
    """The same day so many months later (below zero: earlier), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def waiting(seconds: int) -> str:
    """How long somebody must wait: een minuut, 12 minuten, enkele uren."""
    minutes = -(-seconds // 60)
    if minutes >= 120:
        return "enkele uren"
    return "een minuut" if minutes == 1 else f"{minutes} minuten"


def freshness(confirmed_on: date | None, today: date, rhythm: int | None = FRESH_MONTHS) -> tuple[str, str]:
    """How fresh an entry is: words and tone ("good", "amber"); `rhythm` in months, None for the usual one."""
    if confirmed_on is None:
        return "nog te bevestigen door de organisatie", "amber"
    age = months_between(confirmed_on, today)
    if age > (rhythm or FRESH_MONTHS):
        return f"al {age} maanden niet bevestigd", "amber"
    return f"bevestigd in {month(confirmed_on)}", "good"


def number(value: float) -> str:
    """12345.6 as 12.345,6; whole numbers without decimals."""
    text = f"{value:,.1f}" if value % 1 else f"{int(value):,}"
    return text.translate(str.maketrans(",.", ".,"))


def kilometres(value: float) -> str:
    """A distance: under ten with one decimal, above without; nearer than one says just that."""
    if value < 1:
        return "minder dan 1 km"
    return f"{number(round(value, 1) if value < 9.95 else round(value))} km"


def count(value: int, one: str, more: str) -> str:
    """1 organisatie, 2 organisaties."""
    return f"{number(value)} {one if value == 1 else more}"


def enumerate_words(parts: Sequence[str], last: str = "en") -> str:
    """A, B en C."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def ondernemingsnummer(digits: str) -> str:
    """0123.456.789, the usual way to write it (KBO)."""
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}" if len(digits) == 10 else digits
