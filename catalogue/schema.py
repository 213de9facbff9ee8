"""The schema of the database: which revision its tables are of, and bringing them up to date.

Needs an app context. The revisions are the scripts in migrations/versions, whose names begin with their
number; Alembic runs them. It takes a sixth of a second to load, so whoever only serves the site does not.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, column, inspect, select, table

from catalogue.config import ROOT
from catalogue.extensions import db

FOLDER = ROOT / "catalogue" / "migrations"
VERSION_TABLE = "alembic_version"
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)


def exists() -> bool:
    """Whether there are tables at all; a SQLite file that is missing is not made."""
    url = db.engine.url
    is_file = url.get_backend_name() == "sqlite" and url.database and not url.query.get("uri")
    if is_file and not Path(str(url.database)).exists():
        return False
    return inspect(db.engine).has_table(VERSION_TABLE)


def is_begun() -> bool:
    """Whether starting content was put in; an `init` that was cut short has only tables."""
    from catalogue.models import Sown

    return exists() and db.session.scalar(select(Sown.key).limit(1)) is not None


def revisions() -> list[str]:
    """Those that this program knows, the newest first."""
    scripts = sorted((FOLDER / "versions").glob("[0-9]*.py"), reverse=True)
    return [found[1] for path in scripts if (found := _REVISION.search(path.read_text("utf-8")))]


def revision() -> str:
    """That of the tables as they are; empty where there are none."""
    with db.engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str:
    """That of the tables as a connection sees them; empty where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE))) or ""


def upgrade(folder: Path = FOLDER) -> None:
    """Bring the tables to the newest revision, wholly or not at all. Raises SystemExit where that fails."""
    from flask_migrate import upgrade

    _know_scripts()
    upgrade(directory=str(folder))


def downgrade(folder: Path = FOLDER) -> None:
    """Take all tables away, with what they hold."""
    from flask_migrate import downgrade

    _know_scripts()
    downgrade(directory=str(folder), revision="base")


def _know_scripts() -> None:
    from flask_migrate import Migrate

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if "migrate" not in app.extensions:
        Migrate(render_as_batch=True).init_app(app, db, str(FOLDER))
