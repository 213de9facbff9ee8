"""Texts that XML and Word can hold, and a reader can trust."""

from __future__ import annotations

import re

# XML 1.0 has no such characters: controls, halves of a pair, and the two that are none.
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# They turn the order of other letters round, so that a text reads otherwise than it is.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """The text without what a Word file cannot hold; every kind of new line becomes one, a tab a space."""
    lines = _NEWLINE.sub("\n", text).replace("\t", " ")
    return _TURNING.sub("", _NOT_XML.sub("", lines))
