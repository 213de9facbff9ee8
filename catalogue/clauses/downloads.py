"""The files of the clause room: the text in Word and as plain text, and the motivation file.

Everything is made from the address again; nothing is kept. The motivation file also takes a POST, so that the
reasons of a shortlist stay out of every address and log. That POST changes no state and knows no login, so it
needs no token; its size is bounded by MAX_CHOICES, MAX_REASON and the limit of the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from catalogue import calendar
from catalogue.clauses.advice import Advice, advise
from catalogue.clauses.file_parts import Made
from catalogue.clauses.file_words import tell
from catalogue.clauses.forms import QuestionForm, read_question
from catalogue.clauses.motivation_file import Choice, motivation_document
from catalogue.clauses.passport import MADE, VERSION, changes, link_values, read_link
from catalogue.clauses.supply import Supplier
from catalogue.clauses.text_file import text_document, text_plain
from catalogue.clauses.texts import ClauseText
from catalogue.clauses.wording import wording
from catalogue.curation import clause_use
from catalogue.curation.clause_use import Form
from catalogue.directory.clause_supply import MAATWERK, find_meant, find_place, find_supply, is_proven
from catalogue.directory.entry_page import present_slug
from catalogue.directory.live import Directory, directory
from catalogue.directory.own_texts import our_defaults
from catalogue.directory.present import links_for
from catalogue.documents.word import MIME_TYPE, render
from catalogue.extensions import csrf
from catalogue.models.organisation import Art15Status
from catalogue.web.context import public_url
from catalogue.web.errors import problem
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("downloads", __name__)
csrf.exempt(blueprint)

# A shortlist holds no more, and a reason is a sentence or two.
MAX_CHOICES = 50
MAX_REASON = 500
REASON = "reden-"


class RefusedError(Exception):
    """A file that we cannot give, with the code of the answer and what to do about it."""

    def __init__(self, code: int, field: str, message: str) -> None:
        super().__init__(message)
        self.code, self.field, self.message = code, field, message


@dataclass(frozen=True)
class Asked:
    """A question from the parameters of a request, with its advice."""

    args: MultiDict[str, str]
    form: QuestionForm
    advice: Advice
    today: date


def download_urls(form: QuestionForm, advice: Advice) -> dict[str, str]:
    """Addresses for the page: `motivation_url` always, `word_url` and `text_url` where there is a text."""
    # A page that was opened with an older link gives files that say what changed since.
    kept = [(name, value) for name in (MADE, VERSION) if (value := request.args.get(name))]
    asked = [*_parameters(form), *kept]
    found = {"motivation_url": links_for("downloads.motivation", asked)}
    if advice.text:
        found["word_url"] = links_for("downloads.text_in_word", asked)
        found["text_url"] = links_for("downloads.text_alone", asked)
    return found


@blueprint.errorhandler(RefusedError)
def refused(error: RefusedError) -> ResponseReturnValue:
    """Our own error page, which names the field."""
    return problem(error.code, error.message, error.field)


@blueprint.get("/clausules/tekst.docx")
def text_in_word() -> ResponseReturnValue:
    """The text of an instrument in Word; 400 names a bad field, 409 says why the law shuts it."""
    asked = _asked()
    text = _text(asked)
    content = render(text_document(asked.advice, text, _made(asked)))
    _count(Form.WORD, asked)
    return _file(content, MIME_TYPE, f"{text.key}-{asked.today.isoformat()}.docx")


@blueprint.get("/clausules/tekst.txt")
def text_alone() -> ResponseReturnValue:
    """The same text without any form."""
    asked = _asked()
    text = _text(asked)
    content = text_plain(text, _made(asked)).encode()
    _count(Form.TEXT, asked)
    return _file(content, "text/plain; charset=utf-8", f"{text.key}-{asked.today.isoformat()}.txt")


@blueprint.route("/clausules/motivering.docx", methods=["GET", "POST"])
def motivation() -> ResponseReturnValue:
    """The motivation file; with `organisatie` also the shortlist, by POST with reasons (`reden-<slug>`)."""
    asked = _asked()
    choices = tuple(_choices(directory(), asked.args))
    content = render(motivation_document(asked.advice, _made(asked), choices))
    _count(Form.WORD, asked)
    return _file(content, MIME_TYPE, f"motivering-{asked.today.isoformat()}.docx")


def _asked() -> Asked:
    """Read the question as /clausules does; raises RefusedError with the first field that is wrong."""
    live, rules = directory(), our_defaults()
    today = calendar.today()
    args = MultiDict(request.values)
    form = read_question(
        args,
        today=today,
        find_meant=partial(find_meant, live),
        find_place=partial(find_place, live),
        rules=rules,
    )
    question = form.question
    if question is None:
        error = form.errors[0]
        label = wording().fields[error.veld].label
        raise RefusedError(400, error.veld, tell("f-veld", label=label, melding=error.melding))
    return Asked(args, form, advise(question, find_supply(live, question), rules), today)


def _count(form: Form, asked: Asked) -> None:
    """Count a file that is served; a look at its head alone is none."""
    if request.method != "HEAD":
        clause_use.count(form, asked.advice.question.instrument, asked.today)


def _text(asked: Asked) -> ClauseText:
    if asked.advice.question.instrument is None:
        raise RefusedError(400, "instrument", tell("f-instrument"))
    if shut := asked.advice.shut:
        values = {"instrument": shut.instrument.label, "reden": shut.redenen[0]}
        raise RefusedError(409, "instrument", tell("f-dicht", **values))
    text = asked.advice.text
    assert text is not None
    return text


def _parameters(form: QuestionForm) -> list[tuple[str, str]]:
    return [(name, value) for name, value in form.raw.items() if value]


def _made(asked: Asked) -> Made:
    """When and where the file is made, with the address that gives the same question again."""
    advice, text = asked.advice, asked.advice.text
    remembered = link_values(text.passport, asked.today) if text else ((MADE, asked.today.isoformat()),)
    link = read_link(asked.args, asked.today)
    return Made(
        site=settings_of_site().site_name,
        on=asked.today,
        link=_address("clauses.page", [*_parameters(asked.form), *remembered]),
        search_link=_search_address(advice),
        since=link.gemaakt,
        changes=changes(text.passport, advice.question, link, asked.today) if text else (),
    )


def _address(endpoint: str, pairs: list[tuple[str, str]]) -> str:
    return f"{public_url(endpoint)}?{urlencode(pairs)}"


def _search_address(advice: Advice) -> str:
    if advice.supply is None:
        return ""
    services = [("dienst", key) for task in advice.question.taken for key in task.keys]
    return _address("directory.search", [*services, *(("gemeente", nis) for nis in advice.question.nis)])


def _choices(live: Directory, args: MultiDict[str, str]) -> Iterator[Choice]:
    """The organisations of the shortlist, each once, with the reason that was posted for it."""
    slugs = list(dict.fromkeys(slug.strip() for slug in args.getlist("organisatie") if slug.strip()))
    if len(slugs) > MAX_CHOICES:
        raise RefusedError(400, "organisatie", tell("f-organisatie-veel", aantal=str(MAX_CHOICES)))
    snapshot = live.current()
    for slug in slugs:
        entry = snapshot.get(slug)
        if entry is None and "\0" not in slug:
            entry = snapshot.get(present_slug(slug) or "")
        if entry is None:
            raise RefusedError(400, "organisatie", tell("f-organisatie", waarde=slug[:60]))
        # Only from the body: a reason in an address would stand in every log on the way.
        reason = request.form.get(f"{REASON}{slug}", "").replace("\r\n", "\n").strip()
        if len(reason) > MAX_REASON:
            words = tell("f-reden", naam=entry.name, aantal=str(MAX_REASON))
            raise RefusedError(400, f"{REASON}{slug}", words)
        supplier = Supplier(
            slug=entry.slug,
            naam=entry.name,
            gemeenten=frozenset(),
            is_maatwerk=MAATWERK in entry.werkvormen,
            art15_bewezen=is_proven(entry),
            is_declared=entry.art15_status == Art15Status.DECLARED,
            bevestigd_op=entry.confirmed_on,
        )
        yield Choice(supplier, entry.sites[0].gemeente if entry.sites else "", reason)


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "no-store" if request.method == "POST" else "no-cache"
    return response
