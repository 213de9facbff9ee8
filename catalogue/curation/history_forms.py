"""Forms of the history of an entry."""

from __future__ import annotations

from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from catalogue.curation.erasing import SHORTEST
from catalogue.curation.forms import CurationForm


class EraseForm(CurationForm):
    """A text to be erased, from all states or from the one that `versie` names."""

    tekst = StringField(
        "Welke tekst moet weg?",
        [DataRequired("Vul in welke tekst moet worden gewist."), Length(max=200)],
        description=(
            f"Een mailadres, een telefoonnummer of een naam, minstens {SHORTEST} tekens. "
            "Hoofdletters tellen niet; schrijf het verder zoals het er staat."
        ),
        render_kw={"autocomplete": "off", "maxlength": 200},
    )
    versie = IntegerField("Versie", [Optional()], widget=HiddenInput())
