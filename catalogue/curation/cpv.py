"""Curation: CPV codes as people write them, brought to their one form."""

from __future__ import annotations

import re

# CPV 2008 (Regulation (EC) No 213/2008) gives each code of eight digits a ninth to check it with. How that is
# reckoned is not said there; these weights, modulo ten, give it for every code of our starting vocabulary.
WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7)
LENGTH = len(WEIGHTS)


def check_digit(digits: str) -> str:
    """The ninth digit of a code of eight digits."""
    return str(sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 10)


def tidy_cpv(text: str) -> str:
    """A code as 77310000-6, its check digit added where it is left out; raises ValueError with the reason."""
    found = re.fullmatch(r"([0-9]{8})(?:[-‐– ]?([0-9]))?", text.strip(), re.ASCII)
    if found is None:
        raise ValueError(
            f"‘{text.strip()[:40]}’ is geen CPV-code: die telt acht cijfers, een streepje en een cijfer."
        )
    digits, given = found[1], found[2]
    right = f"{digits}-{check_digit(digits)}"
    if digits.startswith("00"):
        raise ValueError(f"De CPV-code {text.strip()} bestaat niet.")
    if given and given != right[-1]:
        raise ValueError(f"Het controlecijfer van de CPV-code {text.strip()} klopt niet. Bedoelt u {right}?")
    return right
