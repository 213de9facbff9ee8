"""Numbers in a question: CPV codes, with or without check digit or as prefix, and ondernemingsnummers."""

import re

from catalogue.search.lexicon import Lexicon

Found = list[tuple[str, str]]
"""What was typed, and its digits."""

_NUMBER = re.compile(
    r"(?<![\w.])(?:BE[ .]?)?(\d{4}[. ]?\d{3}[. ]?\d{3}|\d{3}[. ]?\d{3}[. ]?\d{3})(?![.-]?\w)", re.IGNORECASE
)
_CPV = re.compile(r"(?<![\w.-])(\d{8})(?:-\d)?(?![\w-])")
_CPV_NAMED = re.compile(r"(?<!\w)cpv(?:[ -]?codes?)?[ :.-]*(\d{2,8})(?:-\d)?(?![\w-])", re.IGNORECASE)
_CPV_PREFIX = re.compile(r"(?<![\w.-])(\d{5,7})(?![\w.-])")


def read_numbers(text: str, lexicon: Lexicon) -> tuple[Found, Found, list[tuple[int, int]]]:
    """Return CPV codes, ondernemingsnummers (ten digits), and the stretches of the text that hold them."""
    codes: Found = []
    numbers: Found = []
    taken: list[tuple[int, int]] = []

    def take(match: re.Match[str], into: Found, digits: str) -> None:
        if not any(start < match.end() and match.start() < end for start, end in taken):
            taken.append(match.span())
            into.append((match.group().strip(), digits))

    for pattern in (_CPV_NAMED, _CPV):
        for match in pattern.finditer(text):
            take(match, codes, match.group(1))
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match.group(1))
        if len(digits) == 9 and any(code.startswith(digits[:8]) for code in lexicon.codes):
            take(match, codes, digits[:8])
        else:
            take(match, numbers, digits.zfill(10))
    for match in _CPV_PREFIX.finditer(text):
        if any(code.startswith(match.group(1)) for code in lexicon.codes):
            take(match, codes, match.group(1))
    return codes, numbers, taken
