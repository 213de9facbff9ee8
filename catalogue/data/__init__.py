"""Law, vocabularies and wording as dated TOML files, and the one way to read them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


class DataError(ValueError):
    """A data file that cannot be used: which file, which key, and why."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}" if key else f"{file}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


@cache
def load(name: str) -> dict[str, Any]:
    """Read a TOML file of this folder once; callers must not change what they get.

    Raises DataError where the file is missing, is not UTF-8 or is not TOML.
    """
    try:
        return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(name, "", "there is no such file in catalogue/data") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(name, "", f"cannot be read: {error}") from error


def entries(name: str, table: str, needs: tuple[str, ...]) -> list[dict[str, Any]]:
    """Give the entries of one array of tables, each with every key in `needs`.

    Raises DataError where the array is missing, is empty or an entry lacks a key.
    """
    found = load(name).get(table)
    if not isinstance(found, list) or not found:
        raise DataError(name, table, "expected one or more of these tables")
    for number, entry in enumerate(found, start=1):
        for key in needs:
            if key not in entry:
                raise DataError(name, f"{table} {number}, {key}", "is missing")
    return found
