"""The door for companies: a question in their own words, partners, and a message ready to send."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.directory.live import directory
from catalogue.directory.partner_message import compose
from catalogue.directory.partner_page import SHORTLIST_PATH, partners_shown
from catalogue.directory.partner_question import read
from catalogue.directory.partner_words import partner_words
from catalogue.directory.partners import find_partners
from catalogue.web.context import public_url

blueprint = Blueprint("partners", __name__)


@blueprint.get("/samenwerken")
def page() -> ResponseReturnValue:
    """The question and, once there is work in it, the answer. Everything stands in the address."""
    live, said = directory(), partner_words()
    question = read(request.args, live.current().words, said)
    if not question.is_complete:
        return render_template("directory/partners.html", said=said, question=question, answer=None)
    message = compose(question, said)
    partners = find_partners(live, question.criteria, question.samenwerking)
    return render_template(
        "directory/partners.html",
        said=said,
        question=question,
        message=message,
        answer=partners_shown(question, partners, message, said, has_shortlist=_has(SHORTLIST_PATH)),
        permalink=f"{public_url('partners.page')}?{urlencode(question.parameters())}",
    )


def _has(path: str) -> bool:
    """Whether this site has a page at a path."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())
