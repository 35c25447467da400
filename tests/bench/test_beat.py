"""Every seat says every five seconds how it is: what that costs the hub, and how long a seat waits for the answer.

The floor is a bare ``select 1`` on the same sessions, at the same pace, in turns: what a round trip through TLS, the
server's process and this machine costs anyway. What the server's processes used is read from the kernel (Linux).
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent_desk.hub.port import Beat, Head, Presence
from agent_desk.hub.postgres import PostgresSession
from tests.bench.fleet import Fleet, found_fleet
from tests.bench.measure import Ratio, report
from tests.bench.receipts import write_receipts
from tests.peers.postgres import PostgresServer
from tests.sync.desk import PASSWORD, join

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

TICK = 5.0
DRIVERS = 4
BAR = 8.0


@pytest.mark.parametrize(("seats", "turns"), [(50, 4), pytest.param(500, 6, marks=pytest.mark.long)])
def test_a_beat_costs_little_above_a_round_trip(tmp_path: Path, seats: int, turns: int) -> None:
    with PostgresServer(fsync=True, connections=seats + 100) as server:
        fleet = found_fleet(server, seats)
        _some_day(fleet, tmp_path)
        with ThreadPoolExecutor(8) as pool:
            sessions = list(
                pool.map(lambda number: fleet.centre.hub.connect(number, PASSWORD.format(number)), fleet.numbers)
            )
        known = [_known(session, seat) for seat, session in enumerate(sessions)]
        beats, bare = _Turns(server), _Turns(server)
        for _ in range(turns):
            bare.run(sessions, lambda seat: sessions[seat].ask("select 1"))
            beats.run(sessions, lambda seat: _beat(sessions[seat], seat, known[seat]))
        for session in sessions:
            session.close()
    what = f"beat of {seats} seats"
    ratios = [
        Ratio(f"{what}: answered within, p50", "a bare select 1", beats.quantile(50), bare.quantile(50), BAR, turns),
        Ratio(f"{what}: answered within, p99", "a bare select 1", beats.quantile(99), bare.quantile(99), BAR, turns),
    ]
    if beats.cpu_ms:
        each, floor = (statistics.median(one.cpu_ms) / seats for one in (beats, bare))
        ratios.append(Ratio(f"{what}: CPU of the server", "a bare select 1", each, floor, BAR, turns))
        share = each * 500 / TICK
        ratios.append(Ratio("CPU of 500 seats' beats, a second", "one core", share, 1000.0, 0.25, turns))
    else:
        print("this machine does not tell what processes used: CPU was not measured")
    report(*ratios)


def _some_day(fleet: Fleet, folder: Path) -> None:
    """Each group has written something, so that there are heads to look through."""
    for number in fleet.numbers[::10]:
        seat = join(fleet.centre.hub, number, folder)
        group = next(iter(seat.pump._connected().beat(_presence(0), []).me.grants))
        write_receipts(seat.store, 20, book=number, group=group)
        assert seat.round().state.unsent == 0
        seat.close()


def _presence(seat: int) -> Presence:
    return Presence(f"seat {seat}", "ready", 0, 0, 0, "0.1.0", {"queue": "hotline"})


def _known(session: PostgresSession, seat: int) -> list[Head]:
    """What a seat knows that has caught up."""
    return list(session.beat(_presence(seat), []).heads)


def _beat(session: PostgresSession, seat: int, known: list[Head]) -> Beat:
    beat = session.beat(_presence(seat), known)
    assert beat.heads == ()
    return beat


class _Turns:
    """Ticks of the whole fleet, spread evenly over :data:`TICK` seconds."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._waits: list[float] = []
        self.cpu_ms: list[float] = []

    def run(self, sessions: list[PostgresSession], ask: Callable[[int], object]) -> None:
        before = self._used()
        start = time.perf_counter()
        threads = [
            threading.Thread(target=self._drive, args=(range(first, len(sessions), DRIVERS), len(sessions), start, ask))
            for first in range(DRIVERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = self._used()
        if before and after:
            self.cpu_ms.append((after - before) / 1e6)

    def quantile(self, percent: int) -> float:
        """Milliseconds within which this share of all questions was answered."""
        return statistics.quantiles(self._waits, n=100, method="inclusive")[percent - 1]

    def _drive(self, seats: range, of: int, start: float, ask: Callable[[int], object]) -> None:
        for seat in seats:
            time.sleep(max(0.0, start + TICK * seat / of - time.perf_counter()))
            asked = time.perf_counter()
            ask(seat)
            self._waits.append((time.perf_counter() - asked) * 1000)

    def _used(self) -> int:
        """Nanoseconds of CPU the server's processes used so far; 0 where nobody says."""
        postmaster = (self._server.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0]
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children")
        if not children.exists():
            return 0
        return sum(_nanoseconds(Path(f"/proc/{pid}/schedstat")) for pid in children.read_text(encoding="ascii").split())


def _nanoseconds(schedstat: Path) -> int:
    try:
        return int(schedstat.read_text(encoding="ascii").split()[0])
    except (OSError, IndexError):  # it ended meanwhile
        return 0
