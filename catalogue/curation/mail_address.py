"""A mail address as it is stored."""

from __future__ import annotations


def normal(text: str, *, is_test_allowed: bool = False) -> str:
    """The address in its usual form; `is_test_allowed` takes names that are kept for tests (.test).

    Raises ValueError where it is none. Whether mail gets there is not looked up.
    """
    # Its tables take a fortieth of a second to make, and few pages ask for them.
    from email_validator import validate_email

    return validate_email(text, check_deliverability=False, test_environment=is_test_allowed).normalized
