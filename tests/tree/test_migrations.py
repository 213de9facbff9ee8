"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect

from catalogue import schema
from catalogue.extensions import db


def test_models_and_migrations_do_not_differ(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_go_back_to_nothing_and_forward_again(app: Flask) -> None:
    with app.app_context():
        schema.downgrade()
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        schema.upgrade()
        assert "organisation" in inspect(db.engine).get_table_names()


BROKEN = """
import sqlalchemy as sa
from alembic import op

revision = "broken"
down_revision = "{head}"


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    op.drop_table("sown")
    raise RuntimeError("no power")
"""


def test_a_migration_that_fails_leaves_the_database_as_it_was(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions" / "broken.py").write_text(BROKEN.format(head=head))
    with app.app_context():
        before = set(inspect(db.engine).get_table_names())
        with pytest.raises(SystemExit):
            schema.upgrade(folder)
        assert set(inspect(db.engine).get_table_names()) == before
        with db.engine.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == head
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_revisions_are_those_that_alembic_finds() -> None:
    script = ScriptDirectory(str(schema.FOLDER))
    assert schema.revisions() == [revision.revision for revision in script.walk_revisions()]
