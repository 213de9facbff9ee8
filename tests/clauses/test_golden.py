"""Every text as it stands, word for word: a change of wording is a change of a file in golden/.

Renew them after a change that was meant, then read the difference line by line before it is kept:
`GOLDEN=renew python -m pytest tests/clauses/test_golden.py`
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.texts import ClauseText
from tests.clauses.builders import IEPER, POPERINGE, VEURNE, a_supply, advice_for

FOLDER = Path(__file__).parent / "golden"
VARIANTS: dict[str, dict[str, object]] = {
    "diensten": {},
    "werken": {"soort": "werken", "arbeidsaandeel": 40},
    "speciale-sector": {"aanbesteder": "speciale-sectoren"},
    "gemeenten": {"gemeenten": (IEPER, POPERINGE, VEURNE)},
    "sociale-diensten": {"soort": "sociale-diensten", "arbeidsaandeel": 80},
    "zonder-dienst": {"dienst": None, "gemeenten": (), "assumed": frozenset({"duur_maanden"})},
    "met-bekendmaking": {"raming": 250_000},
}
# The contract of limited value and the invitation are shut above their limits.
LOW = {"beperkte-waarde": 29_999}
OPEN = {("beperkte-waarde", "met-bekendmaking"), ("uitnodiging", "met-bekendmaking")}
CASES = [
    (instrument, variant)
    for instrument in INSTRUMENTS
    for variant in VARIANTS
    if (instrument, variant) not in OPEN
]


def written(text: ClauseText) -> str:
    """The text with everything beside it, but for the version and the days, which move on their own."""
    pieces = [text.titel, "== Tekst"]
    pieces += [f"[{block.plaats_label}]\n{block.plain}" for block in text.blocks]
    pieces.append("== Bijlagen")
    pieces += [f"[{block.plaats_label}]\n{block.plain}" for block in text.annexes]
    pieces += ["== In te vullen", "\n".join(text.blanks)]
    pieces += ["== Na te kijken", "\n".join(text.to_check)]
    pieces += ["== Velden", "\n".join(f"{field.plain} ({field.uitleg})" for field in text.form_fields)]
    sources = [f"{one.wat}: {one.tekst} {one.numac} {one.zekerheid}" for one in text.passport.bronnen]
    pieces += ["== Paspoort", "\n".join([text.passport.grondslag, *sources])]
    return "\n\n".join(pieces) + "\n"


@pytest.mark.parametrize(("instrument", "variant"), CASES)
def test_a_text_says_word_for_word_what_was_agreed(instrument: str, variant: str) -> None:
    changes = {"raming": LOW.get(instrument, 120_000), **VARIANTS[variant]}
    text = advice_for(a_supply(2), instrument=instrument, **{"gemeenten": (IEPER,), **changes}).text
    assert text is not None
    path = FOLDER / f"{instrument}-{variant}.txt"
    if os.environ.get("GOLDEN") == "renew":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(written(text), encoding="utf-8")
    assert written(text) == path.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_case() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert names == {f"{instrument}-{variant}.txt" for instrument, variant in CASES}
