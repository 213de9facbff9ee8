"""Links that open a message in the visitor's own mail program."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote


def mailto(address: str = "", *, bcc: Sequence[str] = (), subject: str, body: str = "") -> str:
    """A mailto address (RFC 6068); lines of the body end as mails want it."""
    parts = []
    if bcc:
        parts.append(f"bcc={','.join(quote(box, safe='@') for box in bcc)}")
    parts.append(f"subject={quote(subject)}")
    if body:
        parts.append(f"body={quote(body.replace(chr(10), chr(13) + chr(10)))}")
    return f"mailto:{quote(address, safe='@')}?{'&'.join(parts)}"
