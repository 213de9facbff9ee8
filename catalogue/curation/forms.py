"""Forms of the curation room. Their messages are Dutch, and what was typed survives an expired token."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.i18n import get_translations

EMAIL_LENGTH = 200
TRY_AGAIN = "Deze pagina stond te lang open, of uw browser bewaart geen cookies. Probeer het opnieuw."


# What WTForms says in Dutch is not how this site speaks.
PLAINER = {
    "Field cannot be longer than %(max)d character.": "Dit is te lang: hoogstens %(max)d tekens.",
}


class _Dutch:
    """The Dutch sentences of WTForms, some of them plainer."""

    def __init__(self, known: Any) -> None:
        self._known = known

    def gettext(self, text: str) -> str:
        """A sentence."""
        return PLAINER.get(text) or str(self._known.gettext(text))

    def ngettext(self, one: str, more: str, number: int) -> str:
        """A sentence about a number of things."""
        return PLAINER.get(one) or str(self._known.ngettext(one, more, number))


class CurationForm(FlaskForm):  # type: ignore[misc]
    """A form with Dutch messages; refused with a clear word when its token is not ours or too old."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """What holds for every form of this room."""

        def get_translations(self, form: Form) -> Any:
            """Dutch, which WTForms brings itself; `locales` alone is overruled by Flask-WTF."""
            return _Dutch(get_translations(("nl",)))

        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            """Only a posted form is input: a JSON body is not, nor what was posted to another form."""
            if formdata is None:
                return None
            return request.form if request.method == "POST" else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the token first: nothing else of a forged or expired form is looked at."""
        if g.get("csrf_refused", False):
            self.form_errors = [TRY_AGAIN]
            return False
        return bool(super().validate(extra_validators))
