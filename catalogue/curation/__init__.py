"""Curation: the only room that writes."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Open the doors of /beheer, and begin to count questions without an answer and uses of clauses."""
    from catalogue.curation import (
        account_list_views,  # noqa: F401 - its pages
        account_views,
        activity_views,  # noqa: F401
        clause_use,
        confirm_link_views,
        desk_views,  # noqa: F401
        door_views,
        entry_views,  # noqa: F401
        figure_views,  # noqa: F401
        freshness_views,  # noqa: F401
        gap_views,  # noqa: F401
        history_views,  # noqa: F401
        own_account_views,  # noqa: F401
        post_views,  # noqa: F401
        proposal_views,
        questions,
        service_views,  # noqa: F401
        text_views,  # noqa: F401
        upload_views,  # noqa: F401
        vocabulary_views,  # noqa: F401
        word_views,  # noqa: F401
    )

    questions.init_app(app)
    clause_use.init_app(app)
    account_views.init_app(app)
    proposal_views.init_app(app)
    confirm_link_views.init_app(app)
    door_views.init_app(app)
