"""Rows that wait to be written together: one statement for many of them, instead of one call a row."""

from __future__ import annotations

from typing import Any, Protocol


class Cursor(Protocol):
    """The part of a DB-API cursor that writing rows needs."""

    def execute(self, sql: str, row: tuple[Any, ...], /) -> Any:
        """Run one statement for one row."""

    def executemany(self, sql: str, rows: list[tuple[Any, ...]], /) -> Any:
        """Run one statement for many rows."""


class Waiting:
    """Takes rows as a cursor does and keeps them back, in order within each statement, until :meth:`write`.

    Only for statements that neither answer anything nor depend on one another.
    """

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def execute(self, sql: str, row: tuple[Any, ...], /) -> None:
        """Keep one row."""
        self._rows.setdefault(sql, []).append(row)

    def executemany(self, sql: str, rows: list[tuple[Any, ...]], /) -> None:
        """Keep many rows."""
        self._rows.setdefault(sql, []).extend(rows)

    def write(self) -> None:
        """Write everything that waits."""
        for sql, rows in self._rows.items():
            self._cursor.executemany(sql, rows)
        self._rows.clear()
