"""The catalogue of the social economy: create_app() is the list of wiring steps, nothing else."""

from __future__ import annotations

from flask import Flask

from catalogue import patience
from catalogue.config import ROOT, Settings
from catalogue.extensions import csrf, db, login, patient_url
from catalogue.plain_json import PlainJSON

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The site as a WSGI app; raises SettingError when a setting of the environment cannot be used."""
    settings = settings or Settings.from_environment()
    settings.data.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "catalogue",
        root_path=str(ROOT / "catalogue"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.kept_secret_key(),
        SQLALCHEMY_DATABASE_URI=patient_url(settings.sqlalchemy_url),
        # A connection that the database server ended meanwhile is replaced before a visitor meets it.
        # What a visitor typed is a parameter, and has no place in a log.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True, "hide_parameters": True},
        TESTING=settings.testing,
        SESSION_COOKIE_NAME="beheer",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.url.startswith("https://"),
        MAX_CONTENT_LENGTH=1_000_000,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=200,
    )
    app.json = PlainJSON(app)
    _extensions(app)
    _rooms(app)
    return app


def _extensions(app: Flask) -> None:
    db.init_app(app)
    patience.init_app(app)
    csrf.init_app(app)
    # Templates are given the account; looking for it in each would ask the database on error pages too.
    login.init_app(app, add_context_processor=False)


def _rooms(app: Flask) -> None:
    from catalogue import curation, web
    from catalogue.api import views as api
    from catalogue.clauses import downloads
    from catalogue.clauses import explain_views as explanation
    from catalogue.clauses import views as clauses
    from catalogue.commands import init_app as add_commands
    from catalogue.directory import live
    from catalogue.directory import partner_views as partners
    from catalogue.directory import shortlist_views as shortlist
    from catalogue.directory import views as pages
    from catalogue.exchange import views as exchange
    from catalogue.maps import embed_views as embedding
    from catalogue.maps import views as maps
    from catalogue.opendata import views as opendata
    from catalogue.web import caching

    web.init_app(app)
    live.init_app(app)
    curation.init_app(app)
    for room in (pages, partners, maps, embedding, clauses, downloads, explanation, shortlist):
        app.register_blueprint(room.blueprint)
    for programs in (exchange, api, opendata):
        app.register_blueprint(programs.blueprint)
    # After everything that may refuse or redirect a request.
    caching.init_app(app)
    add_commands(app)
