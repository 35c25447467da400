"""Ten thousand receipts after an outage: how fast they reach the hub, and whether the window stays alive."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
import pytest
from pytestqt.qtbot import QtBot

from agent_desk.base.steady import hold_steady
from agent_desk.ui.watch import Watch
from tests.bench.measure import Ratio, report
from tests.factory import a_sale
from tests.peers.postgres import PostgresServer
from tests.sync.desk import Seat, join
from tests.sync.postgres_centre import PostgresCentre, found

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

RECEIPTS = 10_000


def test_an_outage_drains_at_a_share_of_raw_copy_and_the_window_never_stops(tmp_path: Path, qtbot: QtBot) -> None:
    with PostgresServer(fsync=True) as server:
        centre = found(server)
        seat = join(centre.hub, "8001", tmp_path)
        seat.round()
        _write(seat)
        hold_steady()  # as the desk does when sign-in is done
        qtbot.wait(100)
        with Watch() as watch:
            drained = _drain(seat, qtbot)
        seen = watch.report
        seat.pump.stop()
        copied = _copy(centre, seat)
        ratio = Ratio(f"drain of {RECEIPTS} receipts", "raw COPY of the same rows", drained, copied, 4.0, 1)
        longest = Ratio("longest stand of the window while draining", "50 ms", seen.longest_ms, 50.0, 1.0, seen.pings)
        report(ratio, longest)
        for stand in seen.stands:
            print(f"stood {stand.ms:.0f} ms at {stand.where}")
        print(f"{RECEIPTS / drained * 1000:.0f} receipts/s drained, {RECEIPTS / copied * 1000:.0f} rows/s copied")
        seat.close()


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


def _copy(centre: PostgresCentre, seat: Seat) -> float:
    """The floor: the rows of the fact table, through COPY, into a table of the same shape."""
    with centre.database.connect(autocommit=True) as owner:
        owner.execute("CREATE TABLE copied (LIKE desk.fact INCLUDING ALL)")
        with owner.cursor().copy("COPY (SELECT * FROM desk.fact WHERE kind = 'test.sold') TO STDOUT") as out:
            data = b"".join(bytes(part) for part in out)
        start = time.perf_counter()
        _send(owner, data)
        spent = (time.perf_counter() - start) * 1000
        row = owner.execute("SELECT count(*) FROM copied").fetchone()
        assert row is not None
        assert row[0] == RECEIPTS
    assert seat.store.unsent().count == 0
    return spent


def _send(owner: psycopg.Connection[tuple[object, ...]], data: bytes) -> None:
    with owner.cursor().copy("COPY copied FROM STDIN") as into:
        into.write(data)
