"""Curation: the only room that writes."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Open the doors of /beheer, and begin to count questions without an answer and uses of clauses."""
    from catalogue.curation import account_views, clause_use, door_views, questions

    questions.init_app(app)
    clause_use.init_app(app)
    account_views.init_app(app)
    door_views.init_app(app)
