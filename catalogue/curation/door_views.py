"""The door of /beheer: its blueprint, what each page asks of who opens it, and tokens on every form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from catalogue.curation import permits, session_views
from catalogue.curation.account_forms import LoginForm
from catalogue.curation.forms import TRY_AGAIN
from catalogue.curation.permits import Rule
from catalogue.curation.write import Actor, Manner
from catalogue.extensions import csrf
from catalogue.models import Account
from catalogue.web.errors import problem

blueprint = Blueprint("curation", __name__, url_prefix="/beheer")

View = TypeVar("View", bound=Callable[..., Any])

# The menu of the room; each sees the pages that are for them.
MENU = (
    ("curation.desk", "Bureau"),
    ("curation.entries", "Organisaties"),
    ("curation.proposals", "Voorstellen"),
    ("curation.freshness", "Versheid"),
    ("curation.uploads", "Import"),
    ("curation.vocabulary", "Woordenlijst"),
    ("curation.figures", "Cijfers"),
    ("curation.post", "Post"),
    ("curation.account_list", "Accounts"),
    ("curation.own_account", "Mijn account"),
    ("curation.manual", "Handleiding"),
)
# How many things wait on a page of the menu, asked of who is logged in; each page adds its own.
WAITING: dict[str, Callable[[Account], int]] = {}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the menu; `waits` counts what is to be done there."""

    url: str
    label: str
    is_here: bool
    waits: int


def needs(rule: Rule) -> Callable[[View], View]:
    """Say what a page asks of who opens it; a page that does not say so is shut to everybody."""

    def mark(view: View) -> View:
        view.rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def keeps_input(view: View) -> View:
    """Mark a view that shows its form again, with what was typed, when the token is not accepted."""
    view.keeps_input = True  # type: ignore[attr-defined]
    return view


@blueprint.before_request
def guard() -> ResponseReturnValue | None:
    """Let in who may come in: a stranger is asked to log in, another account gets 403.

    A form whose sender is no longer known, or whose token is too old, is shown with one button to go on:
    nothing that was typed is lost, and nothing is written before that.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    rule = getattr(view, "rule", None)
    if rule is Rule.OPEN:
        return None
    if not current_user.is_authenticated:
        return _ask_who()
    if not _is_allowed(rule):
        abort(403)
    if g.get("csrf_refused", False) and not getattr(view, "keeps_input", False):
        carried = session_views.carried_now()
        return problem(400, TRY_AGAIN) if carried is None else session_views.go_on(carried, 400)
    return None


def _ask_who() -> ResponseReturnValue:
    """The log-in, with the way back; for a form it is the answer itself, and carries what was typed."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        flash("Meld u eerst aan.")
        return redirect(url_for("curation.login", volgende=request.full_path.removesuffix("?")), 303)
    if request.endpoint == "curation.logout":
        return redirect(url_for("curation.login"), 303)
    carried = session_views.carried_now()
    page = render_template(
        "beheer/aanmelden.html", form=LoginForm(formdata=None), carried=carried, is_over=True
    )
    # The scheme is ours: it keeps a browser from asking for a password in a window of its own.
    return page, 401, {"WWW-Authenticate": 'Form realm="beheer"'}


def _is_allowed(rule: Rule | None) -> bool:
    if rule is Rule.ENTRY:
        return permits.may_edit(account(), int((request.view_args or {})["organisation_id"]))
    return rule is Rule.ACCOUNT or (rule is Rule.BEHEERDER and account().is_beheerder)


def menu() -> list[MenuEntry]:
    """The menu for who is logged in, with what waits."""
    entries = []
    for endpoint, label in MENU:
        if not _is_allowed(getattr(current_app.view_functions[endpoint], "rule", None)):
            continue
        url = url_for(endpoint)
        # A page stands under its room: /beheer/organisaties/12 under /beheer/organisaties.
        is_here = request.path == url or (endpoint != "curation.desk" and request.path.startswith(f"{url}/"))
        waits = WAITING[endpoint](account()) if endpoint in WAITING else 0
        entries.append(MenuEntry(url, label, is_here, waits))
    return entries


def account() -> Account:
    """Who is logged in; only where guard() let somebody in."""
    return cast("Account", current_user)


def actor(note: str = "") -> Actor:
    """Who makes a change on a page of this room."""
    return Actor(Manner.ROOM, account().id, note=note)


def shown(page: str, form: Any, refused: int = 422, **values: Any) -> tuple[str, int]:
    """The page beheer/<page>.html with its form; a posted form that is shown again was refused."""
    code = refused if request.method == "POST" else 200
    return render_template(f"beheer/{page}.html", form=form, **values), code


def _check_token() -> None:
    """Refuse a forged or expired form; the door of /beheer answers it, or the view that keeps its input."""
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        view = current_app.view_functions.get(request.endpoint or "")
        is_open = request.blueprint != blueprint.name or getattr(view, "rule", None) is Rule.OPEN
        if is_open and not getattr(view, "keeps_input", False):
            raise
        g.csrf_refused = True


def init_app(app: Flask) -> None:
    """Bind the tokens and the pages of /beheer to the app; the pages themselves are imported before."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.before_request(_check_token)
    app.register_error_handler(CSRFError, lambda _error: problem(400, TRY_AGAIN))
    app.add_template_global(menu, "kamermenu")
    app.add_template_global(current_user, "current_user")
    app.register_blueprint(blueprint)
