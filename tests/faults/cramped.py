"""A seat on a disk that is full from its n-th write on, for n = 0, 1, 2 … until a save gets through; then it has room again.

Reads one line of JSON from standard input like `seat.py`. Prints ``refused <code>`` or ``saved <id>`` for every attempt;
after a refusal the same form is saved once there is room again. Runs under `disk.c`.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Callable
from pathlib import Path

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.storage import copies
from agent_desk.storage.store import NewFact, Store, open_store
from tests.factory import a_catalogue, a_note, a_sale
from tests.faults.seat import careless, say


def main() -> None:
    """Fill the disk at every write of a small save, a large one and one that folds the log in."""
    order = json.loads(sys.stdin.readline())
    path, key = Path(order["store"]), bytes.fromhex(order["key"])
    disk = ctypes.CDLL(None)
    store = open_store(path, key, a_catalogue(), Clock())
    careless(store, {"checkpoint": 12})
    _copying(disk, store)
    for size in order["sizes"]:
        _at_every_write(disk, store, size)
    store.close()
    _opening(disk, lambda: open_store(path, key, a_catalogue(), Clock()))
    say("done")


def _form(store: Store, size: int, number: int) -> NewFact:
    return a_note(store, "字" * size) if size > 1 else a_sale(store, f"{size}-{number:05}")


def _at_every_write(disk: ctypes.CDLL, store: Store, size: int) -> None:
    for writes in range(10_000):
        new = _form(store, size, writes)
        disk.desk_disk_fill(writes)
        refused = _try(lambda form=new: store.save(form))  # type: ignore[misc]
        reached = disk.desk_disk_left() == 0
        disk.desk_disk_fill(-1)
        if refused:
            say(f"refused {refused}")
            store.save(new)
        say(f"saved {new.id}")
        store.empty_log()  # there is room now: the next attempt begins with nothing to fold in
        if not refused and not reached:
            return


def _copying(disk: ctypes.CDLL, store: Store) -> None:
    """The daily copy: refused in words, and nothing half made is left lying about."""
    for writes in range(10_000):
        disk.desk_disk_fill(writes)
        refused = _try(lambda: copies.roll(store))
        reached = disk.desk_disk_left() == 0
        disk.desk_disk_fill(-1)
        if not refused and not reached:
            return
        say(f"copy {refused or 'made'}")


def _opening(disk: ctypes.CDLL, opened: Callable[[], Store]) -> None:
    for writes in range(10_000):
        disk.desk_disk_fill(writes)
        refused = _try(lambda: opened().close())
        reached = disk.desk_disk_left() == 0
        disk.desk_disk_fill(-1)
        if not refused and not reached:
            return
        say(f"open {refused or 'opened'}")


def _try(work: Callable[[], object]) -> str:
    try:
        work()
    except DeskError as problem:
        return problem.code
    return ""


if __name__ == "__main__":
    main()
