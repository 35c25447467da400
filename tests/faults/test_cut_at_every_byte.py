"""A connection cut after any byte, of a push or of a pull, up or down: nothing lost, nothing twice, nothing missed.

The sign-in and the beat before are in it as well. The short form takes some bytes by chance, the long one each of them.
"""

from __future__ import annotations

import itertools
import os
import random
import secrets
from collections.abc import Callable, Iterator

import pytest

from agent_desk.sync.link_state import LinkKind
from tests.factory import a_sale
from tests.faults.simulation.bugs import BUGS
from tests.faults.ward import Ward
from tests.peers.proxy import Way
from tests.sync.desk import Seat

pytestmark = pytest.mark.fault

WHOLE = 3
"""So many rounds one after the other that came to their end uncut mean that no byte is left to cut after."""
WAYS = pytest.mark.parametrize("way", [Way.UP, Way.DOWN], ids=["up", "down"])


def _every() -> Iterator[int]:
    return itertools.count()


def _some() -> Iterator[int]:
    """Some 20 bytes of a round trip of 5 to 15 thousand."""
    seed = int(os.environ.get("AGENT_DESK_SEED", secrets.randbits(32)))
    print(f"seed {seed} (AGENT_DESK_SEED repeats it)")
    chance = random.Random(seed)
    at = chance.randrange(300)
    while True:
        yield at
        at += chance.randrange(100, 900)


def _cut(ward: Ward, seat: Seat, way: Way, at: int) -> bool:
    """A round of a seat whose connection ends after so many bytes; whether it was long enough to be cut."""
    seat.pump._hang_up()
    ward.proxy.heal()
    ward.proxy.cut_after(at, way)
    seat.round()
    cut = seat.state.kind is LinkKind.DOWN
    ward.proxy.heal()
    return cut


def _in_a_push(ward: Ward, way: Way, places: Iterator[int]) -> int:
    seat = ward.join("8001", push_links=2)
    promised: set[str] = set()
    whole = 0
    for at in places:
        promised |= {seat.store.save(a_sale(seat.store, f"{at}-{n}"))[0].id for n in range(3)}
        whole = 0 if _cut(ward, seat, way, at) else whole + 1
        if whole == WHOLE:
            break
        seat.round()
        assert seat.state.unsent == 0
    seat.round()
    ward.assert_once(promised)
    return at


def _holds(seat: Seat, facts: set[str]) -> bool:
    marks = ",".join("?" * len(facts))
    with seat.store.reading() as connection:
        count = connection.exec_driver_sql(
            f"SELECT count(*) FROM fact WHERE id IN ({marks})", tuple(facts)
        ).scalar_one()
    return bool(count == len(facts))


def _in_a_pull(ward: Ward, way: Way, places: Iterator[int]) -> int:
    writer, reader = ward.join("8001"), ward.join("8003", pull_rows=2)
    promised: set[str] = set()
    whole = 0
    for at in places:
        fresh = {writer.store.save(a_sale(writer.store, f"{at}-{n}"))[0].id for n in range(3)}
        promised |= fresh
        writer.round()
        whole = 0 if _cut(ward, reader, way, at) else whole + 1
        if whole == WHOLE:
            break
        reader.round()
        assert _holds(reader, fresh)
    reader.round()
    sold = [fact for fact, body in reader.facts().items() if '"kind":"test.sold"' in body]
    assert set(sold) == promised
    with reader.store.reading() as connection:
        counted = connection.exec_driver_sql("SELECT count(*), count(DISTINCT fact) FROM test_sale").one()
    assert tuple(counted) == (len(promised), len(promised))
    return at


@WAYS
@pytest.mark.parametrize("work", [_in_a_push, _in_a_pull], ids=["push", "pull"])
def test_a_connection_cut_after_any_byte_harms_nothing(
    ward: Ward, way: Way, work: Callable[[Ward, Way, Iterator[int]], int]
) -> None:
    assert work(ward, way, _some()) > 2000


@pytest.mark.long
@pytest.mark.timeout(3 * 3600)
@WAYS
@pytest.mark.parametrize("work", [_in_a_push, _in_a_pull], ids=["push", "pull"])
def test_a_connection_cut_after_every_byte_harms_nothing(
    ward: Ward, way: Way, work: Callable[[Ward, Way, Iterator[int]], int]
) -> None:
    count = work(ward, way, _every())
    print(f"{count} bytes, cut after each")
    assert count > 2000


def test_control_a_cursor_that_moves_before_its_rows_is_caught(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS["the cursor moves before its rows"](monkeypatch)
    with pytest.raises(AssertionError):
        _in_a_pull(ward, Way.DOWN, itertools.count(3000, 200))


def test_control_a_link_dropped_when_it_is_sent_again_is_caught(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    BUGS["a link is dropped when it is sent again"](monkeypatch)
    with pytest.raises(AssertionError):
        _in_a_push(ward, Way.UP, itertools.count(1500, 200))
