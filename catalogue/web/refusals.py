"""What the server says itself where the site is not reached: a request that is no HTTP, or a fault of ours.

It repeats nothing of what was asked, loads nothing, and forbids a browser as much as any page does.
"""

from __future__ import annotations

from http import HTTPStatus

from catalogue.web.errors import words_of
from catalogue.web.headers import PERMISSIONS

_HEADERS = {
    "Connection": "close",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE = """<!doctype html>
<html lang="nl">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
<p>{explanation}</p>
<p>Ga naar <a href="/">de startpagina</a>.</p>
<p>Code {code}</p>
</body>
</html>
"""


def answer(code: int, number: str) -> bytes:
    """A whole HTTP/1.1 answer with this status and this number of the request."""
    title, explanation = words_of(code)
    body = _PAGE.format(title=title, explanation=explanation, code=code).encode()
    said = _HEADERS | {"Content-Length": str(len(body)), "X-Request-ID": number}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"HTTP/1.1 {code} {HTTPStatus(code).phrase}\r\n{head}\r\n".encode("ascii") + body
