"""Curation: the only room that writes."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Open the doors of /beheer."""
    from catalogue.curation import views

    views.init_app(app)
