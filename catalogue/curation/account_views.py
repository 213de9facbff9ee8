"""Pages of /beheer: log in, log out, choose a password, and the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from flask import (
    Flask,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from catalogue.curation import accounts
from catalogue.curation.door_views import blueprint, keeps_input, needs, shown
from catalogue.curation.forms import LoginForm, PasswordForm
from catalogue.curation.passwords import PasswordError
from catalogue.curation.permits import Rule
from catalogue.extensions import login
from catalogue.models import Account
from catalogue.web.errors import problem

# A session ends after a working day, also when its cookie was copied.
SESSION_LASTS = timedelta(hours=12)
SINCE = "sinds"
WRONG = "Dit e-mailadres en dit wachtwoord passen niet bij elkaar."
LINK_IS_OVER = "Deze link is gebruikt, te oud of onjuist. Vraag de beheerder van de catalogus een nieuwe."


@blueprint.route("/aanmelden", endpoint="login", methods=["GET", "POST"])
@needs(Rule.OPEN)
@keeps_input
def login_page() -> ResponseReturnValue:
    """Log in; the session of before is thrown away."""
    target = local_target(request.args.get("volgende", ""))
    if current_user.is_authenticated and request.method == "GET":
        return redirect(target)
    form = LoginForm()
    if not form.validate_on_submit():
        return shown("aanmelden", form)
    try:
        account = accounts.check(form.email.data, form.wachtwoord.data, request.remote_addr or "")
    except accounts.ThrottledError as error:
        form.form_errors = [
            f"Te veel pogingen na elkaar. Probeer het over {_minutes(error.seconds)} opnieuw."
        ]
        return *shown("aanmelden", form, 429), {"Retry-After": str(error.seconds)}
    if account is None:
        form.form_errors = [WRONG]
        return shown("aanmelden", form)
    session.clear()
    session[SINCE] = int(datetime.now(UTC).timestamp())
    login_user(account)
    return redirect(target, 303)


@blueprint.post("/afmelden")
@needs(Rule.ACCOUNT)
def logout() -> ResponseReturnValue:
    """Log out on this device."""
    logout_user()
    session.clear()
    flash("U bent afgemeld.")
    return redirect(url_for("curation.login"), 303)


@blueprint.route("/wachtwoord/<token>", methods=["GET", "POST"])
@needs(Rule.OPEN)
@keeps_input
def set_password(token: str) -> ResponseReturnValue:
    """Choose a password with a one-time link. Opening the link changes nothing: mail scanners open links."""
    form = PasswordForm()
    try:
        accounts.account_of_link(token)
        if not form.validate_on_submit():
            return shown("wachtwoord", form)
        accounts.redeem(token, form.wachtwoord.data)
    except accounts.LinkError:
        return problem(410, LINK_IS_OVER)
    except PasswordError as error:
        form.wachtwoord.errors = [str(error)]
        return shown("wachtwoord", form)
    session.clear()
    flash("Uw wachtwoord is bewaard. Meld u nu aan.")
    return redirect(url_for("curation.login"), 303)


@blueprint.get("")
@needs(Rule.ACCOUNT)
def desk() -> ResponseReturnValue:
    """The desk of who curates."""
    return render_template("beheer/start.html")


def local_target(wanted: str) -> str:
    """Where to go after the log-in: a path under /beheer, else the desk."""
    start = url_for("curation.desk")
    # A browser reads a backslash as a slash, and goes up on two dots however they are written.
    is_plain = wanted.isprintable() and "\\" not in wanted and ".." not in unquote(wanted)
    is_ours = wanted == start or wanted.startswith((f"{start}/", f"{start}?"))
    return wanted if is_plain and is_ours else start


def _minutes(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return "een minuut" if minutes == 1 else f"{minutes} minuten"


def _account_of_session(session_id: str) -> Account | None:
    """The account of this session, unless it is over."""
    since = session.get(SINCE)
    if not isinstance(since, int) or datetime.now(UTC).timestamp() - since > SESSION_LASTS.total_seconds():
        return None
    return accounts.of_session(session_id)


def init_app(app: Flask) -> None:
    """Bind the log-in to the app."""
    login.session_protection = "strong"
    login.user_loader(_account_of_session)
