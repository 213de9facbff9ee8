"""Words that are marked in a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search import highlight
from catalogue.search.analysis import compose


def _marked(text: str, *found: str) -> list[str]:
    return [piece for piece, is_marked in highlight(text, found) if is_marked]


def test_a_word_is_marked_in_all_its_forms_and_inside_compounds() -> None:
    text = "Wij poetsen; groenonderhoud is <b>onderhoud</b>."
    assert _marked(text, "onderhoud van groen", "poets") == ["poetsen", "groenonderhoud", "onderhoud"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Wij onderhouden uw groen.", ["onderhouden", "groen"]), ("Wij onderhouden machines.", [])],
)
def test_parts_of_a_compound_are_marked_where_all_stand_apart(text: str, expected: list[str]) -> None:
    assert _marked(text, "groenonderhoud") == expected


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=3))
def test_marked_pieces_together_are_the_text(text: str, found: list[str]) -> None:
    assert "".join(piece for piece, _ in highlight(text, found)) == compose(text)
