"""Pages of /beheer: what anybody does with the own account: password, sessions, second step."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalogue.config import Settings
from catalogue.curation import accounts, second_step, session_views
from catalogue.curation.account_forms import ConfirmForm, FirstCodeForm, OwnPasswordForm
from catalogue.curation.account_views import WRONG_CODE, throttled
from catalogue.curation.door_views import account, blueprint, keeps_input, needs, shown
from catalogue.curation.passwords import PasswordError
from catalogue.curation.permits import Rule
from catalogue.curation.throttle import ThrottledError
from catalogue.models import Account

WRONG_PASSWORD = "Dit is niet uw wachtwoord van nu."  # noqa: S105 - a message
# The salt of a secret that is shown and not yet used. A salt alone opens nothing.
SALT = "nieuwe_tweede_stap"


@blueprint.get("/account")
@needs(Rule.ACCOUNT)
def own_account() -> ResponseReturnValue:
    """Who is logged in, and what can be changed about that."""
    return render_template("beheer/mijn_account.html", account=account(), form=None)


@blueprint.route("/account/wachtwoord", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def own_password() -> ResponseReturnValue:
    """Another password; every other session ends."""
    form = OwnPasswordForm()
    if not form.validate_on_submit():
        return shown("mijn_wachtwoord", form)
    known = _person()
    try:
        accounts.confirm(known, form.wachtwoord_nu.data, request.remote_addr or "")
        accounts.change_password(known, form.wachtwoord.data)
    except ThrottledError as error:
        return throttled("mijn_wachtwoord", form, error)
    except accounts.WrongPasswordError:
        form.wachtwoord_nu.errors = [WRONG_PASSWORD]
        return shown("mijn_wachtwoord", form)
    except PasswordError as error:
        form.wachtwoord.errors = [str(error)]
        return shown("mijn_wachtwoord", form)
    session_views.begin(known)
    flash("Uw nieuwe wachtwoord is bewaard. Op andere toestellen bent u afgemeld.")
    return redirect(url_for("curation.own_account"), 303)


@blueprint.post("/account/overal-afmelden")
@needs(Rule.ACCOUNT)
def own_sessions() -> ResponseReturnValue:
    """End every session, this one too."""
    accounts.log_out_everywhere(_person())
    session_views.end()
    flash("U bent op al uw toestellen afgemeld.")
    return redirect(url_for("curation.login"), 303)


@blueprint.route("/account/tweede-stap", methods=["GET", "POST"])
@needs(Rule.ACCOUNT)
@keeps_input
def own_second_step() -> ResponseReturnValue:
    """Set up the second step: a picture for the telephone, and its first code as proof."""
    known = _person()
    if second_step.is_on(known):
        return redirect(url_for("curation.own_account"), 303)
    salt = session.setdefault(SALT, second_step.new_salt())
    settings: Settings = current_app.config["SETTINGS"]
    secret = second_step.address_of(salt, known.email, settings.site_name)
    look: dict[str, Any] = {"picture": second_step.picture(secret), "secret": second_step.secret_of(salt)}
    form = FirstCodeForm()
    if not form.validate_on_submit():
        return shown("tweede_stap_instellen", form, **look)
    try:
        accounts.confirm(known, form.wachtwoord_nu.data, request.remote_addr or "")
        codes = second_step.switch_on(known, salt, form.code.data)
    except ThrottledError as error:
        return throttled("tweede_stap_instellen", form, error, **look)
    except accounts.WrongPasswordError:
        form.wachtwoord_nu.errors = [WRONG_PASSWORD]
        return shown("tweede_stap_instellen", form, **look)
    except second_step.WrongCodeError:
        form.code.errors = [WRONG_CODE]
        return shown("tweede_stap_instellen", form, **look)
    session_views.begin(known)
    return render_template("beheer/herstelcodes.html", codes=codes)


@blueprint.post("/account/tweede-stap/uit")
@needs(Rule.ACCOUNT)
@keeps_input
def own_second_step_off() -> ResponseReturnValue:
    """Ask for no second step any more, after the password."""
    refused = _refused()
    if refused is not None:
        return refused
    known = _person()
    second_step.switch_off(known)
    session_views.begin(known)
    flash("De tweede stap is uit. Op andere toestellen bent u afgemeld.")
    return redirect(url_for("curation.own_account"), 303)


@blueprint.post("/account/tweede-stap/herstelcodes")
@needs(Rule.ACCOUNT)
@keeps_input
def own_recovery_codes() -> ResponseReturnValue:
    """Fresh recovery codes in place of the old ones, after the password."""
    refused = _refused()
    if refused is not None:
        return refused
    if not second_step.is_on(_person()):
        return redirect(url_for("curation.own_account"), 303)
    return render_template("beheer/herstelcodes.html", codes=second_step.fresh_codes(_person()))


def _refused() -> ResponseReturnValue | None:
    """The page of the account again, where the password of now was not given; None where it was."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        return shown("mijn_account", form, account=account())
    try:
        accounts.confirm(_person(), form.wachtwoord_nu.data, request.remote_addr or "")
    except ThrottledError as error:
        return throttled("mijn_account", form, error, account=account())
    except accounts.WrongPasswordError:
        form.wachtwoord_nu.errors = [WRONG_PASSWORD]
        return shown("mijn_account", form, account=account())
    return None


def _person() -> Account:
    """Who is logged in, itself and not the stand-in of the log-in library."""
    found: Account = current_user._get_current_object()
    return found
