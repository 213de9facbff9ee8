"""The shell of a map as folium renders it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from catalogue.maps.features import Pin
from catalogue.maps.shell import Ground, entry_shell, shell

OURS = Ground(backdrop_url="/bestand/eigen/geo/achtergrond.json")
TILED = Ground(
    tiles="https://kaart.example/{z}/{x}/{y}.png", attribution="Bron <b>X</b>", backdrop_url="/b.json"
)
PIN = Pin(1, "De Proef", "/organisaties/de-proef", "Ieper", 50.85, 2.88)


def test_the_shell_names_no_other_host() -> None:
    made = shell("/kaart/punten.geojson", OURS)

    assert not re.search(r"https?:|//\w", made.html + made.script)


def test_the_shell_has_no_inline_style_and_no_inline_handler() -> None:
    made = shell("/kaart/punten.geojson", OURS)

    assert made.html == '<div class="folium-map" id="map_kaart" ></div>'
    assert "<" not in made.script.replace("<b>", "")


def test_the_shell_is_the_same_text_at_each_rendering() -> None:
    first = shell("/kaart/punten.geojson?q=x", OURS)
    shell.cache_clear()

    assert shell("/kaart/punten.geojson?q=x", OURS) == first


def test_zooming_ends_where_markercluster_must_know_it() -> None:
    assert re.search(r'"maxZoom": 18\b', shell("/p", OURS).script)


def test_an_address_cannot_end_the_script() -> None:
    made = shell("/kaart/punten.geojson?q=</script><script>alert(1)</script>&x='", OURS)

    assert "</script" not in made.script
    assert "<script" not in made.script


def test_a_name_in_the_map_of_an_entry_cannot_end_the_script() -> None:
    made = entry_shell((Pin(1, "</script><img src=x>", "/x", "Ieper", 50.85, 2.88),), OURS)

    assert "<" not in made.script


def test_tiles_come_from_the_server_that_was_set() -> None:
    script = shell("/p", TILED).script

    assert "https://kaart.example/{z}/{x}/{y}.png" in script
    assert '"tiles": true' in script
    assert set(re.findall(r"https?://([\w.]+)", script)) == {"kaart.example"}


def test_a_search_map_fetches_its_points_and_an_entry_map_holds_them() -> None:
    assert shell("/p", OURS).points_url == "/p"
    assert not shell("/p", OURS).is_small
    assert entry_shell((PIN,), OURS).is_small
    assert '"t": "De Proef"' in entry_shell((PIN,), OURS).script


def test_a_map_of_an_entry_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="point"):
        entry_shell((), OURS)


def test_folium_is_imported_only_when_a_map_is_drawn() -> None:
    code = "import sys, catalogue.maps.shell; sys.exit('folium' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
