"""Read a rule file strictly: every refusal names the file, the key and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from catalogue.data import DataError

CONFIDENCES = ("S", "L", "U")


class Node:
    """One table of a TOML file with typed getters; each raises DataError where the file is wrong."""

    def __init__(self, file: str, values: Mapping[str, Any], path: str = "") -> None:
        self.file = file
        self.values = values
        self.path = path

    def refuse(self, key: str, reason: str) -> DataError:
        return DataError(self.file, f"{self.path}{key}", reason)

    def only(self, *known: str) -> None:
        """Refuse keys that nobody reads: a spelling fault must not pass in silence."""
        for key in self.values:
            if key not in known:
                raise self.refuse(key, "is not a key we know")

    def has(self, key: str) -> bool:
        return key in self.values

    def get(self, key: str) -> Any:
        if key not in self.values:
            raise self.refuse(key, "is missing")
        return self.values[key]

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "expected a text that is not empty")
        return value

    def choice(self, key: str, allowed: Iterable[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.refuse(key, f"'{value}' is not one of {', '.join(allowed)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.refuse(key, "expected a list of texts")
        return tuple(value)

    def some_texts(self, key: str) -> tuple[str, ...]:
        value = self.texts(key)
        if not value:
            raise self.refuse(key, "expected at least one text")
        return value

    def amount(self, key: str) -> int:
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            raise self.refuse(key, "expected a whole number above 0")
        return value

    def decimal(self, key: str) -> Decimal:
        """Read a number written as a text, so that it never passes through a binary float."""
        try:
            value = Decimal(self.text(key))
        except InvalidOperation:
            raise self.refuse(key, "expected a number written as a text") from None
        if not value.is_finite() or value <= 0:
            raise self.refuse(key, "expected a number above 0")
        return value

    def date(self, key: str) -> date:
        value = self.get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refuse(key, "expected a date")
        return value

    def table(self, key: str) -> Node:
        value = self.get(key)
        if not isinstance(value, dict):
            raise self.refuse(key, "expected a table")
        return Node(self.file, value, f"{self.path}{key}.")

    def tables(self, key: str) -> tuple[Node, ...]:
        value = self.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.refuse(key, "expected one or more of these tables")
        return tuple(
            Node(self.file, item, f"{self.path}{key} {number}, ")
            for number, item in enumerate(value, start=1)
        )

    def confidence(self) -> str:
        return self.choice("zekerheid", CONFIDENCES)


def unique(nodes: Iterable[Node], key: str = "sleutel") -> None:
    """Refuse two tables with the same key."""
    seen: set[str] = set()
    for node in nodes:
        value = node.text(key)
        if value in seen:
            raise node.refuse(key, f"'{value}' stands here twice")
        seen.add(value)
