"""Exchange: what can be wrong with a file or a row, in words for whoever made it."""

from __future__ import annotations

from dataclasses import dataclass


class FileError(ValueError):
    """A file that cannot be read as a whole; `line` is where, 0 where that cannot be said."""

    def __init__(self, reason: str, *, line: int = 0) -> None:
        super().__init__(f"Regel {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line


class CellError(ValueError):
    """A cell that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """Why a row cannot be taken in; one refusal refuses the whole file."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """What was taken in but deserves a look."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceQuestion:
    """Which gemeente is meant: `key` names what is asked, `text` is what the file says.

    `choices` are NIS codes, the likeliest first. Without an answer the row is refused where it is required.
    """

    key: str
    line: int
    text: str
    choices: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class WordQuestion:
    """Which service is meant by a word that no vocabulary knows; `guess` is a label, or empty."""

    word: str
    line: int
    guess: str
    rows: int = 1
