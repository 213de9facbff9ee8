"""What another site copies: any title, any address, any wish."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from catalogue.maps import embed

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=60)


@given(title=TEXTS, query=st.text("abc&<>\"'= /", max_size=30))
def test_whatever_stands_in_a_filter_the_code_is_one_element_that_says_it(title: str, query: str) -> None:
    made = embed.snippets(
        frame_url=f"https://x.example/kaart/ingebed?{query}",
        script_url="https://x.example/bestand/eigen/js/embed-host.js",
        page_url=f"https://x.example/kaart?{query}",
        title=title,
        height=500,
    )
    [frame] = BeautifulSoup(made.frame, "html.parser").find_all(True)
    [link] = BeautifulSoup(made.link, "html.parser").find_all(True)

    assert (frame.name, frame["src"], frame["title"]) == (
        "iframe",
        f"https://x.example/kaart/ingebed?{query}",
        title,
    )
    assert set(frame.attrs) == {"src", "title", "width", "height"}
    assert (link["href"], link.text) == (f"https://x.example/kaart?{query}", title)


@pytest.mark.parametrize(
    ("view", "height", "expected"),
    [
        ("", "", (embed.MAP, embed.HEIGHT)),
        (" Lijst ", "450", (embed.LIST, 450)),
        ("kaart", "600 px", (embed.MAP, 600)),
        ("kaart", str(embed.MIN_HEIGHT), (embed.MAP, embed.MIN_HEIGHT)),
        ("kaart", str(embed.MAX_HEIGHT), (embed.MAP, embed.MAX_HEIGHT)),
    ],
)
def test_a_wish_is_read(view: str, height: str, expected: tuple[str, int]) -> None:
    wish = embed.read_wish(view, height)

    assert (wish.view, wish.height) == expected
    assert not wish.problems


@pytest.mark.parametrize("height", ["veel", "-5", "0", "299", "3001", "1e3", "٥٠٠", "999999999999", "50%"])
def test_a_height_that_is_none_gets_the_usual_one_and_a_sentence(height: str) -> None:
    wish = embed.read_wish("", height)

    assert wish.height == embed.HEIGHT
    assert list(wish.problems) == ["hoogte"]


def test_a_view_that_is_none_gets_the_map_and_a_sentence() -> None:
    wish = embed.read_wish("tabel", "")

    assert wish.view == embed.MAP
    assert list(wish.problems) == ["weergave"]


@pytest.mark.parametrize(
    ("url", "view", "expected"),
    [
        ("/kaart/ingebed", embed.MAP, "/kaart/ingebed"),
        ("/kaart/ingebed", embed.LIST, "/kaart/ingebed?weergave=lijst"),
        ("/kaart/ingebed?regio=westhoek", embed.LIST, "/kaart/ingebed?regio=westhoek&weergave=lijst"),
    ],
)
def test_the_view_goes_along_in_the_address(url: str, view: str, expected: str) -> None:
    assert embed.framed(url, view) == expected
