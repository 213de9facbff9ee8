"""The page that explains the instruments in plain words."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from catalogue import calendar
from catalogue.clauses.defaults import guidance
from catalogue.clauses.explanation import explanation, limit_groups
from catalogue.clauses.rules import instruments, limits
from catalogue.clauses.thresholds import thresholds
from catalogue.directory.present import links_for

blueprint = Blueprint("explanation", __name__)


@blueprint.get("/clausules/uitleg")
def page() -> ResponseReturnValue:
    """Each instrument with an example, the two reservations, the limits of today, guidance of others."""
    today = calendar.today()
    known = explanation()
    examples = {
        key: links_for("clauses.page", [*one.vraag, ("instrument", key)])
        for key, one in known.instruments.items()
    }
    return render_template(
        "clauses/uitleg.html",
        explanation=known,
        instruments=instruments(),
        examples=examples,
        period=thresholds("diensten", "lokaal", today),
        groups=limit_groups(today),
        numac=limits().numac,
        reviewed=limits().nagezien,
        guidance=guidance(),
    )
