"""Curation: the second step at the log-in, a code that a telephone makes; the only module that knows pyotp.

The secret is made of the key of the site and a salt of the account: a copy of the database holds no secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime

import pyotp
import segno
from flask import current_app
from sqlalchemy import update

from catalogue.curation.throttle import attempt, forget, succeeded
from catalogue.extensions import db
from catalogue.models import Account

STEP_SECONDS = 30
# A telephone may run so many steps behind or before.
WINDOW = 1
RECOVERY_CODES = 10
# 80 bits: no one guesses these, also not from their hashes.
RECOVERY_BYTES = 10


class WrongCodeError(ValueError):
    """A code that is wrong, too old or used before."""


def new_salt() -> str:
    """What the secret of one account is made of, beside the key of the site."""
    return secrets.token_hex(16)


def secret_of(salt: str) -> str:
    """The secret in base32, as a telephone wants it."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(key, f"totp:{salt}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode("ascii")


def address_of(salt: str, email: str, site: str) -> str:
    """The address (otpauth:) that a telephone reads from the picture."""
    return pyotp.TOTP(secret_of(salt)).provisioning_uri(name=email, issuer_name=site)


def picture(address: str) -> str:
    """The QR code of an address, as the source of an image."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def is_on(account: Account) -> bool:
    """Whether this account asks for a second step."""
    return bool(account.totp_salt)


def switch_on(account: Account, salt: str, code: str) -> list[str]:
    """Ask for a second step from now on; gives the recovery codes, which are never shown again.

    Ends every session of the account. Raises WrongCodeError unless the code was made with this salt.
    """
    step = _step_of(salt, code, after=0)
    account.totp_salt, account.totp_step = salt, step
    account.session_token = secrets.token_hex(32)
    return _renewed_codes(account)


def switch_off(account: Account) -> None:
    """Ask for no second step any more; ends every session of the account."""
    account.totp_salt, account.totp_step, account.recovery_hashes = "", 0, []
    account.session_token = secrets.token_hex(32)
    forget("code", str(account.id))
    db.session.commit()


def fresh_codes(account: Account) -> list[str]:
    """New recovery codes in place of the old ones."""
    return _renewed_codes(account)


def check(account: Account, code: str, address: str) -> None:
    """Accept a code of the telephone or a recovery code, each once; `address` is the network address.

    Raises WrongCodeError, or ThrottledError after too many failures.
    """
    name = str(account.id)
    attempt("code", name, address)
    plain = re.sub(r"[\s-]", "", code)
    if plain.isascii() and plain.isdigit():
        _use_code(account, plain)
    else:
        _use_recovery_code(account, plain)
    succeeded("code", name, address)


def _use_code(account: Account, code: str) -> None:
    step = _step_of(account.totp_salt, code, after=account.totp_step)
    # Two log-ins with one code at the same time: one of them.
    used = db.session.execute(
        update(Account)
        .where(
            Account.id == account.id,
            (Account.totp_step < step) | (Account.totp_step > _step_now() + WINDOW),
        )
        .values(totp_step=step)
    )
    db.session.commit()
    if not used.rowcount:  # type: ignore[attr-defined]
        raise WrongCodeError


def _use_recovery_code(account: Account, code: str) -> None:
    hashed = _hash(code)
    # The row is locked first (SQLite: its writers wait in line), so that a code is used once.
    db.session.execute(update(Account).where(Account.id == account.id).values(totp_step=Account.totp_step))
    db.session.refresh(account)
    left = [kept for kept in account.recovery_hashes if not hmac.compare_digest(kept, hashed)]
    if len(left) == len(account.recovery_hashes):
        db.session.rollback()
        raise WrongCodeError
    account.recovery_hashes = left
    db.session.commit()


def _step_of(salt: str, code: str, *, after: int) -> int:
    """The step of 30 seconds whose code this is, later than `after`; raises WrongCodeError."""
    plain = re.sub(r"\s", "", code)
    if not (plain.isascii() and plain.isdigit()):
        raise WrongCodeError
    clock = pyotp.TOTP(secret_of(salt), interval=STEP_SECONDS)
    now = _step_now()
    if after > now + WINDOW:
        # Used while the clock ran ahead: else no code would be good until it is there again.
        after = 0
    for step in range(now - WINDOW, now + WINDOW + 1):
        if step > after and hmac.compare_digest(clock.generate_otp(step), plain):
            return step
    raise WrongCodeError


def _step_now() -> int:
    return int(datetime.now(UTC).timestamp()) // STEP_SECONDS


def _renewed_codes(account: Account) -> list[str]:
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    account.recovery_hashes = [_hash(code) for code in codes]
    db.session.commit()
    return codes


def _recovery_code() -> str:
    """Four groups of four letters and digits that are not mistaken for each other."""
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode("ascii").lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash(code: str) -> str:
    return hashlib.sha256(re.sub(r"[\s-]", "", code).casefold().encode(errors="replace")).hexdigest()
