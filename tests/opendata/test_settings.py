"""The licence of the open data is a setting; what cannot be the address of one is refused by name."""

from __future__ import annotations

import pytest

from catalogue.config import SettingError, Settings
from catalogue.data.opendata import terms

OTHER = "https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0"


def test_without_a_setting_the_licence_is_one_that_we_explain() -> None:
    licence = terms().licence(Settings.from_environment({}).data_licence)
    assert "CC BY 4.0" in licence.naam
    assert licence.uitleg


def test_who_publishes_may_choose_another() -> None:
    assert Settings.from_environment({"CATALOGUE_DATA_LICENCE": OTHER}).data_licence == OTHER


@pytest.mark.parametrize(
    "value", ["CC BY 4.0", "javascript:alert(1)", "https://x.example/a b", 'https://x.example/"', "https://"]
)
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match="CATALOGUE_DATA_LICENCE"):
        Settings.from_environment({"CATALOGUE_DATA_LICENCE": value})
