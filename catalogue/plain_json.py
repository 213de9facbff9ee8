"""JSON that holds no markup, whatever was asked: it may end in a page of somebody else."""

from __future__ import annotations

from typing import Any

from flask.json.provider import DefaultJSONProvider


def without_markup(text: str) -> str:
    """The same JSON without `<` and `>`: they stand in strings only, and may be written as numbers there."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


class PlainJSON(DefaultJSONProvider):
    """What the app makes of an answer in JSON; members stay in the order in which they are given."""

    sort_keys = False

    def dumps(self, obj: Any, **options: Any) -> str:
        """The text of it."""
        return without_markup(super().dumps(obj, **options))
