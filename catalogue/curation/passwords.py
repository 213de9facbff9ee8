"""Which passwords are good enough: long, and not the first that someone would try. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MIN_LENGTH = 12
MAX_LENGTH = 200
# Fewer different characters than this is a pattern, not a password.
MIN_DIFFERENT = 5
# Letters that must remain once the obvious words are taken out.
MIN_OWN_LETTERS = 6
# Share of neighbouring characters that may be neighbours on a keyboard or in the alphabet.
MAX_RUN_SHARE = 0.6
# Shorter parts of a mail address are too common inside ordinary words.
MIN_WORD = 4

ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890",
    "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm",
)  # fmt: skip
OBVIOUS = (
    "wachtwoord", "paswoord", "password", "passwoord", "welkom", "welcome", "geheim", "secret", "letmein",
    "aanmelden", "administrator", "admin", "beheerder", "beheer", "regisseur", "regie", "catalogus",
    "catalogue", "sociale", "economie", "westhoek", "vlaanderen", "gemeente", "azerty", "qwerty", "iloveyou",
    "zomer", "winter", "lente", "herfst", "januari", "februari", "maart", "april", "juni", "juli", "augustus",
    "september", "oktober", "november", "december",
)  # fmt: skip
LOOK_ALIKES = str.maketrans("013457@$!", "oieastasi")


class PasswordError(ValueError):
    """A password that is not accepted; the message (Dutch) says why."""


def normalised(password: str) -> str:
    """The same characters however a keyboard composed them (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)


def require_good(password: str, *, email: str = "") -> None:
    """Raise PasswordError when the password is too short, too long or obvious for this account."""
    if len(password) > MAX_LENGTH:
        raise PasswordError(f"Kies een wachtwoord van hoogstens {MAX_LENGTH} tekens.")
    password = normalised(password)
    if len(password) < MIN_LENGTH:
        raise PasswordError(f"Kies een wachtwoord van minstens {MIN_LENGTH} tekens.")
    if _is_pattern(password):
        raise PasswordError("Dit wachtwoord is te makkelijk te raden: het is een rij of een herhaling.")
    word = _obvious_word(password, _words_of(email))
    if word:
        raise PasswordError(f"Dit wachtwoord is te makkelijk te raden: het is vooral “{word}”.")


def _is_pattern(password: str) -> bool:
    lower = password.casefold()
    if password.isdigit() or len(set(lower)) < MIN_DIFFERENT:
        return True
    is_repeated = (lower + lower).find(lower, 1) < len(lower)
    return is_repeated or _run_share(lower) > MAX_RUN_SHARE


def _run_share(text: str) -> float:
    """Which share of the neighbouring characters follow each other in the alphabet or on a keyboard."""
    steps = {row[i : i + 2] for row in ROWS for i in range(len(row) - 1)}
    steps |= {step[::-1] for step in steps}
    return sum(text[i : i + 2] in steps for i in range(len(text) - 1)) / (len(text) - 1)


def _words_of(email: str) -> list[str]:
    """The words of a mail address that must not make up the password."""
    parts = "".join(c if c.isalpha() else " " for c in email.casefold()).split()
    return [part for part in parts if len(part) >= MIN_WORD]


def _obvious_word(password: str, own: Iterable[str]) -> str:
    """The obvious word that makes up most of the password, or nothing."""
    for text in {password.casefold(), password.casefold().translate(LOOK_ALIKES)}:
        rest, first = text, ""
        for word in sorted({*OBVIOUS, *own}, key=lambda w: (-len(w), w)):
            if word in rest:
                first = first or word
                rest = rest.replace(word, " ")
        if first and sum(map(str.isalpha, rest)) < MIN_OWN_LETTERS:
            return first
    return ""
