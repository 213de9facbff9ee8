"""The report of an import, as it is printed."""

from __future__ import annotations

from flask import Flask

from catalogue.exchange.plan import plan
from catalogue.exchange.reader import read_bytes
from catalogue.exchange.report import FIELD_NAMES, differences, lines
from tests.builders import TODAY, entry, import_text, organisation


def test_a_report_counts_and_names_what_happened(app: Flask) -> None:
    with app.app_context():
        organisation("Oud")
        organisation("Zelfde")
        done = import_text("naam;telefoon;diensten\nNieuw;;klokken\nOud;057 1;\nZelfde;;\n")
        assert list(lines(done, done=True)) == [
            "3 rijen, 3 organisaties: 1 nieuw, 1 gewijzigd, 1 ongewijzigd.",
            "  nieuw: Nieuw",
            "  gewijzigd: Oud (telefoon)",
            "Na te kijken: 2.",
            "  regel 2, diensten: ‘klokken’ is geen gekende dienst en wordt bewaard als vrije tekst.",
            "  regel 2, werkvorm: Er staat geen werkvorm; dit wordt ‘andere’.",
        ]


def test_a_refused_file_says_so_first(app: Flask) -> None:
    with app.app_context():
        done = import_text("naam;trede\nZ;9\n")
        assert list(lines(done, done=True)) == [
            "Geweigerd: 1 fout. Er is niets gewijzigd.",
            "  regel 2, trede: ‘9’ is geen trede: kies uit 1, 2, 3, 4, 5, 6.",
        ]


def test_a_trial_says_that_nothing_was_kept(app: Flask) -> None:
    with app.app_context():
        planned = plan(read_bytes(b"naam;werkvorm\nZ;az\n"), today=TODAY)
        assert list(lines(planned, done=False))[-1] == "Dit was een proef: er is niets bewaard."


def test_differences_are_named_as_the_columns_are() -> None:
    assert differences(entry(), entry(phone="1", email="a@b.be", offers=())) == [
        "email",
        "telefoon",
        "diensten en werkgebied",
    ]
    assert "phone" not in FIELD_NAMES.values()
