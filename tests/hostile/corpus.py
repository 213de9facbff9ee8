"""What people and programs send that nobody meant: each text once, with what it tries."""

from __future__ import annotations

# Shows up in an answer only when it was not escaped.
MARK = "<svg/onload=kwaad()>"
# 7919 × 6661: shows up only where a template was run.
PRODUCT = "52748459"

TEXTS: dict[str, str] = {
    "nothing": "",
    "space": " \t\n ",
    "markup": MARK,
    "closing markup": f"\"'></title></script></textarea>{MARK}",
    "handler in an attribute": '" autofocus onfocus="kwaad()" x="',
    "script": "<script>kwaad()</script>",
    "template": "{{ 7919*6661 }}{% debug %}${7919*6661}#{7919*6661}",
    "address": "javascript:kwaad()",
    "sql": "' OR 1=1; DROP TABLE organisation; --",
    "sql union": "1) UNION SELECT password_hash FROM account --",
    "like": "%_%\\_",
    "whoosh wildcard": "s*",
    "whoosh all": "*:*",
    "whoosh field": "name:a OR NOT generation:[0 TO 9] ^99 ~2",
    "whoosh open quote": '"groen AND (onderhoud',
    "whoosh operators": "AND OR NOT ANDMAYBE ANDNOT REQUIRE",
    "regular expression": "(a+)+$" * 20,
    "nul": "a\x00b",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x85\u2028\u2029",
    "new header": "a\r\nSet-Cookie: kwaad=1\r\n\r\n<html>",
    "half a surrogate": "\ud800",
    "right to left": "\u202e\u2066neorg\u200b\ufeff",
    "combining": "e" + "\u0301" * 500,
    "ligatures": "ﬀﬁﬂﬃ ﷺ ⅷ ℡ Å K ſ ß İ ı",
    "emoji": "🧹👩🏽‍🦽🏴‍☠️" * 20,
    "other digits": "٨٩٠٠ ８９００ ⁸⁹ ½ ²",
    "long word": "o" * 5_000,
    "long compound": "groenonderhoud" * 400,
    "many words": "groen " * 2_000,
    "many different words": " ".join(f"w{number}" for number in range(1_500)),
    "path": "../../../etc/passwd",
    "encoded path": "..%2f..%2f%00.html",
    "negative": "-1",
    "zero": "0",
    "huge": "9" * 400,
    "beyond 64 bits": str(2**64),
    # Python makes no number of more than 4,300 digits.
    "more digits than a number has": "9" * 5_000,
    "fraction": "1.5",
    "exponent": "1e400",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "hexadecimal": "0x10",
    "underscores": "1_000",
    "plus": "+5",
    "point at infinity": "inf,nan",
    "point far away": "91,181",
    "many commas": "," * 2_000,
    "list": "[1,2,3]",
    "object": '{"$gt": ""}',
    "formula": "=cmd|' /C calc'!A0",
    "date that is none": "2026-02-31",
    "year zero": "0000-00-00",
    "far year": "99999-01-01",
    "format": "%s%n{0}{self.__class__}",
    "percent": "%",
    "broken percent": "%zz%c3%28%ff",
}
# Parameters of every page; those that a page does not know must be passed over.
PARAMETERS = (
    "q", "waar", "werkvorm", "dienst", "gemeente", "regio", "trede", "samenwerking", "rond", "straal",
    "bevestigd", "sorteer", "pagina", "per_pagina", "letterlijk", "weergave", "v", "volgende",
    "soort", "aanbesteder", "raming", "datum", "duur_maanden", "arbeidsaandeel", "inspanning", "uurkost",
    "instrument", "onbekend", "apart", "hoogte", "jaar", "kolommen", "kwaliteit", "kwaliteit_tekst", "lijst",
    "meegenomen", "met", "mist", "organisatie", "percelen", "periode", "ritme", "status", "toon", "van",
    "verwijderd", "volgorde", "volume", "voor", "wat", "weg", "woord",
)  # fmt: skip
