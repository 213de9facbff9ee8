"""Static files: our own and those of packages, kept for a year by the hash in their address."""

from __future__ import annotations

import gzip
import hashlib
import struct
from functools import lru_cache
from importlib import import_module
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.config import ROOT
from catalogue.web.caching import FOREVER

TEXT_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
# Third-party files are served from the packages that hold them, never copied into static/.
PACKAGES = {"leaflet": "xstatic.pkg.leaflet", "markercluster": "xstatic.pkg.leaflet_markercluster"}


@lru_cache
def folder_of(package: str) -> Path:
    """Where a package keeps its files; our own stand under the empty name."""
    if not package:
        return ROOT / "static"
    return Path(import_module(PACKAGES[package]).BASE_DIR)


@lru_cache(maxsize=512)
def _file(package: str, name: str, _stamp: float) -> tuple[str, bytes]:
    """Hash and compressed content of a text file."""
    content = (folder_of(package) / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12], gzip.compress(content, 9, mtime=0)


def _find(package: str, name: str) -> Path | None:
    if package and package not in PACKAGES:
        return None
    base = folder_of(package).resolve()
    path = (base / name).resolve()
    try:
        return path if path.is_relative_to(base) and path.is_file() else None
    except OSError:
        # A name that is longer than any file can have.
        return None


@lru_cache(maxsize=512)
def _known(package: str, name: str) -> Path:
    """Where a file is that our own pages name: each names ten, and looking takes a tenth of a millisecond."""
    path = _find(package, name)
    if path is None:
        raise FileNotFoundError(f"static file {package}/{name}")
    return path


def asset(name: str, package: str = "") -> str:
    """The address of a static file, with its hash."""
    digest, _ = _file(package, name, _known(package, name).stat().st_mtime)
    return url_for("asset", package=package or "eigen", name=name, v=digest)


@lru_cache
def picture_size(name: str) -> tuple[int, int]:
    """Width and height in pixels of a PNG of our own: a page keeps its place open before it is there."""
    with (folder_of("") / name).open("rb") as file:
        width, height = struct.unpack(">16xII", file.read(24))
    return width, height


def has_asset(name: str) -> bool:
    """Whether we have a static file of our own with this name."""
    return _find("", name) is not None


def serve(package: str, name: str) -> ResponseReturnValue:
    """One static file; compressed where that helps, kept for a year when asked by its hash."""
    package = "" if package == "eigen" else package
    path = _find(package, name) if "\x00" not in name else None
    if path is None:
        abort(404)
    digest, compressed = _file(package, name, path.stat().st_mtime)
    kind = TEXT_TYPES.get(path.suffix)
    if kind and request.accept_encodings["gzip"]:
        response = Response(compressed, mimetype=kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(path.read_bytes(), mimetype=kind or guess_type(path.name)[0])
    if kind:
        response.vary.add("Accept-Encoding")
    response.set_etag(digest, weak=bool(kind))
    fixed = request.args.get("v") == digest
    response.headers["Cache-Control"] = FOREVER if fixed else "no-cache"
    return response.make_conditional(request)


def init_app(app: Flask) -> None:
    """Serve static files under /bestand/<package>/<name>."""
    app.add_url_rule("/bestand/<package>/<path:name>", "asset", serve)
    app.jinja_env.globals.update(asset=asset, picture_size=picture_size)
