"""Projections: typed tables made from bodies, disposable, rebuilt from the journal at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agent_desk.facts.body import Body
from agent_desk.facts.kind import FieldType

_SQL_TYPES = {
    FieldType.TEXT: "TEXT",
    FieldType.INTEGER: "INTEGER",
    FieldType.FEN: "INTEGER",
    FieldType.TIME: "INTEGER",
    FieldType.FLAG: "INTEGER",
}
"""On a seat: SQLite's STRICT tables know INTEGER, TEXT and BLOB only; yes is 1 and no is 0."""

HEADER = ("fact", "centre", "grp", "author", "subject", "happened")
"""Columns every projection begins with: row rules read them, views join on them."""


@dataclass(frozen=True)
class Projection:
    """One table made from a kind of fact.

    ``columns`` maps a column to its type; its value is the body field of the same name.
    ``each`` names a field that holds lines: the table then has one row a line, numbered
    from 0 in the column ``line``, and the columns are the line's own. ``indexes`` are
    column names to index; a seat also finds by subject and by time.
    """

    name: str
    columns: tuple[tuple[str, FieldType], ...]
    each: str | None = None
    indexes: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The columns by which one of its rows is told from the others."""
        return ("fact",) if self.each is None else ("fact", "line")

    @property
    def names(self) -> tuple[str, ...]:
        """The table's columns in order, as :meth:`rows` fills them."""
        own = (name for name, _ in self.columns)
        return (*self.key, *HEADER[1:], *own)

    @property
    def found_by(self) -> tuple[str, ...]:
        """The columns with an index."""
        return (*self.indexes, "subject", "happened") if self.each is None else self.indexes

    def seat_table(self) -> str:
        """The statement that makes the table on a seat."""
        types = {"line": "INTEGER", "happened": "INTEGER", **dict.fromkeys(HEADER[:-1], "TEXT")}
        head = [f"{name} {types[name]} NOT NULL" for name in (*self.key, *HEADER[1:])]
        own = [f'"{name}" {_SQL_TYPES[kind]}' for name, kind in self.columns]
        columns = ", ".join([*head, *own, f"PRIMARY KEY ({', '.join(self.key)})"])
        # one tree instead of two to write in every save
        return f'CREATE TABLE "{self.name}" ({columns}) WITHOUT ROWID, STRICT'

    def seat_indexes(self) -> Iterator[str]:
        """The statements that make its indexes there."""
        for name in sorted(self.found_by):
            yield f'CREATE INDEX "ix_{self.name}_{name}" ON "{self.name}" ("{name}")'

    def rows(self, body: Body) -> list[tuple[Any, ...]]:
        """The rows of one body that fits its kind (:meth:`FactKind.check`); absent fields give NULLs."""
        head = (body.centre, body.group, body.author, body.subject, body.happened)
        if self.each is None:
            return [(body.id, *head, *self._values(body.fields))]
        lines = body.fields.get(self.each, ())
        return [(body.id, number, *head, *self._values(line)) for number, line in enumerate(lines)]

    def _values(self, fields: Mapping[str, Any]) -> list[Any]:
        return [fields.get(name) for name, _ in self.columns]

    @property
    def shape(self) -> str:
        """A digest of the declaration: when it changes, the table is dropped and made again."""
        told = repr((2, self.name, self.columns, self.each, self.indexes, HEADER))
        return hashlib.sha256(told.encode("utf-8")).hexdigest()[:16]
