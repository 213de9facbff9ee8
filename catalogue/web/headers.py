"""Response headers: what a browser may do with our pages, how long it may keep them, and compression."""

from __future__ import annotations

import gzip
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request

from catalogue.config import Settings

COMPRESSIBLE = ("text/", "application/json", "application/geo+json", "application/ld+json", "image/svg")
# Below this a compressed answer saves nothing.
COMPRESS_FROM = 1_000
# Level 5 costs a third of level 9 and is 2 % larger on our pages.
COMPRESS_LEVEL = 5

FRAMEABLE = "maps.embedded"


def nonce() -> str:
    """The number of this response that lets our own inline script run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_security_policy(tiles: str, *, frameable: bool) -> str:
    """The Content-Security-Policy of one response; `tiles` is the address of a configured tile server."""
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
        "frame-ancestors": "*" if frameable else "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def init_app(app: Flask) -> None:
    """Check the address of each request and put the headers on each response."""
    settings: Settings = app.config["SETTINGS"]

    @app.before_request
    def check_path() -> None:
        # No slug holds a NUL, and PostgreSQL takes none in a text.
        if "\0" in (request.view_args or {}).get("slug", ""):
            abort(404)

    @app.before_request
    def check_host() -> None:
        if settings.hosts and urlsplit(f"//{request.host}").hostname not in settings.hosts:
            abort(400)

    @app.after_request
    def add_headers(response: Response) -> Response:
        frameable = request.endpoint == FRAMEABLE
        response.headers.setdefault(
            "Content-Security-Policy", content_security_policy(settings.tiles, frameable=frameable)
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        response.headers["Permissions-Policy"] = (
            "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)"
        )
        if not frameable:
            response.headers["X-Frame-Options"] = "DENY"
        if settings.url.startswith("https://"):
            response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if "Cache-Control" not in response.headers:
            private = request.path.startswith("/beheer")
            response.headers["Cache-Control"] = "no-store" if private else "no-cache"
        return compress(response)


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
