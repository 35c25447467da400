"""Keeps the projections of a store: writes them with the fact, rebuilds them when asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.schema import CreateIndex, CreateTable

from agent_desk.base.errors import DeskError
from agent_desk.facts.body import Body, parse
from agent_desk.facts.kind import Catalogue
from agent_desk.facts.projection import Projection

_PAGE = 1000


class Cursor(Protocol):
    """The part of a DB-API cursor a projector needs."""

    def executemany(self, sql: str, rows: list[tuple[Any, ...]], /) -> Any:
        """Run one statement for many rows."""


class Projector:
    """Turns bodies into rows, with the statements prepared once."""

    def __init__(self, catalogue: Catalogue, metadata: MetaData) -> None:
        self._catalogue = catalogue
        self._projections = {one.name: one for one in catalogue.projections}
        self.tables: dict[str, Table] = {name: one.table(metadata) for name, one in self._projections.items()}
        self._inserts = {name: _insert(table) for name, table in self.tables.items()}

    def project(self, cursor: Cursor, body: Body) -> None:
        """Write the rows of one body. A body that does not fit its kind has none."""
        kind = self._catalogue.get(body.kind)
        if kind is None:
            return
        try:
            kind.check(body.fields)
        except DeskError:
            return
        for projection in kind.projections:
            self._write(cursor, projection, body)

    def _write(self, cursor: Cursor, projection: Projection, body: Body) -> None:
        sql, names = self._inserts[projection.name]
        rows = [tuple(row[name] for name in names) for row in projection.rows(body)]
        if rows:
            cursor.executemany(sql, rows)

    def bring_to_shape(self, connection: Connection) -> None:
        """Make missing projections, and make again those declared otherwise than they stand."""
        rows = connection.exec_driver_sql("SELECT name, shape FROM shape").fetchall()
        have = {row[0]: row[1] for row in rows}
        wanted = {name: one.shape for name, one in self._projections.items()}
        if have == wanted:
            return
        changed = {name for name in wanted if have.get(name) != wanted[name]}
        for name in set(have) - set(wanted):
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
            connection.exec_driver_sql("DELETE FROM shape WHERE name = ?", (name,))
        for name in changed:
            self._make(connection, name)
        self._refill(connection, changed, lambda _: None)

    def rebuild(self, connection: Connection, progress: Callable[[float], None]) -> int:
        """Make every projection again from the bodies; ``progress`` hears 0…1."""
        for name in self.tables:
            self._make(connection, name)
        return self._refill(connection, set(self.tables), progress)

    def _make(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
        connection.execute(CreateTable(self.tables[name]))
        for index in sorted(self.tables[name].indexes, key=lambda one: str(one.name)):
            connection.execute(CreateIndex(index))
        connection.exec_driver_sql(
            "INSERT INTO shape (name, shape) VALUES (?,?) ON CONFLICT (name) DO UPDATE SET shape = excluded.shape",
            (name, self._projections[name].shape),
        )

    def _refill(self, connection: Connection, names: set[str], progress: Callable[[float], None]) -> int:
        kinds = [kind for kind in self._catalogue if names & {one.name for one in kind.projections}]
        if not kinds:
            return 0
        marks = ",".join("?" * len(kinds))
        where = f"FROM fact WHERE kind IN ({marks})"
        named = tuple(kind.name for kind in kinds)
        counted = connection.exec_driver_sql(f"SELECT count(*) {where}", named).scalar_one()
        cursor = connection.connection.cursor()
        done, last = 0, ""
        while True:
            page = connection.exec_driver_sql(
                f"SELECT id, body {where} AND id > ? ORDER BY id LIMIT {_PAGE}", (*named, last)
            ).fetchall()
            if not page:
                return done
            for _, text in page:
                self._project_again(cursor, text, names)
            done, last = done + len(page), page[-1][0]
            progress(done / counted)

    def _project_again(self, cursor: Cursor, text: str, names: set[str]) -> None:
        try:
            body = parse(text)
            kind = self._catalogue[body.kind]
            kind.check(body.fields)
        except (DeskError, KeyError):
            return
        for projection in kind.projections:
            if projection.name in names:
                self._write(cursor, projection, body)


def _insert(table: Table) -> tuple[str, tuple[str, ...]]:
    names = tuple(column.name for column in table.columns)
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ",".join("?" * len(names))
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', names
