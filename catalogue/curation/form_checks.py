"""Checks that the forms of proposals share: the same reading of a value as a file gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wtforms import Field
from wtforms.validators import ValidationError

from catalogue.curation.entrydata import line, paragraphs
from catalogue.exchange.problems import CellError

Check = Callable[[Any, Field], None]


def unless_same(before: str, check: Check) -> Check:
    """A check that lets pass what stood there before, and nothing at all."""

    def checked(form: Any, field: Field) -> None:
        if line(field.data or "") != line(before):
            check(form, field)

    return checked


def is_filled(_form: Any, field: Field) -> None:
    """A check that refuses an empty name."""
    if not line(field.data or ""):
        raise ValidationError("De naam ontbreekt.")


def written_as(read: Callable[[str], str]) -> Check:
    """A check, and the usual way of writing in the place of what was typed; nothing may be left."""

    def check(_form: Any, field: Field) -> None:
        if line(field.data or ""):
            field.data = cell(read, line(field.data))

    return check


def cell(read: Callable[[str], str], text: str) -> str:
    """What a text means, as `read` has it; raises ValidationError with the reason."""
    try:
        return read(text)
    except CellError as error:
        raise ValidationError(str(error)) from None


def rows(text: str | None) -> list[str]:
    """The words of a field with one a line; commas part them too."""
    return [word for row in paragraphs(text or "").split("\n") for word in map(line, row.split(",")) if word]


def place_error(form: Any, reason: str, *names: str) -> None:
    """Put the reason why an entry cannot be kept at the first of these fields, else above the form."""
    for name in names:
        if name in form:
            form[name].errors = [*form[name].errors, reason]
            return
    form.form_errors = [*form.form_errors, reason]
