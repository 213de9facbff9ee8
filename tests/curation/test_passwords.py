"""Which passwords are refused, and that ordinary good ones are not."""

from __future__ import annotations

import pytest

from catalogue.curation.passwords import MAX_LENGTH, PasswordError, require_good


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("kort", "minstens 12 tekens"),
        ("elf-tekens!", "minstens 12 tekens"),
        ("x7" * MAX_LENGTH, "hoogstens 200 tekens"),
        ("aaaaaaaaaaaaaaaa", "rij of een herhaling"),
        ("abcdefghijklmnop", "rij of een herhaling"),
        ("azertyuiopqsdfgh", "rij of een herhaling"),
        ("098765432109", "rij of een herhaling"),
        ("475839201846", "rij of een herhaling"),
        ("tafeltafeltafel", "rij of een herhaling"),
        ("Welkom2026!!", "“welkom”"),
        ("W3lk0m-2026-!!", "“welkom”"),
        ("Wachtwoord123", "“wachtwoord”"),
        ("Westhoek2026!", "“westhoek”"),
        ("sociale-economie", "“economie”"),
        ("ZilverenMaan-1", "“zilverenmaan”"),
    ],
)
def test_an_obvious_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(PasswordError, match=reason):
        require_good(password, email="zilverenmaan@voorbeeld.be")


@pytest.mark.parametrize(
    "password",
    [
        "vier losse woorden hier",
        "nooit meer een wachtwoord vergeten",
        "7f#9kQ2!x8zV",
        "ßpätzlé-köche-42",
        "fiets, kraan en regenjas",
    ],
)
def test_a_long_password_of_ones_own_is_accepted(password: str) -> None:
    require_good(password, email="zilverenmaan@voorbeeld.be")
