"""A disk that is full at any write of a save refuses that save in words, loses nothing and doubles nothing.

`disk.c` lets the n-th write of a seat fail with "no space left", for every n; then there is room again and the same form
is saved once more.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_desk.base.clock import Clock
from agent_desk.storage.copies import copies_of
from agent_desk.storage.store import open_store
from tests.factory import a_catalogue, a_store
from tests.faults import disk
from tests.faults.victim import Victim

pytestmark = pytest.mark.fault

KEY = bytes(range(32))


def _fill(folder: Path, sizes: list[int]) -> list[str]:
    a_store(folder, key=KEY).close()
    path = folder / "8012.store"
    order = {"store": str(path), "key": KEY.hex(), "sizes": sizes}
    with Victim(order, surroundings=disk.surroundings(disk.compiled(folder)), module="tests.faults.cramped") as seat:
        seat.finish(3000)
    store = open_store(path, KEY, a_catalogue(), Clock())
    assert store.empty_log()
    assert len(seat.promised) == len(set(seat.promised))
    with store.reading() as connection:
        there = [row[0] for row in connection.exec_driver_sql("SELECT fact FROM journal ORDER BY seq").fetchall()]
    assert sorted(there) == sorted(seat.promised)
    store.close()
    for copy in copies_of(path):
        again = open_store(copy, KEY, a_catalogue(), Clock())
        again.close()
    return seat.lines


def _survives(folder: Path, sizes: list[int]) -> None:
    lines = _fill(folder, sizes)
    told = {tuple(line.split()[:2]) for line in lines if not line.startswith("saved")}
    print(f"{len(lines)} attempts: {sorted(told)}")
    assert ("refused", "disk_full") in told
    assert told <= {("refused", "disk_full"), ("copy", "disk_full"), ("copy", "made"), ("copy", "copy_unsound"),
                    ("open", "disk_full"), ("open", "opened"), ("done",)}  # fmt: skip


def test_a_disk_full_at_any_write_refuses_in_words_and_loses_nothing(tmp_path: Path) -> None:
    _survives(tmp_path, [1])


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_disk_full_at_any_write_of_large_saves(tmp_path: Path) -> None:
    _survives(tmp_path, [1, 2_000, 30_000, 1])
