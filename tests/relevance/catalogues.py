"""The catalogues that are measured: that of seeds/, and the second one, with and without its vocabulary."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from catalogue import schema
from catalogue.curation.seeding import seed
from catalogue.directory import entries
from catalogue.directory.live import Directory
from catalogue.search.types import Document
from tests.builders import TODAY, app_with, make_settings
from tests.relevance.questions import SEEDS

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue that answers, with its documents."""

    directory: Directory
    documents: tuple[Document, ...]

    def texts(self) -> dict[str, str]:
        """Every entry as one text: own words, places, labels and synonyms of its services."""
        snapshot = self.directory.current()
        services = snapshot.words.services
        offered = {entry.slug: entry.services for entry in snapshot.entries if entry is not None}
        return {
            document.slug: " ".join(
                (
                    *document.names,
                    *document.former_names,
                    *document.numbers,
                    *document.words,
                    *document.places,
                    *document.notes,
                    document.text,
                    *(services[slug].label for slug in offered[document.slug]),
                    *(word for slug in offered[document.slug] for word in services[slug].synonyms),
                )
            )
            for document in self.documents
        }


@contextmanager
def catalogue(
    folder: Path, *, services: Path | None = None, organisations: Path | None = None
) -> Iterator[Catalogue]:
    """A catalogue in a new folder, from seeds/ with other services or organisations where they are given."""
    sources = folder / "bron"
    shutil.copytree(SEEDS, sources)
    if services:
        shutil.copy(services, sources / "diensten.toml")
    if organisations:
        shutil.copy(organisations, sources / "organisaties.csv")
    with app_with(make_settings(folder / "data")) as app, app.app_context():
        schema.upgrade()
        seed(today=TODAY, folder=sources)
        directory: Directory = app.extensions["directory"]
        directory.settle()
        yield Catalogue(directory, tuple(entries.documents(directory.current().words)))
        directory.index.close()
