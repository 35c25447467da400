"""A store of an older desk that still holds unsent facts: today's desk brings it up to date and sends them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent_desk.base.clock import Clock
from agent_desk.storage import cipher, copies
from agent_desk.storage.connection import Connection
from agent_desk.storage.migrating import migrate
from agent_desk.storage.store import open_store
from tests.factory import a_catalogue, a_note, a_sale
from tests.faults.victim import chain_breaks
from tests.sync.desk import KEY, Seat, join
from tests.sync.postgres_centre import PostgresCentre, found

pytestmark = pytest.mark.fault

OF_THE_SECOND = ("left_link", "erased")
"""Tables that the second schema added; besides them columns of own_origin."""


@pytest.fixture
def centre(request: pytest.FixtureRequest) -> Any:
    """A centre on a real PostgreSQL."""
    made = found(request.getfixturevalue("postgres_server"))
    yield made
    made.database.server.drop_database(made.database.name)


def _opened(path: Path, work: Callable[[Connection], object]) -> None:
    raw = cipher.connect(path, KEY)
    raw.execute("BEGIN IMMEDIATE")
    work(Connection(raw))
    raw.execute("COMMIT")
    raw.close()


def _kept_side(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Columns of every table that is kept, by name, as they stand in a file."""
    told: dict[str, list[tuple[Any, ...]]] = {}

    def look(connection: Connection) -> None:
        run = connection.exec_driver_sql
        for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").fetchall():
            told[name] = [tuple(row)[1:] for row in run(f"PRAGMA table_info({name})").fetchall()]

    _opened(path, look)
    return told


def _of_the_first_schema(path: Path, folder: Path) -> None:
    """Put a store back to what the desk of the first schema wrote, and make sure that it is exactly that."""

    def back(connection: Connection) -> None:
        run = connection.exec_driver_sql
        for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            run(f"DROP TRIGGER {name}")
        for table in OF_THE_SECOND:
            run(f"DROP TABLE {table}")
        for column in ("forked_from", "forked_seq", "left_at"):
            run(f"ALTER TABLE own_origin DROP COLUMN {column}")
        run("PRAGMA user_version = 1")

    triggers: list[str] = []

    def first(connection: Connection) -> None:
        migrate(connection, to="0001")
        rows = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        triggers.extend(row[0] for row in rows)

    def guard(connection: Connection) -> None:
        for trigger in triggers:
            connection.exec_driver_sql(trigger)

    _opened(path, back)
    _opened(folder / "first.store", first)
    _opened(path, guard)
    made, wanted = _kept_side(path), _kept_side(folder / "first.store")
    assert {name: made.get(name) for name in wanted} == wanted


def _with_unsent(centre: PostgresCentre, folder: Path) -> tuple[Path, list[str]]:
    seat = join(centre.hub, "8001", folder)
    sent = seat.store.save(a_sale(seat.store, "1"))[0].id
    seat.round()
    unsent = [seat.store.save(a_sale(seat.store, "2"))[0].id, seat.store.save(a_note(seat.store, caller="王芳"))[0].id]
    seat.close()
    _of_the_first_schema(seat.store.path, folder)
    return seat.store.path, [sent, *unsent]


def test_a_store_of_the_first_schema_is_brought_up_to_date_and_sends_what_was_unsent(
    centre: PostgresCentre, tmp_path: Path
) -> None:
    path, written = _with_unsent(centre, tmp_path)
    seat: Seat = join(centre.hub, "8001", tmp_path)
    assert seat.store.unsent().count == 2
    assert chain_breaks(seat.store) == []
    seat.round()
    assert seat.state.unsent == 0
    assert [seat.standings()[fact] for fact in written] == ["accepted"] * 3
    assert centre.audit().ok
    reader = join(centre.hub, "8003", tmp_path)
    reader.round()
    assert set(written) <= set(reader.facts())
    for one in (seat, reader):
        one.close()
    assert copies.copies_of(path) or list(path.parent.glob(f"{path.name}.*"))  # the old file was kept aside first


def test_a_store_whose_upgrade_is_interrupted_is_still_the_old_one(
    centre: PostgresCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, written = _with_unsent(centre, tmp_path)
    before = _kept_side(path)

    class PowerCut(BaseException):
        pass

    def half(connection: Connection) -> None:
        migrate(connection)
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr("agent_desk.storage.migrating.migrate", half)
        with pytest.raises(PowerCut):
            open_store(path, KEY, a_catalogue(), Clock())
    assert _kept_side(path) == before
    seat = join(centre.hub, "8001", tmp_path)
    seat.round()
    assert seat.state.unsent == 0
    assert [seat.standings()[fact] for fact in written] == ["accepted"] * 3
    seat.close()


def test_control_an_upgrade_that_forgets_what_was_unsent_is_caught(
    centre: PostgresCentre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_unsent(centre, tmp_path)

    def careless(connection: Connection) -> None:
        migrate(connection)
        connection.exec_driver_sql("UPDATE own_origin SET acked_seq = (SELECT max(seq) FROM journal)")

    monkeypatch.setattr("agent_desk.storage.migrating.migrate", careless)
    seat = join(centre.hub, "8001", tmp_path)
    assert seat.store.unsent().count != 2
    seat.close()
