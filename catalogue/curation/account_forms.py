"""Forms of the log-in and of the pages about accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import EmailField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from catalogue.curation.forms import EMAIL_LENGTH, CurationForm
from catalogue.curation.passwords import MAX_LENGTH, MIN_LENGTH
from catalogue.models import Role

ROLES = (
    SelectChoice(str(Role.REGISSEUR), "regisseur: beheert de organisaties van regio's"),
    SelectChoice(str(Role.BEHEERDER), "beheerder: mag alles"),
)
CODE_LENGTH = 40


class LoginForm(CurationForm):
    """Mail address and password."""

    email = EmailField(
        "E-mailadres",
        [DataRequired("Vul uw e-mailadres in."), Length(max=EMAIL_LENGTH)],
        render_kw={"autocomplete": "username", "maxlength": EMAIL_LENGTH},
    )
    wachtwoord = PasswordField(
        "Wachtwoord",
        [DataRequired("Vul uw wachtwoord in."), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(CurationForm):
    """The code of the second step."""

    code = StringField(
        "Code",
        [DataRequired("Vul de code in."), Length(max=CODE_LENGTH)],
        description="De zes cijfers die uw telefoon nu toont, of een herstelcode.",
        render_kw={"autocomplete": "one-time-code", "maxlength": CODE_LENGTH, "spellcheck": "false"},
    )


class ForgottenForm(CurationForm):
    """Whose password is lost."""

    email = EmailField(
        "E-mailadres",
        [DataRequired("Vul uw e-mailadres in."), Length(max=EMAIL_LENGTH)],
        render_kw={"autocomplete": "username", "maxlength": EMAIL_LENGTH},
    )


class PasswordForm(CurationForm):
    """A new password, twice."""

    wachtwoord = PasswordField(
        "Nieuw wachtwoord",
        [DataRequired("Kies een wachtwoord.")],
        description=f"Minstens {MIN_LENGTH} tekens. Enkele woorden na elkaar zijn goed te onthouden.",
        render_kw={"autocomplete": "new-password"},
    )
    wachtwoord_opnieuw = PasswordField(
        "Nieuw wachtwoord, nog eens",
        [
            DataRequired("Typ het wachtwoord nog eens."),
            EqualTo("wachtwoord", "De twee wachtwoorden zijn niet gelijk."),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class ConfirmForm(CurationForm):
    """The password of who is logged in, before something that cannot be undone by the next."""

    wachtwoord_nu = PasswordField(
        "Uw wachtwoord van nu",
        [DataRequired("Vul uw wachtwoord in."), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class OwnPasswordForm(ConfirmForm, PasswordForm):
    """Another password, with the one of now."""


class FirstCodeForm(ConfirmForm):
    """The first code of a telephone, which shows that it holds the secret."""

    code = StringField(
        "Code die uw telefoon nu toont",
        [DataRequired("Vul de zes cijfers in."), Length(max=CODE_LENGTH)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": CODE_LENGTH},
    )


class RightsForm(CurationForm):
    """What an account may do."""

    rol = SelectField("Rol", choices=ROLES, default=str(Role.REGISSEUR))
    regios = SelectMultipleField("Regio's")

    def __init__(self, regions: Iterable[tuple[str, str]], *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.regios.choices = [SelectChoice(slug, name) for slug, name in regions]

    def validate_regios(self, field: SelectMultipleField) -> None:
        """A regisseur without a region has nothing to keep."""
        if self.rol.data == Role.REGISSEUR and not field.data:
            raise ValidationError("Kies minstens één regio voor een regisseur.")


class NewAccountForm(RightsForm):
    """A new account: whose, and what it may do."""

    email = EmailField(
        "E-mailadres",
        [DataRequired("Vul een e-mailadres in."), Length(max=EMAIL_LENGTH)],
        description="Op dit adres meldt de persoon zich aan.",
        render_kw={"autocomplete": "off", "maxlength": EMAIL_LENGTH},
    )
