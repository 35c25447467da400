"""What belongs together is on the disk together: one transaction, one sync, one waking of the pump."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from agent_desk.base.ids import OriginId
from agent_desk.storage.store import Store
from tests import factory


@pytest.fixture
def store(tmp_path: Path):
    made = factory.a_store(tmp_path)
    yield made
    made.close()


def seen(store: Store) -> tuple[str | None, str | None]:
    return store.meta_get("first"), store.meta_get("second")


@pytest.mark.parametrize("together", [True, False], ids=["together", "control: one after the other"])
def test_all_of_it_or_nothing(store: Store, together: bool) -> None:
    def write() -> None:
        store.meta_set("first", "1")
        store.add_origin(OriginId(factory.a_uuid()), b"k" * 32, 7)
        raise ValueError("cut off")

    origins = len(store.origins())
    with pytest.raises(ValueError, match="cut off"):
        if together:
            with store.together():
                write()
        else:
            write()
    assert (store.meta_get("first") is None) is together
    assert (len(store.origins()) == origins) is together
    store.meta_set("second", "2")  # the store goes on
    assert store.meta_get("second") == "2"


def test_readers_see_it_at_its_end_and_the_pump_is_woken_once(store: Store) -> None:
    woken: list[tuple[str | None, str | None]] = []
    store.listeners.append(lambda: woken.append(seen(store)))
    with store.together():
        store.meta_set("first", "1")
        store.meta_set("second", "2")
        assert seen(store) == (None, None)
    assert woken == [("1", "2")]


def test_another_thread_s_writing_waits_and_is_its_own(store: Store) -> None:
    began, done = threading.Event(), threading.Event()

    def other() -> None:
        began.set()
        store.meta_set("second", "2")
        done.set()

    thread = threading.Thread(target=other)
    with pytest.raises(ValueError, match="cut off"), store.together():
        store.meta_set("first", "1")
        thread.start()
        assert began.wait(10)
        assert not done.wait(0.05)
        raise ValueError("cut off")
    thread.join(10)
    assert seen(store) == (None, "2")
