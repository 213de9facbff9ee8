"""Runs the migrations on the database of the app: wholly or not at all, and one process at a time."""

from __future__ import annotations

from pathlib import Path

from alembic import context
from flask import current_app

# Any number that only the migrations of this catalogue use.
LOCK = 20250101

database = current_app.extensions["migrate"].db
options = current_app.extensions["migrate"].configure_args


def make_file() -> None:
    """The one place that makes a SQLite file; everywhere else a missing file is a fault."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite" and url.database and not url.query.get("uri"):
        Path(url.database).touch()


def run() -> None:
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # A table that is made anew (batch mode) must not take its children with it.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            transactional_ddl=True,
            **options,
        )
        try:
            context.run_migrations()
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            if is_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")


make_file()
run()
