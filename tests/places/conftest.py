"""The real gazetteer of the seed files, read once."""

from pathlib import Path

import pytest

from catalogue.places.gazetteer import Gazetteer
from catalogue.places.seeds import read_gemeenten, read_ordinary_words, read_regios

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer(
        read_gemeenten(SEEDS / "gemeenten.csv"),
        read_regios(SEEDS / "regios.toml"),
        read_ordinary_words(SEEDS / "plaatsnamen.toml"),
    )
