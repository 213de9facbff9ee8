"""Response headers: what a browser may do with our pages, how long it may keep them, and compression."""

from __future__ import annotations

import gzip
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request

from catalogue.config import Settings
from catalogue.web.limits import is_health

COMPRESSIBLE = (
    *("text/", "application/json", "application/geo+json", "application/ld+json"),
    *("application/atom+xml", "application/xml"),
    "image/svg",
)
# Below this a compressed answer saves nothing.
COMPRESS_FROM = 1_000
# Level 5 costs a third of level 9 and is 2 % larger on our pages.
COMPRESS_LEVEL = 5

FRAMEABLE = "maps.embedded"
# Addresses that hold a secret, or what only one visitor may see: other sites are told nothing of them.
SECRET_PATHS = ("/beheer", "/bevestigen/", "/voorstel-ontvangen/")
PERMISSIONS = ", ".join(f"{power}=()" for power in ("camera", "microphone", "geolocation", "payment", "usb"))
YEAR = 31_536_000


def nonce() -> str:
    """The number of this response that lets our own inline script run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_security_policy(tiles: str, framers: str) -> str:
    """The Content-Security-Policy of one response.

    `tiles` is the address of a configured tile server, `framers` who may show the page in a frame.
    """
    images = "'self' data:"
    if tiles:
        parts = urlsplit(tiles)
        host = parts.netloc.replace("{s}", "*")
        images += f" {parts.scheme}://{host}"
    rules = {
        "default-src": "'self'",
        "script-src": f"'self' 'nonce-{nonce()}'",
        "style-src": "'self'",
        # Leaflet places its panes and markers with style attributes set by script, which CSSOM allows.
        "img-src": images,
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": framers,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def init_app(app: Flask) -> None:
    """Check the address of each request and put the headers on each response."""
    settings: Settings = app.config["SETTINGS"]
    # Ours too, where the page that makes the code for a frame shows what it gives.
    framers = " ".join(("'self'", *settings.frames)) if settings.frames else "*"

    @app.before_request
    def check_path() -> None:
        # No slug holds a NUL, and PostgreSQL takes none in a text.
        if "\0" in (request.view_args or {}).get("slug", ""):
            abort(404)

    @app.before_request
    def check_host() -> None:
        name = urlsplit(f"//{request.host}").hostname
        if settings.hosts and name not in settings.hosts and not is_health():
            abort(400)

    @app.after_request
    def add_headers(response: Response) -> Response:
        frameable = request.endpoint == FRAMEABLE
        policy = content_security_policy(settings.tiles, framers if frameable else "'none'")
        response.headers.setdefault("Content-Security-Policy", policy)
        if not frameable:
            response.headers["X-Frame-Options"] = "DENY"
        if settings.url.startswith("https://") or request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
        _say_to_whom(response, is_for_all=frameable or response.mimetype != "text/html")
        _stay_here(response)
        return compress(response)


def _say_to_whom(response: Response, *, is_for_all: bool) -> None:
    """What other sites may do with an answer and learn of it; files, the API and the frame are for all."""
    is_secret = request.path.startswith(SECRET_PATHS)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Behind https a form is taken only with the address it came from: within the site that is always told.
    policy = "same-origin" if is_secret else "strict-origin-when-cross-origin"
    response.headers["Referrer-Policy"] = policy
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    is_shared = is_for_all and not is_secret
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_shared else "same-origin"
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if is_secret else "no-cache"


def _stay_here(response: Response) -> None:
    """Make a redirect to ourselves a path: the name we were asked by may be made up, and a cache keeps it."""
    place = response.headers.get("Location", "")
    path = place.removeprefix(request.host_url.rstrip("/"))
    if path != place and path.startswith("/") and not path.startswith(("//", "/\\")):
        response.headers["Location"] = path
        response.set_data(redirect(path, response.status_code).get_data())


def compress(response: Response) -> Response:
    """Compress a text answer for who takes gzip. Never on /beheer: secrets stand beside input there."""
    if (
        response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or not (response.mimetype or "").startswith(COMPRESSIBLE)
        or request.path.startswith("/beheer")
    ):
        return response
    response.vary.add("Accept-Encoding")
    is_bare = response.status_code in (204, 304)
    if is_bare or not request.accept_encodings["gzip"] or (response.content_length or 0) < COMPRESS_FROM:
        return response
    etag, _ = response.get_etag()
    if etag:
        # Two encodings of one answer may share only a weak validator (RFC 9110, 8.8.3).
        response.set_etag(etag, weak=True)
    response.set_data(gzip.compress(response.get_data(), COMPRESS_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def settings_of_site() -> Settings:
    """The settings of the running site."""
    found: Settings = current_app.config["SETTINGS"]
    return found
