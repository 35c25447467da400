"""Projections: typed tables made from bodies, disposable, rebuilt from the journal at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from agent_desk.facts.body import Body
from agent_desk.facts.kind import FieldType

# SQLite's STRICT tables know INTEGER, TEXT and BLOB only; PostgreSQL gets the wide ones.
WHOLE = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit whole number on both databases."""
FLAG = Boolean().with_variant(Integer(), "sqlite")
"""Yes or no; 1 or 0 on a seat."""
ID = Text().with_variant(Text(collation="C"), "postgresql")
"""An id as text: compared byte by byte, not as words of a language."""

_SQL_TYPES: dict[FieldType, TypeEngine[Any]] = {
    FieldType.TEXT: Text(),
    FieldType.INTEGER: WHOLE,
    FieldType.FEN: WHOLE,
    FieldType.TIME: WHOLE,
    FieldType.FLAG: FLAG,
}

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

    def table(self, metadata: MetaData, schema: str | None = None) -> Table:
        """The SQLAlchemy table in ``metadata`` (made once, then found)."""
        key = f"{schema}.{self.name}" if schema else self.name
        if key in metadata.tables:
            return metadata.tables[key]
        header: list[Column[Any]] = [
            Column("fact", ID, primary_key=True),
            Column("centre", ID, nullable=False),
            Column("grp", Text(), nullable=False),
            Column("author", ID, nullable=False),
            Column("subject", ID, nullable=False),
            Column("happened", WHOLE, nullable=False),
        ]
        if self.each is not None:
            header.insert(1, Column("line", Integer(), primary_key=True, autoincrement=False))
        own = [Column(name, _SQL_TYPES[kind]) for name, kind in self.columns]
        on_seat = schema is None and self.each is None
        found_by = (*self.indexes, "subject", "happened") if on_seat else self.indexes
        indexed = [Index(f"ix_{self.name}_{name}", name) for name in found_by]
        return Table(
            self.name,
            metadata,
            *header,
            *own,
            *indexed,
            schema=schema,
            sqlite_strict=True,
            sqlite_with_rowid=False,  # one tree less to write in every save
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The table's columns in order, as :meth:`rows` fills them."""
        own = (name for name, _ in self.columns)
        return (*HEADER, *own) if self.each is None else (HEADER[0], "line", *HEADER[1:], *own)

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
