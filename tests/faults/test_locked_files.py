"""A store's file that another program holds, or that may suddenly only be read: said in words, nothing lost, nothing twice."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.hub.wire import Batch
from agent_desk.storage import cipher
from agent_desk.storage.store import Store
from agent_desk.sync.link_state import LinkKind
from agent_desk.sync.pump import Pump
from tests.factory import a_sale
from tests.faults.ward import Ward
from tests.sync.desk import KEY, Seat

pytestmark = pytest.mark.fault


@contextlib.contextmanager
def _held_by_another_program(store: Store) -> Iterator[None]:
    """A virus scanner, a backup: something that holds the file's write lock."""
    other = cipher.connect(store.path, KEY)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextlib.contextmanager
def _may_only_be_read(store: Store) -> Iterator[None]:
    with store.writing():
        pass
    assert store._writing_on is not None
    raw: Any = store._writing_on.raw
    raw.execute("PRAGMA query_only = ON")
    try:
        yield
    finally:
        raw.execute("PRAGMA query_only = OFF")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits five seconds for a lock in a test."""
    monkeypatch.setattr(cipher, "_BUSY_MS", 50)


HINDRANCES = pytest.mark.parametrize(
    ("hindered", "code"), [(_held_by_another_program, "store_busy"), (_may_only_be_read, "store_read_only")]
)


@HINDRANCES
def test_a_save_that_cannot_be_written_says_why_and_is_saved_once_when_it_can(
    ward: Ward, impatient: None, hindered: Any, code: str
) -> None:
    seat = ward.join("8001")
    form = a_sale(seat.store, "1")
    with hindered(seat.store), pytest.raises(DeskError, match=code):
        seat.store.save(form)
    assert form.id not in seat.facts()
    first, again = seat.store.save(form)[0], seat.store.save(form)[0]
    assert (again.id, again.seq, again.repeated) == (first.id, first.seq, True)
    seat.round()
    ward.assert_once({form.id})


def _answers_that_cannot_be_written(ward: Ward, hindered: Any, code: str) -> None:
    seat = ward.join("8001", push_links=2)
    seat.round()
    promised = {seat.store.save(a_sale(seat.store, f"{n}"))[0].id for n in range(5)}
    with hindered(seat.store):
        seat.round()
        assert (seat.state.kind, seat.state.why) == (LinkKind.DOWN, code)
        assert seat.store.unsent().count == 5
    assert set(ward.sold()) < promised  # the hub took the first batch, and the seat could not write that down
    assert ward.sold()
    seat.round()
    assert seat.state.unsent == 0
    assert {seat.standings()[fact] for fact in promised} == {"accepted"}
    ward.assert_once(promised)


@HINDRANCES
def test_answers_that_cannot_be_written_down_are_asked_for_again(
    ward: Ward, impatient: None, hindered: Any, code: str
) -> None:
    _answers_that_cannot_be_written(ward, hindered, code)


def test_control_a_pump_that_only_remembers_what_it_sent_is_caught(
    ward: Ward, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Pump._read_batch
    sent: set[str] = set()

    def remembering(self: Pump, store: Store, origin: OriginId, after: int, *others: Any) -> Batch:
        batch = read(self, store, origin, after, *others)
        left = Batch([one for one in batch if one.link.fact not in sent])
        sent.update(one.link.fact for one in left)
        return left

    monkeypatch.setattr(Pump, "_read_batch", remembering)
    with pytest.raises((AssertionError, KeyError)):
        _answers_that_cannot_be_written(ward, _may_only_be_read, "store_read_only")


def test_a_seat_whose_file_is_held_goes_on_showing_what_is_there(ward: Ward, impatient: None) -> None:
    seat: Seat = ward.join("8001")
    saved = seat.store.save(a_sale(seat.store, "1"))[0].id
    with _held_by_another_program(seat.store):
        assert saved in seat.facts()
        assert seat.store.unsent().count == 1
