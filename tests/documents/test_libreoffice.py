"""A Word file as another program reads it: LibreOffice makes a PDF of it, whole and in order."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.clauses.motivation_file import Choice, motivation_document
from catalogue.clauses.rules import INSTRUMENTS
from catalogue.clauses.text_file import text_document
from catalogue.documents.word import render
from tests.clauses.builders import a_supplier, a_supply, advice_for
from tests.documents.test_clause_files import MADE

OFFICE, PDF_TEXT = shutil.which("soffice"), shutil.which("pdftotext")
SECONDS = 180

pytestmark = pytest.mark.skipif(
    OFFICE is None or PDF_TEXT is None, reason="LibreOffice Writer and poppler-utils are not installed"
)


def as_pdf_text(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    """The text of each file after LibreOffice made a PDF of it; one start for all."""
    assert OFFICE
    assert PDF_TEXT
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run(
        [*command, *(f"{folder}/{name}.docx" for name in files)],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    found = {}
    for name in files:
        done = subprocess.run(
            [PDF_TEXT, "-layout", f"{folder}/{name}.pdf", "-"],
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
        found[name] = " ".join(done.stdout.decode().split())
    return found


def test_every_file_becomes_a_pdf_with_numbers_and_pages(tmp_path: Path) -> None:
    files = {}
    for key in INSTRUMENTS:
        advice = advice_for(raming=20_000, instrument=key)
        assert advice.text is not None
        files[key] = render(text_document(advice, advice.text, MADE))
    hard = "😀 <&> \u0645\u0631\u062d\u0628\u0627 " + "x" * 400
    choices = [Choice(a_supplier(number), "Ieper", hard) for number in range(50)]
    full = advice_for(replace(a_supply(30)), instrument="voorbehouden-opdracht")
    files["motivering"] = render(motivation_document(full, MADE, choices))

    found = as_pdf_text(tmp_path, files)

    for name, text in found.items():
        assert "Pagina 1 van" in text, name
    assert "Artikel 1. Doel en wettelijke grondslag" in found["voorbehouden-opdracht"]
    assert "1° de sociale en professionele integratie" in found["voorbehouden-opdracht"]
    assert "[datum en uur]" in found["voorbehouden-opdracht"]
    assert "1. De vraag, zoals we ze begrepen" in found["motivering"]
    assert "2. De drempels" in found["motivering"]
    assert "Maatwerk 49" in found["motivering"]
