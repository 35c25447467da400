"""Ten thousand receipts after an outage: how fast they reach the hub, and whether the window stays alive."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import psycopg
import pytest
from pytestqt.qtbot import QtBot

from agent_desk.base.steady import hold_steady
from agent_desk.ui.watch import Watch, WatchReport
from tests.bench.measure import Ratio, report
from tests.factory import a_sale
from tests.peers.postgres import PostgresServer
from tests.sync.desk import Seat, join
from tests.sync.postgres_centre import PostgresCentre, found

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

RECEIPTS = 10_000
TURNS = 3
WRITTEN = {
    "fact": RECEIPTS, "journal": RECEIPTS, "personal": RECEIPTS, "number_claim": RECEIPTS,
    "test_sale": RECEIPTS, "test_line": 2 * RECEIPTS,
}  # fmt: skip
"""Every table that a receipt goes into, and how many rows it gets."""


def test_an_outage_drains_at_a_share_of_raw_copy_and_the_window_never_stops(tmp_path: Path, qtbot: QtBot) -> None:
    """Both floors are raw COPY, durable, in the same run, of the very rows the drain wrote, into the same tables of an

    empty hub, as its superuser: all six tables, and the fact rows alone.
    """
    drains, floors, watched = [], [], []
    with PostgresServer(fsync=True) as server:
        for turn in range(TURNS):
            folder = tmp_path / str(turn)
            folder.mkdir()
            centre = found(server)
            drained, seen = _turn(centre, folder, qtbot)
            drains.append(drained)
            watched.append(seen)
            empty = found(server)
            floors.append({name: _copy(centre, empty, name, rows) for name, rows in WRITTEN.items()})
    drain = statistics.median(drains)
    whole = statistics.median(sum(one.values()) for one in floors)
    facts = statistics.median(one["fact"] for one in floors)
    what, longest = f"drain of {RECEIPTS} receipts", max(watched, key=lambda one: one.longest_ms)
    report(
        Ratio(what, "raw COPY of the same rows, all six tables", drain, whole, 4.0, TURNS),
        Ratio(what, "raw COPY of the fact rows alone", drain, facts, 4.0, TURNS),
        Ratio("longest stand of the window while draining", "50 ms", longest.longest_ms, 50.0, 1.0, longest.pings),
    )
    for stand in longest.stands:
        print(f"stood {stand.ms:.0f} ms at {stand.where}")
    print(f"{RECEIPTS / drain * 1000:.0f} receipts/s drained, {RECEIPTS / whole * 1000:.0f} receipts/s copied")


def _turn(centre: PostgresCentre, folder: Path, qtbot: QtBot) -> tuple[float, WatchReport]:
    seat = join(centre.hub, "8001", folder)
    seat.round()
    _write(seat)
    hold_steady()  # as the desk does when sign-in is done
    qtbot.wait(100)
    with Watch() as watch:
        drained = _drain(seat, qtbot)
    seen = watch.report
    seat.pump.stop()
    assert seat.store.unsent().count == 0
    seat.close()
    return drained, seen


def _write(seat: Seat) -> None:
    for first in range(0, RECEIPTS, 500):
        with seat.store.writing() as writing:
            for number in range(first, first + 500):
                writing.add(a_sale(seat.store, f"{number:06}", total=1000 + number))


def _drain(seat: Seat, qtbot: QtBot) -> float:
    heard = len(seat.news)
    start = time.perf_counter()
    seat.pump.start()
    qtbot.waitUntil(lambda: len(seat.news) > heard and seat.pump.state.unsent == 0, timeout=300_000)
    return (time.perf_counter() - start) * 1000


def _copy(centre: PostgresCentre, empty: PostgresCentre, name: str, rows: int) -> float:
    """How long raw COPY takes for what the drain wrote into one table, into the same table of an empty hub."""
    only = " WHERE kind = 'test.sold'" if name in ("fact", "journal") else ""
    query = f"COPY (SELECT * FROM desk.{name}{only}) TO STDOUT".encode()
    with centre.database.connect(autocommit=True) as owner, owner.cursor().copy(query) as out:
        data = b"".join(bytes(part) for part in out)
    with empty.database.connect(autocommit=True) as owner:
        before = _count(owner, name)
        start = time.perf_counter()
        with owner.cursor().copy(f"COPY desk.{name} FROM STDIN".encode()) as into:
            into.write(data)
        spent = (time.perf_counter() - start) * 1000
        assert _count(owner, name) == before + rows
    return spent


def _count(owner: psycopg.Connection[tuple[int]], name: str) -> int:
    return owner.execute(f"SELECT count(*) FROM desk.{name}".encode()).fetchall()[0][0]
