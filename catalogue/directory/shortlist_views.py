"""The shortlist and the comparison: nothing but their address, without login or cookie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from catalogue import calendar
from catalogue.clauses.amounts import dutch_euro, dutch_inside, dutch_list
from catalogue.clauses.forms import QuestionForm, read_question
from catalogue.clauses.question import Question
from catalogue.clauses.wording import FIELDS, wording
from catalogue.directory import criteria as criteria_
from catalogue.directory import shortlist
from catalogue.directory.clause_supply import find_meant, find_place
from catalogue.directory.comparison import FEWEST, MOST, compare
from catalogue.directory.find import find
from catalogue.directory.live import Directory, directory
from catalogue.directory.own_texts import our_defaults
from catalogue.directory.present import hit_shown, links_for
from catalogue.directory.shown import HitShown, Link
from catalogue.exchange.writer import MIME_TYPES, write
from catalogue.web.context import public_url
from catalogue.web.headers import settings_of_site

blueprint = Blueprint("shortlist", __name__)

ORGANISATION = "organisatie"
# A comparison remembers the whole list, for the way back.
LIST = "lijst"
# What was just taken off, and the place where it stood.
REMOVED, PLACE = "weg", "plaats"
FORMATS = ("csv", "xlsx")
# So many are offered to add; a better question finds the others.
FOUND = 10
# The motivation file takes a reason of so many characters.
MAX_REASON = 500
# So many gemeenten of a question are named.
NAMED = 4

_Pairs = list[tuple[str, str]]


@blueprint.after_request
def hide(response: Response) -> Response:
    """A list belongs to who has its address, not to a search engine."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@dataclass(frozen=True, slots=True)
class Undo:
    """What was taken off, and the list with it in its old place."""

    name: str
    url: str


@blueprint.get("/keuzelijst")
def page() -> ResponseReturnValue:
    """The list of the address, with what one can do with it."""
    live = directory()
    listed = shortlist.read(live, request.args.getlist(ORGANISATION))
    form = _form(live)
    asked = _asked(form)
    subject = f"Vraag via {settings_of_site().site_name}"
    return render_template(
        "directory/shortlist.html",
        shortlist=listed,
        sentence=shortlist.sentence(listed),
        remove_urls=[_without(listed.slugs, place, asked) for place in range(len(listed.slugs))],
        undo=_undo(listed.slugs, asked),
        share_url=_public(listed.slugs),
        mail_url=listed.mail_url(subject),
        exports=[Link(kind.upper(), _export_url(kind, listed.slugs)) for kind in FORMATS],
        clear_url=links_for("shortlist.page", asked),
        clause_url=links_for("clauses.page", asked),
        asked=asked,
        form=form,
        question=_in_words(form.question) if form.question else "",
        wording=wording(),
        q=request.args.get("q", "").replace("\0", "").strip(),
        found=_to_add(live, listed.slugs, asked),
        most=MOST,
        fewest=FEWEST,
        max_reason=MAX_REASON,
    )


@blueprint.get("/keuzelijst.<format>")
def export(format: str) -> ResponseReturnValue:
    """The organisations of the list as a file; 404 for an unknown kind of file."""
    if format not in FORMATS:
        abort(404)
    listed = shortlist.read(directory(), request.args.getlist(ORGANISATION)).listed
    stream, today = BytesIO(), calendar.today()
    sentence = f"Keuzelijst: {', '.join(one.name for one in listed)}"
    write(format, [one.id for one in listed], stream, sentence=sentence, on=today)
    response = Response(stream.getvalue(), content_type=MIME_TYPES[format])
    name = f"keuzelijst-{today.isoformat()}.{format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/vergelijken")
def comparison() -> ResponseReturnValue:
    """Two to four organisations side by side; with fewer or more the page helps to choose."""
    live = directory()
    chosen = shortlist.read(live, request.args.getlist(ORGANISATION))
    whole = shortlist.read(live, request.args.getlist(LIST)) if LIST in request.args else chosen
    asked = _asked(_form(live))
    # What is compared stands on the list, also where someone typed the address.
    slugs = dict.fromkeys([*whole.slugs, *chosen.slugs])
    is_right = FEWEST <= len(chosen.listed) <= MOST
    return render_template(
        "directory/compare.html",
        chosen=chosen,
        rows=compare(chosen.listed) if is_right else (),
        choices=chosen.listed if len(chosen.listed) > MOST else whole.listed,
        back_url=links_for("shortlist.page", [*_organisations(list(slugs)), *asked]),
        kept=[*((LIST, slug) for slug in slugs), *asked],
        share_url=f"{public_url('shortlist.comparison')}?{_query(chosen.slugs)}",
        most=MOST,
        fewest=FEWEST,
    )


def _form(live: Directory) -> QuestionForm:
    """Read the question that the list was made for, as /clausules does."""
    return read_question(
        request.args,
        today=calendar.today(),
        find_meant=partial(find_meant, live),
        find_place=partial(find_place, live),
        rules=our_defaults(),
    )


def _asked(form: QuestionForm) -> _Pairs:
    return [(name, form.raw[name]) for name in FIELDS if form.raw[name]]


def _organisations(slugs: Sequence[str]) -> _Pairs:
    return [(ORGANISATION, slug) for slug in slugs]


def _query(slugs: Sequence[str]) -> str:
    return "&".join(f"{ORGANISATION}={slug}" for slug in slugs)


def _public(slugs: Sequence[str]) -> str:
    """The list as others may have it: without the question, without what was taken off."""
    address = public_url("shortlist.page")
    return f"{address}?{_query(slugs)}" if slugs else address


def _export_url(kind: str, slugs: Sequence[str]) -> str:
    return f"/keuzelijst.{kind}?{_query(slugs)}"


def _without(slugs: Sequence[str], place: int, asked: _Pairs) -> str:
    """The list without one, remembering which and where it stood."""
    rest = [slug for number, slug in enumerate(slugs) if number != place]
    removed = [(REMOVED, slugs[place]), (PLACE, str(place + 1))]
    return links_for("shortlist.page", [*_organisations(rest), *removed, *asked])


def _undo(slugs: Sequence[str], asked: _Pairs) -> Undo | None:
    """What was just taken off, to put back where it stood."""
    slug = request.args.get(REMOVED, "").strip()
    name = shortlist.name_of(slug) if slug and slug not in slugs else ""
    if not name:
        return None
    place = request.args.get(PLACE, "")
    at = int(place) - 1 if place.isascii() and place.isdigit() and len(place) < 4 else len(slugs)
    before = [*slugs[: max(at, 0)], slug, *slugs[max(at, 0) :]]
    return Undo(name, links_for("shortlist.page", [*_organisations(before), *asked]))


def _to_add(live: Directory, slugs: Sequence[str], asked: _Pairs) -> list[tuple[HitShown, str]]:
    """What a search on the page finds, each with the list to which it is added."""
    asking = criteria_.read(MultiDict({"q": request.args.get("q", "")}), live.current().words)
    if not asking.q:
        return []
    found = find(live, replace(asking, per_pagina=FOUND + len(slugs)), facets=False)
    hits = [hit for hit in found.hits if hit.entry.slug not in slugs][:FOUND]
    words, today = found.snapshot.words, found.snapshot.today
    return [
        (
            hit_shown(hit, number, words, today),
            links_for("shortlist.page", [*_organisations([*slugs, hit.entry.slug]), *asked]),
        )
        for number, hit in enumerate(hits, 1)
    ]


def _in_words(question: Question) -> str:
    """The question in one line."""
    what = question.dienst.label if question.dienst else _kind(question.soort)
    names = [one.label for one in question.gemeenten]
    if len(names) > NAMED:
        names = [*names[:NAMED], f"{len(names) - NAMED} andere gemeenten"]
    where = f" in {dutch_list(names)}" if names else ""
    return f"{dutch_inside(what)}{where}, {dutch_euro(question.raming)}, exclusief btw"


def _kind(soort: str) -> str:
    """What a kind of contract is called."""
    return next(one.label for one in wording().soorten if one.key == soort)
