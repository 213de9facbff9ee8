"""Post: a plain letter, written as the mail that goes over the wire. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

# Without a name before it and without quotes: such as people type.
_PLAIN = r"[^\s<>()\[\],;:\"\\@]"
_ADDRESS = re.compile(rf"(?P<name>{_PLAIN}+)@(?P<domain>{_PLAIN}+\.{_PLAIN}+)")


class AddressError(ValueError):
    """Something that is no mail address, or a header of more than one line."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of plain text. `key` makes its Message-ID: a letter that is sent again keeps it."""

    key: str
    recipient: str
    subject: str
    body: str
    at: datetime


def address(text: str) -> Address:
    """A bare mail address as one part of a header; raises AddressError for anything else."""
    found = _ADDRESS.fullmatch(_one_line(text).strip())
    if found is None:
        raise AddressError(f"geen mailadres: {text[:60]!r}")
    try:
        # A domain with other letters has a spelling that every server knows.
        domain = found["domain"] if found["domain"].isascii() else found["domain"].encode("idna").decode()
        return Address(username=found["name"], domain=domain)
    except (ValueError, MessageError):
        raise AddressError(f"geen mailadres: {text[:60]!r}") from None


def written(letter: Letter, sender: str, sender_name: str = "", reply_to: str = "") -> EmailMessage:
    """The letter as a mail, marked as sent by a machine so that absence notices do not answer it.

    Raises AddressError where an address is none or a header holds a line break.
    """
    own = address(sender)
    to = address(letter.recipient)
    parts = (own, to)
    is_ascii = all(part.addr_spec.isascii() for part in parts)
    mail = EmailMessage(policy=SMTP if is_ascii else SMTPUTF8)
    mail["From"] = Address(_one_line(sender_name), own.username, own.domain)
    mail["To"] = to
    if reply_to:
        mail["Reply-To"] = address(reply_to)
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{_letters(letter.key)}@{own.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    return mail


def _one_line(text: str) -> str:
    if any(ord(sign) < 32 or sign in "\x7f\x85\u2028\u2029" for sign in text):
        raise AddressError(f"meer dan één regel: {text[:60]!r}")
    return text


def _letters(key: str) -> str:
    """A key with only what a Message-ID may hold."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "." for sign in key).strip(".")
