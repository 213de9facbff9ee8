"""Pages of /beheer: log in with one step or two, log out, choose a password."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from catalogue.config import Settings
from catalogue.curation import account_mail, accounts, second_step, session_views
from catalogue.curation.account_forms import CodeForm, ForgottenForm, LoginForm, PasswordForm
from catalogue.curation.door_views import blueprint, keeps_input, needs, shown
from catalogue.curation.passwords import PasswordError
from catalogue.curation.permits import Rule
from catalogue.curation.session_views import local_target
from catalogue.curation.throttle import ThrottledError
from catalogue.models import Account
from catalogue.web.context import public_url
from catalogue.web.errors import problem
from catalogue.web.words import waiting

WRONG = "Dit e-mailadres en dit wachtwoord passen niet bij elkaar."
WRONG_CODE = "Deze code klopt niet, is te oud of is al gebruikt."
LINK_IS_OVER = (
    "Deze link is gebruikt, te oud of onjuist. Vraag de beheerder van de catalogus een nieuwe, of kies op de "
    "pagina Aanmelden voor “Wachtwoord vergeten?”."
)


@blueprint.route("/aanmelden", endpoint="login", methods=["GET", "POST"])
@needs(Rule.OPEN)
@keeps_input
def login_page() -> ResponseReturnValue:
    """Log in; the session of before is thrown away."""
    target = local_target(request.args.get("volgende", ""))
    if current_user.is_authenticated and request.method == "GET":
        return redirect(target)
    carried = session_views.carried_before()
    form = LoginForm()
    if not form.validate_on_submit():
        return shown("aanmelden", form, carried=carried)
    try:
        account = accounts.check(form.email.data, form.wachtwoord.data, request.remote_addr or "")
    except ThrottledError as error:
        return throttled("aanmelden", form, error, carried=carried)
    if account is None:
        form.form_errors = [WRONG]
        return shown("aanmelden", form, carried=carried)
    if second_step.is_on(account):
        session_views.begin_step(account)
        if carried is not None:
            return render_template("beheer/tweede_stap.html", form=CodeForm(formdata=None), carried=carried)
        return redirect(url_for("curation.login_code", volgende=request.args.get("volgende")), 303)
    session_views.begin(account)
    return redirect(target, 303) if carried is None else session_views.go_on(carried)


@blueprint.route("/aanmelden/code", methods=["GET", "POST"])
@needs(Rule.OPEN)
@keeps_input
def login_code() -> ResponseReturnValue:
    """The second step of the log-in, for who gave the right password."""
    account = session_views.account_of_step()
    carried = session_views.carried_before()
    if account is None:
        return shown("aanmelden", LoginForm(formdata=None), carried=carried, is_over=request.method == "POST")
    form = CodeForm()
    if not form.validate_on_submit():
        return shown("tweede_stap", form, carried=carried)
    try:
        second_step.check(account, form.code.data, request.remote_addr or "")
    except ThrottledError as error:
        return throttled("tweede_stap", form, error, carried=carried)
    except second_step.WrongCodeError:
        form.code.errors = [WRONG_CODE]
        return shown("tweede_stap", form, carried=carried)
    session_views.begin(account)
    if carried is not None:
        return session_views.go_on(carried)
    return redirect(local_target(request.args.get("volgende", "")), 303)


@blueprint.post("/afmelden")
@needs(Rule.ACCOUNT)
def logout() -> ResponseReturnValue:
    """Log out on this device."""
    logout_user()
    session_views.end()
    flash("U bent afgemeld.")
    return redirect(url_for("curation.login"), 303)


@blueprint.route("/wachtwoord-vergeten", methods=["GET", "POST"])
@needs(Rule.OPEN)
@keeps_input
def forgotten() -> ResponseReturnValue:
    """Ask for a link by mail; the answer is the same whether there is such an account or not."""
    form = ForgottenForm()
    if not mails_links():
        return shown("wachtwoord_vergeten", None)
    if not form.validate_on_submit():
        return shown("wachtwoord_vergeten", form)
    wait = account_mail.ask_reset(form.email.data, request.remote_addr or "", mail_site())
    if wait:
        return throttled("wachtwoord_vergeten", form, ThrottledError(wait))
    return render_template("beheer/wachtwoord_gevraagd.html", hours=account_mail.RESET_HOURS)


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
    session_views.end()
    flash("Uw wachtwoord is bewaard. Meld u nu aan.")
    return redirect(url_for("curation.login"), 303)


def throttled(page: str, form: Any, error: ThrottledError, **values: Any) -> ResponseReturnValue:
    """The page again, with how long to wait."""
    form.form_errors = [f"Te veel pogingen na elkaar. Probeer het over {waiting(error.seconds)} opnieuw."]
    return *shown(page, form, 429, **values), {"Retry-After": str(error.seconds)}


def has_mail() -> bool:
    """Whether a mail server is set up."""
    settings: Settings = current_app.config["SETTINGS"]
    return bool(settings.mail.host)


def mails_links() -> bool:
    """Whether links may go by mail: without CATALOGUE_URL whoever asks would choose where they lead."""
    settings: Settings = current_app.config["SETTINGS"]
    return has_mail() and bool(settings.url)


def mail_site() -> account_mail.Site:
    """What mails about accounts say of the site."""
    settings: Settings = current_app.config["SETTINGS"]
    return account_mail.Site(settings.site_name, _link)


def invitation(account: Account) -> str:
    """A one-time link for an account, as a full address; it also goes by mail where mail is set up."""
    return account_mail.invite(account, mail_site(), by_mail=mails_links())


def _link(token: str) -> str:
    return public_url("curation.set_password", token=token)


def init_app(app: Flask) -> None:
    """Bind the log-in to the app."""
    session_views.init_app(app)
