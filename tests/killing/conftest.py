"""A small catalogue with its index, a backup of an earlier state, and a file to import."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import delete, select, update

from catalogue.curation import outbox
from catalogue.curation.entrydata import EntryData
from catalogue.curation.write import change
from catalogue.directory.live import directory
from catalogue.extensions import db
from catalogue.models import Gemeente, Role, Service, region_gemeente
from tests.builders import app_with, entry, make_settings, offer, organisations, site
from tests.curation.room import account
from tests.curation.whole import backup_to

ENTRIES = 30
SERVICES = ("groenonderhoud", "schoonmaak", "strijk", "poetshulp-aan-huis")


class Ground(NamedTuple):
    """Where each test begins: the data folder, which is to be copied, and the files that commands take."""

    data: Path
    files: Path


@pytest.fixture(scope="package")
def ground(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Ground:
    """Made once."""
    folder = tmp_path_factory.mktemp("killing")
    data, files = folder / "data", folder / "files"
    files.mkdir()
    shutil.copytree(prepared, data)
    with app_with(make_settings(data)) as app, app.app_context():
        _make_small()
        account(Role.REGISSEUR, email="een@voorbeeld.be")
        organisations(*(_entry(number, "Wij maken vogelhuisjes.") for number in range(ENTRIES)))
        outbox.put("bevestiging:1", "iemand@voorbeeld.be", "Klopt dit nog?", "Tekst")
        db.session.commit()
        backup_to(files / "vroeger.zip")
        organisations(*(_entry(number, "Wij looien leer.") for number in range(ENTRIES, 2 * ENTRIES)))
        directory().reindex()
    rows = [f"Werkplaats {number};az;poetsen;Veurne;wij vlechten wissenmanden" for number in range(20, 90)]
    text = "\n".join(["naam;werkvorm;diensten;gemeente;omschrijving", *rows])
    (files / "erbij.csv").write_text(text, encoding="utf-8")
    return Ground(data, files)


def _make_small() -> None:
    """Keep few gemeenten and services: what is killed and looked at so often must be quick."""
    with change() as under_way:
        westhoek = select(region_gemeente.c.gemeente_nis).where(region_gemeente.c.region_slug == "westhoek")
        db.session.execute(delete(Gemeente).where(Gemeente.nis.not_in(westhoek)))
        db.session.execute(update(Service).values(broader_id=None))
        db.session.execute(delete(Service).where(Service.slug.not_in(SERVICES)))
        under_way.touch_vocabulary()


def _entry(number: int, text: str) -> EntryData:
    return entry(
        f"Werkplaats {number}",
        description=text,
        sites=(site(name="Hier"),),
        offers=(offer("groenonderhoud", "nis:33011", site="Hier"), offer("strijk")),
    )
