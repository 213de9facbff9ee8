"""The clause page and its API: question in, live supply beside it, advice out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from catalogue import calendar
from catalogue.clauses.advice import Advice, advise
from catalogue.clauses.defaults import Defaults
from catalogue.clauses.downloads import download_urls
from catalogue.clauses.forms import QuestionForm, read_question
from catalogue.clauses.passport import Link, changes, link_values, passport, read_link
from catalogue.clauses.rules import limits
from catalogue.clauses.serialise import advice_to_dict, error_to_dict
from catalogue.clauses.understood import empty_hints
from catalogue.clauses.verdicts import NIET_MOGELIJK
from catalogue.clauses.wording import wording
from catalogue.curation import clause_use
from catalogue.directory.clause_supply import find_meant, find_place, find_supply
from catalogue.directory.live import Directory, directory
from catalogue.directory.own_texts import our_defaults
from catalogue.directory.present import links_for
from catalogue.web.caching import each_time
from catalogue.web.context import public_url

blueprint = Blueprint("clauses", __name__)

# A shortlist holds no more.
SHORTLIST = 50


def _form(live: Directory, rules: Defaults) -> QuestionForm:
    """Read the question from the address, with our own services, gemeenten and defaults."""
    return read_question(
        request.args,
        today=calendar.today(),
        find_meant=partial(find_meant, live),
        find_place=partial(find_place, live),
        rules=rules,
    )


@blueprint.get("/clausules")
def page() -> ResponseReturnValue:
    """The question and, once it is asked, the advice. Everything stands in the address."""
    live, rules = directory(), our_defaults()
    form = _form(live, rules)
    question = form.loose_question
    advice = advise(question, find_supply(live, question), rules) if question else None
    today = calendar.today()
    if advice and request.method == "GET":
        served = clause_use.Form.TEXT if advice.text else clause_use.Form.ADVICE
        each_time(clause_use.count, served, advice.question.instrument, today)
    return render_template(
        "clauses/page.html",
        wording=wording(),
        form=form,
        hints=empty_hints(rules, question),
        advice=advice,
        links=_links(form, advice, today) if advice else None,
        explained=links_for("explanation.page", []),
        today=today,
    )


@dataclass(frozen=True)
class Links:
    """The addresses that go with an advice, and what the address of this page remembers."""

    search: str
    shortlist: str
    texts: Mapping[str, str]
    files: Mapping[str, str]
    permalink: str
    remembered: Link
    changes: tuple[str, ...]
    numac: str
    reviewed: date


def _links(form: QuestionForm, advice: Advice, today: date) -> Links:
    text, remembered, known = advice.text, read_link(request.args, today), limits()
    pairs = _given(form)
    pairs += link_values(text.passport, today) if text else []
    return Links(
        search=_search_url(advice),
        shortlist=_shortlist_url(form, advice),
        texts=_text_urls(form, advice),
        files=download_urls(form, advice),
        permalink=f"{public_url('clauses.page')}?{urlencode(pairs)}",
        remembered=remembered,
        changes=_changes(advice, remembered, today),
        numac=known.numac,
        reviewed=known.nagezien,
    )


def _changes(advice: Advice, remembered: Link, today: date) -> tuple[str, ...]:
    """What changed since the link was made, also where the law has shut the instrument meanwhile."""
    key = advice.question.instrument
    if key is None:
        return ()
    return changes(passport(key, advice.question, advice.limits), advice.question, remembered, today)


def _given(form: QuestionForm) -> list[tuple[str, str]]:
    """The question as parameters, as it was given."""
    return [(name, value) for name, value in form.raw.items() if value]


def _search_url(advice: Advice) -> str:
    """The search for the same services and gemeenten; empty where nothing was looked up."""
    if advice.supply is None:
        return ""
    services = [("dienst", key) for task in advice.question.taken for key in task.keys]
    return links_for("directory.search", [*services, *(("gemeente", nis) for nis in advice.question.nis)])


def _shortlist_url(form: QuestionForm, advice: Advice) -> str:
    """The shortlist of those that serve all, with the question beside it; empty where there are none."""
    found = advice.supply.everywhere[:SHORTLIST] if advice.supply else ()
    if not found:
        return ""
    chosen = [("organisatie", supplier.slug) for supplier in found]
    return links_for("shortlist.page", [*chosen, *_given(form)])


def _text_urls(form: QuestionForm, advice: Advice) -> dict[str, str]:
    """The address of this question with the text of each instrument that the law leaves open."""
    asked = [pair for pair in _given(form) if pair[0] != "instrument"]
    return {
        verdict.sleutel: links_for("clauses.page", [*asked, ("instrument", verdict.sleutel)]) + "#tekst"
        for verdict in advice.verdicts
        if verdict.oordeel != NIET_MOGELIJK
    }


@blueprint.get("/api/v1/clausules/advies")
def advice_api() -> ResponseReturnValue:
    """The advice as JSON; 400 names the field that cannot be used."""
    live, rules = directory(), our_defaults()
    form = _form(live, rules)
    if form.question is None:
        return jsonify(error_to_dict(form.errors[0])), 400
    response = jsonify(advice_to_dict(advise(form.question, find_supply(live, form.question), rules)))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
