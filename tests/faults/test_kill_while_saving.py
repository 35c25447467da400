"""A seat killed at any moment has everything it said was saved."""

from __future__ import annotations

import os
import random
import secrets
from pathlib import Path

import pytest

from agent_desk.base.clock import Clock
from agent_desk.storage.store import open_store
from tests.factory import a_catalogue, a_store
from tests.faults.victim import Victim, assert_sound, lost

pytestmark = pytest.mark.fault


def _kills(folder: Path, times: int, **order: object) -> tuple[Path, bytes, list[str]]:
    key = secrets.token_bytes(32)
    store = a_store(folder, key=key)
    store.close()
    seed = int(os.environ.get("AGENT_DESK_SEED", secrets.randbits(32)))
    print(f"seed {seed} (AGENT_DESK_SEED repeats it)")
    chance = random.Random(seed)
    promised: list[str] = []
    for _ in range(times):
        with Victim({"store": str(store.path), "key": key.hex(), **order}) as seat:
            seat.wait_for(chance.randint(1, 60))
            seat.kill()
        promised += seat.promised
    return store.path, key, promised


def _survives(folder: Path, times: int) -> None:
    path, key, promised = _kills(folder, times)
    store = open_store(path, key, a_catalogue(), Clock())
    assert len(promised) >= times
    assert_sound(store, key, promised)
    store.close()


def test_nothing_saved_is_lost_when_the_seat_is_killed(tmp_path: Path) -> None:
    _survives(tmp_path, 8)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_nothing_saved_is_lost_in_five_hundred_kills(tmp_path: Path) -> None:
    _survives(tmp_path, 500)


def test_control_a_seat_that_promises_before_the_commit_is_caught(tmp_path: Path) -> None:
    """The check above can fail: with the promise made too early it finds what is missing."""
    missing: set[str] = set()
    for attempt in range(6):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        path, key, promised = _kills(folder, 3, promise_early=True)
        store = open_store(path, key, a_catalogue(), Clock())
        missing |= lost(store, promised)
        store.close()
        if missing:
            break
    assert missing
