"""Curation: what somebody was filling in when the session ended, carried through the log-in. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote_plus

# In a form every sign of another alphabet counts as six; the server takes half a million.
MAX_SIZE = 400_000


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that was sent to `path` (with its query). A file cannot be carried: `lost_file` says so."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()
    lost_file: bool = False

    @classmethod
    def of(cls, path: str, pairs: Iterable[tuple[str, str]], *, lost_file: bool = False) -> Carried | None:
        """What can be carried of a posted form; None where it is too much."""
        kept = tuple((name, value) for name, value in pairs if not _is_secret(name))
        carried = cls(path, kept, lost_file)
        return carried if len(quote_plus(carried.text, errors="replace")) <= MAX_SIZE else None

    @classmethod
    def read(cls, text: str) -> Carried | None:
        """What `text` wrote; None for anything else."""
        try:
            path, pairs, lost_file = json.loads(text)
            if not isinstance(path, str) or not isinstance(lost_file, bool):
                return None
            return cls.of(path, [(_text(name), _text(value)) for name, value in pairs], lost_file=lost_file)
        except (ValueError, TypeError, RecursionError):
            return None

    @property
    def text(self) -> str:
        """All of it as one text, for one hidden field."""
        return json.dumps([self.path, self.pairs, self.lost_file], ensure_ascii=False)


def _is_secret(name: str) -> bool:
    """What is never written into a page: passwords and codes, and the token, which would be old."""
    return name == "code" or "wachtwoord" in name or name.endswith("csrf_token")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
