"""Keeps the projections of a store: writes them with the fact, rebuilds them when asked."""

from __future__ import annotations

from collections.abc import Callable

from agent_desk.base.errors import DeskError
from agent_desk.facts.body import Body
from agent_desk.facts.hub_kinds import believable
from agent_desk.facts.kind import Catalogue
from agent_desk.facts.projection import Projection
from agent_desk.storage.connection import Connection
from agent_desk.storage.waiting import Cursor, Waiting

_PAGE = 1000


class Projector:
    """Turns bodies into rows, with the statements prepared once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._projections = {one.name: one for one in catalogue.projections}
        self.tables = tuple(self._projections)
        """The names of its tables."""
        self._inserts = {name: _insert(one) for name, one in self._projections.items()}

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
        rows = projection.rows(body)
        if rows:
            cursor.executemany(self._inserts[projection.name], rows)

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
        self._remake(connection, changed, lambda _: None)

    def rebuild(self, connection: Connection, progress: Callable[[float], None]) -> int:
        """Make every projection again from the bodies; ``progress`` hears 0…1."""
        return self._remake(connection, set(self.tables), progress)

    def _remake(self, connection: Connection, names: set[str], progress: Callable[[float], None]) -> int:
        """Indexes come last: sorting a full table once is quicker than keeping it sorted row by row."""
        for name in names:
            self._make(connection, name)
        done = self._refill(connection, names, progress)
        for name in names:
            for index in self._projections[name].seat_indexes():
                connection.exec_driver_sql(index)
        return done

    def _make(self, connection: Connection, name: str) -> None:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
        connection.exec_driver_sql(self._projections[name].seat_table())
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
        cursor = connection.cursor()
        waiting = Waiting(cursor)
        done, last = 0, ""
        while True:
            page = cursor.execute(
                f"SELECT id, body {where} AND id > ? ORDER BY id LIMIT {_PAGE}", (*named, last)
            ).fetchall()
            if not page:
                return done
            for fact, text in page:
                self._project_again(waiting, fact, text, names)
            waiting.write()
            done, last = done + len(page), page[-1][0]
            progress(done / counted)

    def _project_again(self, cursor: Cursor, fact: str, text: str, names: set[str]) -> None:
        try:
            body = believable(text)
            if body is None or body.id != fact:
                return
            kind = self._catalogue[body.kind]
            kind.check(body.fields)
        except (DeskError, KeyError):
            return
        for projection in kind.projections:
            if projection.name in names:
                self._write(cursor, projection, body)


def _insert(projection: Projection) -> str:
    columns = ", ".join(f'"{name}"' for name in projection.names)
    marks = ",".join("?" * len(projection.names))
    return f'INSERT INTO "{projection.name}" ({columns}) VALUES ({marks})'
