"""Curation: the mails about accounts, with a one-time link to choose a password."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from catalogue.curation import accounts, outbox
from catalogue.curation.brakes import brake, network_of
from catalogue.data import load
from catalogue.data.sentences import fill, read_sentences
from catalogue.extensions import db
from catalogue.models import Account

# Who asks for a new password is at the keyboard now.
RESET_HOURS = 2
# So often within RESET_WINDOW: for one mail address, and from one network.
RESET_LIMIT = 3
RESET_NETWORK_LIMIT = 20
RESET_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Site:
    """What a mail says of the site: its name, and the full address of the page for a token."""

    name: str
    link: Callable[[str], str]


@cache
def sentences() -> Mapping[str, str]:
    """The sentences of the mails, from catalogue/data/accounts.toml."""
    return read_sentences(load("accounts.toml"), "accounts.toml", "mail")


def invite(account: Account, site: Site, *, by_mail: bool) -> str:
    """A one-time link (the full address) for an account, which also goes by mail where mail is set up."""
    token = accounts.new_link(account)
    if by_mail:
        _put(account, "nieuw", site, token, accounts.LINK_HOURS)
    db.session.commit()
    return site.link(token)


def ask_reset(email: str, address: str, site: Site) -> int:
    """Mail a link for a new password, where there is such an open account; nobody learns whether there is.

    Gives 0, or the seconds to wait where this address or network asked too often.
    """
    name = accounts.folded(email)
    wait = brake("wachtwoord", network_of(address), RESET_NETWORK_LIMIT, RESET_WINDOW)
    wait = wait or brake("wachtwoord", name, RESET_LIMIT, RESET_WINDOW)
    if wait:
        return wait
    account = accounts.find(name)
    if account is not None and account.closed_at is None:
        _put(account, "vergeten", site, accounts.new_link(account, hours=RESET_HOURS), RESET_HOURS)
        db.session.commit()
    return 0


def _put(account: Account, kind: str, site: Site, token: str, hours: int) -> None:
    words = sentences()
    lasts = f"{hours // 24} dagen" if hours >= 48 else f"{hours} uur"
    values = {"site": site.name, "link": site.link(token), "duur": lasts}
    key = f"account:{account.id}:{accounts.hash_of(token)[:32]}"
    body = fill(words[kind], values).lstrip()
    outbox.put(key, account.email, fill(words[f"{kind}-onderwerp"], values), body)
