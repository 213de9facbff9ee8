"""Curation: the only room that writes."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Open the doors of /beheer, and begin to count questions without an answer."""
    from catalogue.curation import questions, views

    questions.init_app(app)
    views.init_app(app)
