"""What is done seldom and must not take for ever: making a store's tables again, and auditing a hub.

The floors read the same rows and do nothing with them.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_desk.hub.audit import audit
from agent_desk.storage import cipher
from tests.bench.measure import Ratio, in_turns, report
from tests.bench.receipts import write_receipts
from tests.factory import a_catalogue, a_store
from tests.peers.postgres import Database, PostgresServer
from tests.sync.desk import join
from tests.sync.postgres_centre import found

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]

REBUILD_BAR, AUDIT_BAR = 20.0, 10.0
SIZES = [(20_000, 5), pytest.param(1_000_000, 1, marks=pytest.mark.long)]


@pytest.mark.parametrize(("facts", "turns"), SIZES)
def test_tables_are_made_again_at_a_share_of_reading_the_bodies(tmp_path: Path, facts: int, turns: int) -> None:
    key = secrets.token_bytes(32)
    store = a_store(tmp_path, key=key)
    write_receipts(store, facts)
    raw = cipher.connect(tmp_path / "8012.store", key, read_only=True)

    def rebuild() -> float:
        start = time.perf_counter()
        assert store.rebuild() == facts
        return (time.perf_counter() - start) * 1000

    def read() -> float:
        return _read(raw.execute("SELECT id, body FROM fact").fetchmany, facts)

    took = in_turns(turns, desk=rebuild, bare=read)
    raw.close()
    store.close()
    what = f"rebuild of projections from {facts} facts"
    report(Ratio(what, "reading the bodies bare", took["desk"], took["bare"], REBUILD_BAR, turns))
    print(f"{facts / took['desk'] * 1000:.0f} facts/s")


@pytest.mark.parametrize(("links", "turns"), SIZES)
def test_an_audit_walks_at_a_share_of_reading_the_rows(tmp_path: Path, links: int, turns: int) -> None:
    with PostgresServer(fsync=False) as server:
        centre = found(server)
        seat = join(centre.hub, "8001", tmp_path)
        write_receipts(seat.store, links)
        while seat.round().state.unsent:
            assert seat.state.why == ""
        seat.close()
        took = in_turns(turns, desk=lambda: _audit(centre.database, links), bare=lambda: _rows(centre.database, links))
        what = f"audit of {links} links"
        report(Ratio(what, "reading the rows bare", took["desk"], took["bare"], AUDIT_BAR, turns))
        print(f"{links / took['desk'] * 1000:.0f} links/s")


def _audit(database: Database, links: int) -> float:
    with database.connect(autocommit=True) as owner:
        start = time.perf_counter()
        told = audit(owner, a_catalogue())
        spent = (time.perf_counter() - start) * 1000
    assert told.problems == []
    assert told.links > links
    return spent


def _rows(database: Database, links: int) -> float:
    with database.connect() as owner, owner.cursor(name="bare") as cursor:
        cursor.execute(
            "SELECT j.*, f.* FROM desk.journal j JOIN desk.fact f ON f.centre = j.centre AND f.id = j.fact"
            " ORDER BY j.origin, j.seq"
        )
        return _read(cursor.fetchmany, links)


def _read(fetch: Callable[[int], list[object]], least: int) -> float:
    start, read = time.perf_counter(), 0
    while page := fetch(2000):
        read += len(page)
    assert read >= least
    return (time.perf_counter() - start) * 1000
