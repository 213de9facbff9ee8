"""Pages of /beheer: the accounts, for a beheerder."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.curation import account_keeping, accounts, second_step
from catalogue.curation.account_forms import NewAccountForm, RightsForm
from catalogue.curation.account_views import invitation, mails_links
from catalogue.curation.door_views import blueprint, keeps_input, needs, shown
from catalogue.curation.permits import Rule
from catalogue.models import Account


@blueprint.get("/accounts")
@needs(Rule.BEHEERDER)
def account_list() -> ResponseReturnValue:
    """Everybody who may come in."""
    return render_template("beheer/accounts.html", accounts=account_keeping.everybody())


@blueprint.route("/accounts/nieuw", methods=["GET", "POST"])
@needs(Rule.BEHEERDER)
@keeps_input
def account_new() -> ResponseReturnValue:
    """A new account; its link is shown once."""
    form = NewAccountForm(_regions())
    if not form.validate_on_submit():
        return shown("account_nieuw", form)
    try:
        made = accounts.add(form.email.data, form.rol.data, form.regios.data)
    except accounts.AccountError as error:
        form.email.errors = [str(error)]
        return shown("account_nieuw", form)
    return _link_page(made, is_new=True)


@blueprint.route("/accounts/<row:account_id>", methods=["GET", "POST"])
@needs(Rule.BEHEERDER)
@keeps_input
def account_edit(account_id: int) -> ResponseReturnValue:
    """Another role or other regions, and what else can be done with an account."""
    found = _account(account_id)
    form = RightsForm(_regions(), data={"rol": found.role, "regios": [one.slug for one in found.regions]})
    if not form.validate_on_submit():
        return shown("account", form, account=found)
    try:
        account_keeping.change_rights(found, form.rol.data, form.regios.data)
    except accounts.AccountError as error:
        form.rol.errors = [str(error)]
        return shown("account", form, account=found)
    flash("De rechten zijn bewaard.")
    return redirect(url_for("curation.account_edit", account_id=account_id), 303)


@blueprint.post("/accounts/<row:account_id>/link")
@needs(Rule.BEHEERDER)
def account_link(account_id: int) -> ResponseReturnValue:
    """A new one-time link, shown once; older ones stop working."""
    found = _account(account_id)
    if found.closed_at is not None:
        flash("Heropen het account eerst.")
        return _back(account_id)
    return _link_page(found)


@blueprint.post("/accounts/<row:account_id>/sluiten")
@needs(Rule.BEHEERDER)
def account_close(account_id: int) -> ResponseReturnValue:
    """Let nobody in with this account any more; it can be opened again."""
    try:
        account_keeping.close(_account(account_id))
    except account_keeping.LastBeheerderError as error:
        form = RightsForm(_regions(), formdata=None)
        form.form_errors = [str(error)]
        found = _account(account_id)
        form.rol.data, form.regios.data = found.role, [one.slug for one in found.regions]
        return shown("account", form, account=found)
    flash("Het account is gesloten. U kunt het hier weer openen.")
    return _back(account_id)


@blueprint.post("/accounts/<row:account_id>/heropenen")
@needs(Rule.BEHEERDER)
def account_reopen(account_id: int) -> ResponseReturnValue:
    """Let somebody in again."""
    account_keeping.reopen(_account(account_id))
    flash("Het account is weer open.")
    return _back(account_id)


@blueprint.post("/accounts/<row:account_id>/overal-afmelden")
@needs(Rule.BEHEERDER)
def account_sessions(account_id: int) -> ResponseReturnValue:
    """End every session of an account."""
    accounts.log_out_everywhere(_account(account_id))
    flash("Deze persoon is op alle toestellen afgemeld.")
    return _back(account_id)


@blueprint.post("/accounts/<row:account_id>/tweede-stap-uit")
@needs(Rule.BEHEERDER)
def account_second_step_off(account_id: int) -> ResponseReturnValue:
    """Help somebody who lost the telephone and the recovery codes."""
    second_step.switch_off(_account(account_id))
    flash("De tweede stap is uit voor dit account.")
    return _back(account_id)


def _account(account_id: int) -> Account:
    return account_keeping.by_id(account_id) or abort(404)


def _regions() -> list[tuple[str, str]]:
    return [(region.slug, region.name) for region in account_keeping.all_regions()]


def _back(account_id: int) -> ResponseReturnValue:
    return redirect(url_for("curation.account_edit", account_id=account_id), 303)


def _link_page(found: Account, *, is_new: bool = False) -> ResponseReturnValue:
    values = {"account": found, "is_new": is_new, "by_mail": mails_links()}
    return render_template(
        "beheer/account_link.html", link=invitation(found), days=accounts.LINK_HOURS // 24, **values
    )
