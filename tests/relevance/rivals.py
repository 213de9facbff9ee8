"""Two plain engines over the same documents: SQLite FTS5, and Whoosh with its own Dutch analyser.

Each holds an entry as one text: its own words, its places, and the labels and synonyms of its services. All
words of a question must be there; where that gives nothing, any word will do. Filters are given to them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Mapping

from whoosh.analysis import LanguageAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import AndGroup, OrGroup, QueryParser

_WORD = re.compile(r"\w+")


class Fts5:
    """SQLite's full text search with its own tokeniser."""

    name = "SQLite FTS5"

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._all = sorted(texts)
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "create virtual table entry using fts5(slug unindexed, text, tokenize = 'unicode61')"
        )
        self._db.executemany("insert into entry values (?, ?)", texts.items())

    def ask(self, text: str, allowed: Collection[str]) -> list[str]:
        """The slugs found, best first."""
        words = [f'"{word}"' for word in _WORD.findall(text)]
        if not words:
            return [slug for slug in self._all if slug in allowed]
        found = self._match(" AND ".join(words)) or self._match(" OR ".join(words))
        return [slug for slug in found if slug in allowed]

    def _match(self, expression: str) -> list[str]:
        statement = "select slug from entry where entry match ? order by bm25(entry), slug"
        return [slug for (slug,) in self._db.execute(statement, (expression,))]

    def close(self) -> None:
        self._db.close()


class PlainWhoosh:
    """Whoosh as it comes, with its analyser for Dutch and its own scoring."""

    name = "Whoosh, Dutch"

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._all = sorted(texts)
        schema = Schema(slug=ID(stored=True), text=TEXT(analyzer=LanguageAnalyzer("nl")))
        self._index = RamStorage().create_index(schema)
        writer = self._index.writer()
        for slug, text in texts.items():
            writer.add_document(slug=slug, text=text)
        writer.commit()
        self._searcher = self._index.searcher()

    def ask(self, text: str, allowed: Collection[str]) -> list[str]:
        """The slugs found, best first."""
        words = " ".join(_WORD.findall(text))
        if not words:
            return [slug for slug in self._all if slug in allowed]
        found = self._match(words, AndGroup) or self._match(words, OrGroup)
        return [slug for slug in found if slug in allowed]

    def _match(self, words: str, group: type) -> list[str]:
        query = QueryParser("text", self._index.schema, plugins=[], group=group).parse(words)
        return [hit["slug"] for hit in self._searcher.search(query, limit=None)]

    def close(self) -> None:
        self._searcher.close()
        self._index.close()
