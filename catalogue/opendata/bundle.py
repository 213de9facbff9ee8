"""Open data: the whole catalogue in one file, with its licence and date beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from catalogue.exchange.edition import Edition
from catalogue.exchange.writer import MIME_TYPES, write

NAME = "catalogus"
MODE = 0o644 << 16


def pack(stream: BinaryIO, texts: Mapping[str, str], edition: Edition, on: date) -> None:
    """Write every form of the catalogue into a zip file, and `texts` by their names in it."""
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(_member(name, edition), text.encode())
        for form in MIME_TYPES:
            content = BytesIO()
            write(form, None, content, on=on, edition=edition)
            archive.writestr(_member(f"{NAME}.{form}", edition), content.getbuffer())


def _member(name: str, edition: Edition) -> ZipInfo:
    """A file of the date of the catalogue, readable for all."""
    info = ZipInfo(name, edition.changed_at.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = MODE
    return info
