"""Connections to one store file: lent out, given back, never shared by two threads at a time.

A :class:`Connection` speaks plain SQL. Nothing is loaded for it but SQLCipher itself, so that a seat is at work
before a library that describes tables would even be imported; migrations bring their own.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlcipher3 import dbapi2

IDLE_KEPT = 4
"""Reading connections that stay open for the next one who asks."""


class Answer:
    """The rows a statement answered with."""

    def __init__(self, cursor: dbapi2.Cursor) -> None:
        self._cursor = cursor
        self.rowcount = int(cursor.rowcount)
        """How many rows were written."""

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._cursor)

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        row: tuple[Any, ...] | None = self._cursor.fetchone()
        return row

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return list(self._cursor.fetchall())

    def scalar(self) -> Any:
        """The first value of the first row; ``None`` when there is no row."""
        row = self._cursor.fetchone()
        return None if row is None else row[0]

    def one(self) -> tuple[Any, ...]:
        """The only row there is. Raises ValueError when there is another number of rows."""
        rows: list[tuple[Any, ...]] = self._cursor.fetchmany(2)
        if len(rows) != 1:
            raise ValueError("not one row")
        return rows[0]

    def scalar_one(self) -> Any:
        """The only value there is. Raises ValueError when there is another number of rows."""
        return self.one()[0]


class Connection:
    """One connection to the file, in the hands of one thread."""

    def __init__(self, raw: dbapi2.Connection) -> None:
        self.raw = raw

    def exec_driver_sql(self, sql: str, given: Sequence[Any] | Mapping[str, Any] = ()) -> Answer:
        """Run one statement; values stand as ``?``, or as ``:name`` when they are given by name."""
        return Answer(self.raw.execute(sql, given))

    def cursor(self) -> dbapi2.Cursor:
        """A cursor of the driver, for many rows at once."""
        return self.raw.cursor()


class Readers:
    """Reading connections. ``connect`` opens one more; at most :data:`IDLE_KEPT` stay open unused."""

    def __init__(self, connect: Callable[[], dbapi2.Connection]) -> None:
        self._connect = connect
        self._idle: list[dbapi2.Connection] = []
        self._turn = threading.Lock()
        self._closed = False

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the file."""
        raw = self._take()
        try:
            raw.execute("BEGIN")
            yield Connection(raw)
        finally:
            self._give_back(raw)

    def _take(self) -> dbapi2.Connection:
        with self._turn:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _give_back(self, raw: dbapi2.Connection) -> None:
        """A connection that cannot even end its view is not lent again."""
        try:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
        except dbapi2.Error:
            raw.close()
            return
        with self._turn:
            keep = not self._closed and len(self._idle) < IDLE_KEPT
            if keep:
                self._idle.append(raw)
        if not keep:
            raw.close()

    def close(self) -> None:
        """Close what lies idle; what is lent out closes when it comes back."""
        with self._turn:
            self._closed = True
            idle, self._idle = self._idle, []
        for raw in idle:
            raw.close()
