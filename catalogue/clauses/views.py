"""The clause page and its API: question in, live supply beside it, advice out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.clauses.advice import Advice, advise
from catalogue.clauses.defaults import defaults
from catalogue.clauses.forms import QuestionForm, read_question
from catalogue.clauses.question import Named, Question
from catalogue.clauses.serialise import advice_to_dict, error_to_dict
from catalogue.clauses.supply import Broader, Supplier, Supply
from catalogue.clauses.verdicts import NIET_MOGELIJK
from catalogue.clauses.wording import wording
from catalogue.directory.live import Directory, directory
from catalogue.directory.present import links_for
from catalogue.directory.suppliers import Served, left_out, suppliers
from catalogue.directory.vocabulary import Words
from catalogue.models.organisation import Art15Status

blueprint = Blueprint("clauses", __name__)

# Art. 15 WOO asks for at least this share; the sentence and its source stand in the data (instrumenten.toml).
MAATWERK = "maatwerkbedrijf"
ART15_WORDS = {
    Art15Status.RECOGNISED: "erkend",
    Art15Status.DECLARED: "zelf verklaard",
    Art15Status.UNKNOWN: "art. 15 na te gaan",
}


def _form(words: Words) -> QuestionForm:
    """Read the question from the address, with our own services and gemeenten."""

    def service(text: str) -> Named | None:
        found = words.find_services(text)
        return Named(found[0], words.services[found[0]].label) if found else None

    def gemeenten(text: str) -> Sequence[Named]:
        match = words.gazetteer.resolve(text)
        return [Named(nis, words.gazetteer.names[nis]) for nis in match.nis] if match else []

    today = date.today()  # noqa: DTZ011 - a launch date is a day of the local calendar
    return read_question(request.args, today=today, find_service=service, find_gemeenten=gemeenten)


def _supply(live: Directory, form: QuestionForm, question: Question) -> Supply | None:
    """Who can do it there; None where service or place is not known."""
    if not question.has_place_and_task:
        return None
    services = live.current().words.find_services(form.raw["dienst"])
    supply = _supply_of(live, services, question)
    if supply.aantal >= defaults().groen:
        return supply
    return replace(
        supply,
        left_out=left_out(live, services, question.nis),
        broader=_broader(live, services[0], question),
    )


def _supply_of(live: Directory, services: Sequence[str], question: Question) -> Supply:
    served = suppliers(live, services, question.nis)
    return Supply(question.gemeenten, tuple(_supplier(one) for one in served))


def _broader(live: Directory, service: str, question: Question) -> Broader | None:
    """The broader service with its supply there; None where there is none broader."""
    words = live.current().words
    slug = words.services[service].broader
    if slug is None:
        return None
    return Broader(Named(slug, words.services[slug].label), _supply_of(live, [slug], question).aantal)


def _supplier(served: Served) -> Supplier:
    entry = served.entry
    return Supplier(
        slug=entry.slug,
        naam=entry.name,
        gemeenten=served.gemeenten,
        aangenomen=served.assumed,
        is_maatwerk=MAATWERK in entry.werkvormen,
        art15_bewezen=entry.art15_status == Art15Status.RECOGNISED,
        art15_status=ART15_WORDS.get(Art15Status(entry.art15_status), ""),
        bevestigd_op=entry.confirmed_on,
        erkenningen=served.recognitions,
    )


def _advice(live: Directory, form: QuestionForm, question: Question) -> Advice:
    return advise(question, _supply(live, form, question))


@blueprint.get("/clausules")
def page() -> ResponseReturnValue:
    """The question and, once it is asked, the advice. Everything stands in the address."""
    live = directory()
    words = live.current().words
    form = _form(words)
    question = form.loose_question
    advice = _advice(live, form, question) if question else None
    search_url = ""
    if question and question.has_place_and_task:
        pairs = [("dienst", form.raw["dienst"]), *(("gemeente", g.key) for g in question.gemeenten)]
        search_url = links_for("directory.search", pairs)
    return render_template(
        "clauses/page.html",
        wording=wording(),
        form=form,
        advice=advice,
        search_url=search_url,
        text_urls=_text_urls(form, advice) if advice else {},
    )


def _text_urls(form: QuestionForm, advice: Advice) -> dict[str, str]:
    """The address of this question with the text of each instrument that the law leaves open."""
    asked = [(name, value) for name, value in form.raw.items() if value and name != "instrument"]
    return {
        verdict.sleutel: f"{links_for('clauses.page', [*asked, ('instrument', verdict.sleutel)])}#tekst"
        for verdict in advice.verdicts
        if verdict.oordeel != NIET_MOGELIJK
    }


@blueprint.get("/api/v1/clausules/advies")
def advice_api() -> ResponseReturnValue:
    """The advice as JSON; 400 names the field that cannot be used."""
    live = directory()
    form = _form(live.current().words)
    if form.question is None:
        return jsonify(error_to_dict(form.errors[0])), 400
    response = jsonify(advice_to_dict(_advice(live, form, form.question)))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
