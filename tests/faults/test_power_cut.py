"""When the power goes, at whatever moment, everything a seat called saved is there. See `disk.py` for what is modelled."""

from __future__ import annotations

import os
import random
import secrets
import shutil
from pathlib import Path

import pytest

from agent_desk.base.clock import Clock
from agent_desk.storage.store import open_store
from tests.factory import a_catalogue, a_store
from tests.faults import disk
from tests.faults.simulation.histories import a_folder
from tests.faults.victim import Victim, assert_sound, lost

pytestmark = pytest.mark.fault

KEY = bytes(range(32))


def _work(folder: Path, receipts: int, **order: object) -> list[disk.Note]:
    """A seat saves receipts on a disk that remembers; what is on it before that is safe."""
    seat, safe = folder / "seat", folder / "safe"
    seat.mkdir()
    a_store(seat, key=KEY).close()
    shutil.copytree(seat, safe)
    record = folder / "record"
    library = disk.compiled(folder)
    told = {"store": str(seat / "8012.store"), "key": KEY.hex(), "count": receipts, **order}
    with Victim(told, surroundings=disk.surroundings(library, record)) as victim:
        victim.finish()
    return disk.read(record)


def _after(folder: Path, notes: list[disk.Note], moments: list[int], chance: random.Random | None) -> set[str]:
    """What was promised and is gone when the power goes at these moments."""
    missing: set[str] = set()
    now, wanted, memory = disk.Disk.of(folder / "safe"), set(moments), a_folder()
    for at, note in enumerate(notes):
        now.hear(note)
        if at in wanted:
            missing |= _found(memory / "found", folder / "safe", now, chance)
    shutil.rmtree(memory)
    return missing


def _found(found: Path, safe: Path, now: disk.Disk, chance: random.Random | None) -> set[str]:
    shutil.copytree(safe, found)
    now.cut(found, chance)
    store = open_store(found / "8012.store", KEY, a_catalogue(), Clock())
    missing = lost(store, now.promised)
    if not missing:
        assert store.empty_log()  # a page half written while the log was folded in is written again from the log
        assert_sound(store, KEY, now.promised)
    store.close()
    shutil.rmtree(found)
    return missing


def _survives(folder: Path, receipts: int, most: int) -> None:
    seed = int(os.environ.get("AGENT_DESK_SEED", secrets.randbits(32)))
    print(f"seed {seed} (AGENT_DESK_SEED repeats it)")
    chance = random.Random(seed)
    notes = _work(folder, receipts, checkpoint=16)
    moments = sorted(chance.sample(range(len(notes)), min(most, len(notes))))
    print(f"{len(notes)} moments, {len(moments)} of them tried")
    assert sum(note.what == "P" for note in notes) >= receipts
    assert {"8012.store", "8012.store-wal"} <= {note.name for note in notes if note.what == "S"}
    assert _after(folder, notes, moments, None) == set()
    assert _after(folder, notes, moments, chance) == set()


def test_nothing_saved_is_lost_when_the_power_goes(tmp_path: Path) -> None:
    _survives(tmp_path, 30, 25)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_nothing_saved_is_lost_when_the_power_goes_after_any_write(tmp_path: Path) -> None:
    _survives(tmp_path, 100, 100_000)


def test_control_a_store_that_does_not_sync_each_commit_is_caught(tmp_path: Path) -> None:
    notes = _work(tmp_path, 10, synchronous="NORMAL")
    last = max(at for at, note in enumerate(notes) if note.data.startswith(b"saved"))  # closing it syncs after all
    assert _after(tmp_path, notes, [last], None)
