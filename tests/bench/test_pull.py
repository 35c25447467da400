"""A seat's first pull: everything its groups wrote, checked and in tables to search in.

The floor reads the same rows by one bare SELECT and writes them into a store's tables by one executemany a table: no
digests, no bodies read, nothing made of them. Both commit page by page, durably.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_desk.storage import cipher
from agent_desk.storage.store import Store
from tests.bench.measure import Ratio, in_turns, report
from tests.bench.receipts import write_receipts
from tests.factory import a_store
from tests.peers.postgres import PostgresServer
from tests.sync.desk import KEY, join
from tests.sync.postgres_centre import PostgresCentre, found

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

BAR = 3.0
PAGE = 2000
TABLES = ("journal", "fact", "personal", "standing", "test_sale", "test_line")

_names = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer(fsync=True) as made:
        yield made


@pytest.mark.parametrize(("facts", "turns"), [(10_000, 5), pytest.param(100_000, 3, marks=pytest.mark.long)])
def test_a_first_pull_costs_little_above_the_bare_rows(
    server: PostgresServer, tmp_path: Path, facts: int, turns: int
) -> None:
    centre = found(server)
    writer = join(centre.hub, "8001", tmp_path)
    write_receipts(writer.store, facts)
    assert writer.round().pushed == facts
    writer.close()
    kept = _Rows(centre, tmp_path)
    took = in_turns(turns, desk=lambda: _pull(centre, tmp_path, facts), bare=kept.pull)
    ratio = Ratio(f"first pull of {facts} facts", "the same rows bare", took["desk"], took["bare"], BAR, turns)
    report(ratio)
    print(f"{facts / took['desk'] * 1000:.0f} facts/s pulled, {facts / took['bare'] * 1000:.0f} bare")


def _pull(centre: PostgresCentre, folder: Path, facts: int) -> float:
    seat = join(centre.hub, "8003", folder, name=f"pull{next(_names)}")
    start = time.perf_counter()
    news = seat.round()
    spent = (time.perf_counter() - start) * 1000
    assert news.pulled >= facts
    seat.close()
    return spent


class _Rows:
    """The rows a pulled store holds, and the statements to write them bare."""

    def __init__(self, centre: PostgresCentre, folder: Path) -> None:
        self._centre = centre
        self._folder = folder
        seat = join(centre.hub, "8003", folder, name="kept")
        seat.round()
        with seat.store.reading() as connection:
            self._tables = {
                name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")] for name in TABLES
            }
        seat.close()

    def pull(self) -> float:
        """Read them from the hub, write them into a fresh store's tables."""
        path = self._folder / f"bare{next(_names)}.store"
        store: Store = a_store(self._folder, key=KEY, name=path.name)
        store.close()
        raw = cipher.connect(path, KEY)
        start = time.perf_counter()
        with self._centre.database.connect(autocommit=True) as owner, owner.cursor(name="bare") as cursor:
            owner.execute("BEGIN")
            cursor.itersize = PAGE
            cursor.execute(
                "SELECT j.*, f.body, (SELECT json_agg(json_build_array(p.field, p.value, p.salt)) FROM desk.personal p"
                " WHERE p.centre = j.centre AND p.fact = j.fact) FROM desk.journal j"
                " JOIN desk.fact f ON f.centre = j.centre AND f.id = j.fact WHERE j.kind = 'test.sold'"
            )
            read = 0
            while page := cursor.fetchmany(PAGE):
                self._write(raw, read, read + len(page))
                read += len(page)
        self._write(raw, read, None)
        spent = (time.perf_counter() - start) * 1000
        raw.close()
        return spent

    def _write(self, raw: Any, first: int, upto: int | None) -> None:
        raw.execute("BEGIN IMMEDIATE")
        for name, rows in self._tables.items():
            lines = 2 if name == "test_line" else 1
            part = rows[first * lines : None if upto is None else upto * lines]
            if part:
                raw.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(part[0]))})", part)
        raw.execute("COMMIT")
