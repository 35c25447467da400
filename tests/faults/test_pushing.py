"""Seats killed, hubs crashed, networks cut in the middle of a push or pull: each fact arrives once."""

from __future__ import annotations

import os
import random
import secrets
import time

import pytest

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import GroupId, OriginId
from agent_desk.hub.port import Beat, Head, HubSession
from agent_desk.storage.store import Origin, Store, open_store
from agent_desk.sync.link_state import LinkKind
from agent_desk.sync.pump import Pump
from tests.factory import a_catalogue, a_sale
from tests.faults.victim import Victim, assert_sound
from tests.faults.ward import Ward
from tests.peers.postgres import PostgresServer
from tests.peers.proxy import Way
from tests.sync.desk import KEY, Seat

pytestmark = pytest.mark.fault


def _chance() -> random.Random:
    seed = int(os.environ.get("AGENT_DESK_SEED", secrets.randbits(32)))
    print(f"seed {seed} (AGENT_DESK_SEED repeats it)")
    return random.Random(seed)


def _sell(seat: Seat, count: int, book: str = "") -> set[str]:
    return {seat.store.save(a_sale(seat.store, f"{book}{n:06}", total=1000 + n))[0].id for n in range(count)}


def _drain(seat: Seat) -> None:
    for _ in range(20):
        if seat.round().state.unsent == 0:
            return
    raise AssertionError(seat.state)


def _kill_while_pushing(ward: Ward, times: int) -> None:
    chance = _chance()
    starter = ward.join("8001")
    path = starter.store.path
    starter.close()
    ward.seats.remove(starter)
    promised: list[str] = []
    for turn in range(times):
        order = ward.order("8001", path, book=f"{turn}-", push_links=3, seed=chance.randrange(1000))
        with Victim(order) as victim:
            victim.wait_for(chance.randint(5, 80))
            victim.kill()
        promised += victim.promised
    order = ward.order("8001", path, count=1, book="last-")
    with Victim(order) as victim:
        victim.finish()
    promised += victim.promised
    store = open_store(path, KEY, a_catalogue(), Clock())
    assert_sound(store, KEY, promised)
    assert store.unsent().count == 0
    with store.reading() as connection:
        kept = {row[0] for row in connection.exec_driver_sql("SELECT id FROM fact WHERE kind = 'test.sold'")}
    store.close()
    ward.assert_once(kept)
    assert set(promised) <= kept


def test_a_seat_killed_while_pushing_loses_and_doubles_nothing(ward: Ward) -> None:
    _kill_while_pushing(ward, 5)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_seat_killed_two_hundred_times_while_pushing(ward: Ward) -> None:
    _kill_while_pushing(ward, 200)


def test_a_connection_cut_anywhere_in_a_push_doubles_nothing(ward: Ward) -> None:
    chance = _chance()
    seat = ward.join("8001", push_links=4)
    seat.round()
    promised: set[str] = set()
    for turn in range(16):
        promised |= _sell(seat, 6, f"{turn}-")
        way = chance.choice([Way.UP, Way.DOWN])
        ward.proxy.cut_after(chance.randrange(0, 6000), way)
        seat.round()
        ward.proxy.heal()
    _drain(seat)
    ward.assert_once(promised)


def test_a_connection_cut_anywhere_in_a_pull_misses_nothing(ward: Ward) -> None:
    chance = _chance()
    writer, reader = ward.join("8001"), ward.join("8003", pull_rows=5)
    reader.round()
    promised: set[str] = set()
    for turn in range(12):
        promised |= _sell(writer, 12, f"{turn}-")
        _drain(writer)
        ward.proxy.cut_after(chance.randrange(0, 20_000), chance.choice([Way.UP, Way.DOWN]))
        reader.round()
        ward.proxy.heal()
    _drain(reader)
    reader.round()
    assert {fact for fact, body in reader.facts().items() if '"kind":"test.sold"' in body} == promised


def test_answers_that_never_come_are_waited_for_with_an_end(ward: Ward) -> None:
    seat = ward.join("8001")
    seat.round()
    promised = _sell(seat, 3)
    ward.proxy.hold()
    seat.pump.start()
    time.sleep(0.5)
    ward.proxy.cut()
    ward.proxy.heal()
    end = time.monotonic() + 30
    while seat.store.unsent().count and time.monotonic() < end:
        time.sleep(0.05)
    seat.pump.stop()
    ward.assert_once(promised)


def test_a_crashed_hub_has_everything_it_confirmed(ward: Ward, mortal_server: PostgresServer) -> None:
    chance = _chance()
    seat = ward.join("8001", push_links=2)
    promised: set[str] = set()
    for turn in range(3):
        seat.pump._stopping.clear()
        seat.pump.start()
        promised |= _sell(seat, 40, f"{turn}-")
        time.sleep(chance.uniform(0, 0.15))
        mortal_server.kill_immediate()
        seat.pump.stop()
        confirmed = {fact for fact, verdict in seat.standings().items() if verdict == "accepted"} & promised
        assert seat.round() is not None
        assert seat.state.kind is LinkKind.DOWN
        mortal_server.start()
        assert confirmed <= set(ward.sold())
        seat.pump._stopping.clear()
    _drain(seat)
    ward.assert_once(promised)


def test_two_processes_on_one_store_are_refused_and_harm_nothing(ward: Ward) -> None:
    seat = ward.join("8001")
    promised = _sell(seat, 2)
    with Victim(ward.order("8001", seat.store.path, count=5)) as second:
        with pytest.raises(AssertionError, match="store_open_elsewhere"):
            second.finish()
        assert second.promised == []
    promised |= _sell(seat, 2, "x")
    _drain(seat)
    ward.assert_once(promised)


class _Hasty(Pump):
    """Control: takes a push for confirmed before the hub has answered."""

    def _drain_origin(self, session: HubSession, store: Store, own: Origin, upto: int | None = None) -> int:
        with store.writing() as writing:
            writing.acknowledge(own.origin, store.unsent().count + own.acked_seq)
        return super()._drain_origin(session, store, own, upto)

    def _reconcile(self, session: HubSession, store: Store, beat: Beat) -> dict[OriginId, DeskError]:
        """Believes itself rather than the hub."""
        return {}


class _Skipping(Pump):
    """Control: notes how far it has read before it has read."""

    def _pull_head(self, session: HubSession, head: Head, after: int, groups: set[GroupId]) -> int:
        with self._store.writing() as writing:
            writing.move_cursor(head.origin, head.group, head.seq)
        return super()._pull_head(session, head, after, groups)


def test_control_confirming_before_the_answer_is_caught(ward: Ward) -> None:
    seat = ward.join("8001", push_links=4)
    seat.round()
    seat.pump.__class__ = _Hasty
    promised: set[str] = set()
    for turn in range(6):
        promised |= _sell(seat, 6, f"{turn}-")
        ward.proxy.cut_after(5000, Way.UP)  # past the beat, inside the push
        seat.round()
        ward.proxy.heal()
    for _ in range(6):
        seat.round()
    with pytest.raises(AssertionError):
        ward.assert_once(promised)


def test_control_a_cursor_moved_before_its_rows_is_caught(ward: Ward) -> None:
    writer, reader = ward.join("8001"), ward.join("8003")
    reader.round()
    reader.pump.__class__ = _Skipping
    promised = _sell(writer, 60)
    _drain(writer)
    ward.proxy.cut_after(3000, Way.DOWN)
    reader.round()
    ward.proxy.heal()
    reader.round()
    reader.round()
    assert not promised <= set(reader.facts())


def test_control_a_seat_that_writes_again_instead_of_sending_again_is_caught(ward: Ward) -> None:
    seat = ward.join("8001")
    seat.round()
    promised = _sell(seat, 5)
    _drain(seat)
    _sell(seat, 5)  # the same five receipts, keyed again because no answer was seen
    _drain(seat)
    with pytest.raises(AssertionError):
        ward.assert_once(promised)
