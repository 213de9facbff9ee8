"""The session of /beheer: begun anew at every log-in; and what is carried through one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user
from werkzeug.exceptions import HTTPException

from catalogue.config import Settings
from catalogue.curation import accounts, ended_sessions
from catalogue.curation.carried import Carried
from catalogue.curation.ended_sessions import SESSION_LASTS
from catalogue.extensions import login
from catalogue.models import Account
from catalogue.web.errors import KEEPER

# Kept in the session: when it began, and what tells it from every other.
SINCE, MARK = "sinds", "kenmerk"
# Who gave the right password has so long for the code.
STEP_LASTS = timedelta(minutes=10)
STEP, STEP_SINCE = "tweede_stap", "tweede_stap_sinds"
CARRIED = "meegenomen"


def begin(account: Account) -> None:
    """Let somebody in; the session of before is over."""
    end()
    session[SINCE] = _now()
    session[MARK] = ended_sessions.new_mark()
    login_user(account)


def begin_step(account: Account) -> None:
    """Remember who gave the right password and must still give a code; nobody is logged in yet."""
    end()
    session[STEP] = account.get_id()
    session[STEP_SINCE] = _now()


def account_of_step() -> Account | None:
    """Who must still give a code; None where that took too long."""
    known, since = session.get(STEP), session.get(STEP_SINCE)
    is_late = not isinstance(since, int) or _now() - since > STEP_LASTS.total_seconds()
    return None if is_late or not isinstance(known, str) else accounts.of_session(known)


def end() -> None:
    """Forget all of the session; who copied its cookie has nothing either."""
    mark = session.get(MARK)
    _forget()
    if isinstance(mark, str):
        ended_sessions.end(mark)


def local_target(wanted: str) -> str:
    """Where to go after the log-in: a path under /beheer, else the desk."""
    start = url_for("curation.desk")
    # A browser reads a backslash as a slash, and goes up on two dots however they are written.
    is_plain = wanted.isprintable() and "\\" not in wanted and ".." not in unquote(wanted)
    is_ours = wanted == start or wanted.startswith((f"{start}/", f"{start}?"))
    return wanted if is_plain and is_ours else start


def is_from_here() -> bool:
    """Whether a page of ours sent this form: by its token, or by where the browser says it comes from.

    A form of another site must not be carried through the log-in as if its person had filled it in.
    """
    if not g.get("csrf_refused", False):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    settings: Settings = current_app.config["SETTINGS"]
    # Never a path behind it; and what is no address at all must not be taken apart as one.
    return origin.partition("://")[2] in {request.host, urlsplit(settings.url).netloc} - {""}


def carried_now() -> Carried | None:
    """What this request posted, to carry through the log-in."""
    if not is_from_here():
        return None
    path = request.full_path.removesuffix("?")
    files = any(file.filename for file in request.files.values())
    return Carried.of(path, request.form.items(multi=True), lost_file=files)


def kept_now() -> Carried | None:
    """What this request posted, to send again after a fault of ours; None where it could not go as it was."""
    try:
        carried = carried_now()
        sent = [name for name in request.form if not name.endswith("csrf_token")]
    except (HTTPException, OSError):
        # What was sent could not be read either.
        return None
    return carried if carried and {name for name, _ in carried.pairs} == set(sent) else None


def carried_before() -> Carried | None:
    """What the log-in form carries along, where it can be sent on."""
    text = request.form.get(CARRIED, "")
    carried = Carried.read(text) if text and is_from_here() else None
    if carried is None or local_target(carried.path) != carried.path or not _takes_forms(carried.path):
        return None
    return carried


def go_on(carried: Carried, code: int = 200) -> ResponseReturnValue:
    """The page that sends on what was carried, with a fresh token, on one click."""
    return render_template("beheer/verder.html", carried=carried), code


def _takes_forms(path: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(path).path, method="POST")
    except HTTPException:
        return False
    return str(endpoint).startswith("curation.")


def _forget() -> None:
    session.clear()
    # The token of before is remembered for this request too.
    g.pop("csrf_token", None)


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


def _account_of_session(session_id: str) -> Account | None:
    """The account of this session, unless it is over."""
    since, mark = session.get(SINCE), session.get(MARK)
    if not isinstance(since, int) or _now() - since > SESSION_LASTS.total_seconds():
        return None
    if not isinstance(mark, str) or ended_sessions.is_over(mark):
        return None
    return accounts.of_session(session_id)


def init_app(app: Flask) -> None:
    """Bind the session to the app. A form may stay open as long as its session lasts."""
    app.config["WTF_CSRF_TIME_LIMIT"] = int(SESSION_LASTS.total_seconds())
    app.extensions[KEEPER] = kept_now
    login.session_protection = "strong"
    login.user_loader(_account_of_session)
