"""The form of who decides about a proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from catalogue.curation.form_checks import Check, is_filled, unless_same, written_as
from catalogue.curation.forms import EMAIL_LENGTH, CurationForm
from catalogue.curation.proposal_forms import MESSAGE_LENGTH, TEXT_LENGTH
from catalogue.curation.proposal_inbox import PLAIN, Shown
from catalogue.exchange import values

# What the columns hold.
MOST: Mapping[str, int] = {"name": 200, "website": 300, "email": EMAIL_LENGTH, "phone": 40, "legal_form": 60}


class DecisionForm(CurationForm):
    """What is taken over; decision_form() adds a field for each text that may be adjusted."""

    toelichting = TextAreaField(
        "Toelichting",
        [Length(max=MESSAGE_LENGTH)],
        description="Dit gaat mee in de mail aan wie het voorstel deed. Bij een weigering is het nodig.",
        render_kw={"rows": 3, "maxlength": MESSAGE_LENGTH},
    )

    def adjusted(self) -> dict[str, str]:
        """The texts as they are to be, by field of the entry."""
        return {key: self[f"waarde-{key}"].data or "" for key in PLAIN if f"waarde-{key}" in self}


def decision_form(shown: Shown) -> type[DecisionForm]:
    """The form of one proposal."""
    checks: dict[str, Sequence[Check]] = {
        "name": (is_filled,),
        "website": (written_as(values.website),),
        "email": (written_as(values.email),),
        "ondernemingsnummer": (written_as(values.ondernemingsnummer),),
    }
    fields: dict[str, Any] = {}
    for one in shown.fields:
        if one.value is not None:
            kind = TextAreaField if one.is_long else StringField
            fields[f"waarde-{one.key}"] = kind(
                one.label,
                [
                    Length(max=MOST.get(one.key, TEXT_LENGTH)),
                    *(unless_same(one.value, check) for check in checks.get(one.key, ())),
                ],
                default=one.value,
                render_kw={"rows": 5} if one.is_long else {},
            )
    return type("ProposalDecisionForm", (DecisionForm,), fields)
