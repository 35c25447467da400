"""Stamps only grow, foreign clocks move ours within bounds, and the hub corrects the wall clock."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.clock import AHEAD_AT_MOST_US, Clock, stamp_ms, system_us

WALLS = st.lists(st.integers(0, 10**12), min_size=1, max_size=60)
NOON_US = 1_800_000_000_000_000


class Wall:
    """A wall clock that a test sets."""

    def __init__(self, now_us: int = NOON_US) -> None:
        self.now_us = now_us

    def __call__(self) -> int:
        return self.now_us


@given(WALLS)
def test_stamps_grow_even_when_the_wall_clock_is_set_back(walls: list[int]) -> None:
    wall = Wall()
    clock = Clock(wall)
    stamps = []
    for wall.now_us in walls:
        stamps.append(clock.stamp())
    assert stamps == sorted(set(stamps))


@given(st.integers(0, 2**62 // 2**15 * 1000 - 1))
def test_a_stamp_tells_its_milliseconds_and_fits_63_bits(now_us: int) -> None:
    stamp = Clock(Wall(now_us)).stamp()
    assert stamp_ms(stamp) == now_us // 1000
    assert 0 < max(stamp, 1) < 1 << 63


@given(WALLS, st.lists(st.integers(0, (NOON_US // 1000 + 10**6) << 15), max_size=20))
def test_a_followed_stamp_is_always_before_my_next(walls: list[int], foreign: list[int]) -> None:
    wall = Wall()
    clock = Clock(wall)
    for ahead, stamp in zip(walls, foreign, strict=False):
        wall.now_us = NOON_US + ahead % 1_000_000
        before = clock.stamp()
        moved = clock.follow(stamp)
        after = clock.stamp()
        assert after > before
        assert moved.far or after > stamp


def test_a_stamp_two_minutes_ahead_is_followed_and_one_beyond_is_only_marked() -> None:
    wall = Wall()
    limit = ((NOON_US + AHEAD_AT_MOST_US) // 1000) << 15
    clock = Clock(wall)
    assert not clock.follow(limit).far
    assert clock.stamp() == limit + 1
    other = Clock(wall)
    assert other.follow(limit + 1).far
    assert stamp_ms(other.stamp()) == NOON_US // 1000


def test_the_hubs_time_corrects_mine_by_the_middle_of_a_round_trip() -> None:
    wall = Wall()
    clock = Clock(wall)
    assert clock.offset_us == 0
    clock.correct(hub_us=NOON_US + 60_000_000, sent_us=NOON_US - 1_000, received_us=NOON_US + 1_000)
    assert clock.offset_us == 60_000_000
    assert clock.now_us() == NOON_US + 60_000_000
    assert clock.now_ms() == clock.now_us() // 1000
    assert clock.raw_us() == NOON_US
    before = clock.stamp()
    clock.correct(hub_us=NOON_US - 3_600_000_000, sent_us=NOON_US, received_us=NOON_US)
    assert clock.stamp() > before


def test_two_threads_never_get_the_same_stamp() -> None:
    clock = Clock(Wall())
    stamps: list[int] = []
    threads = [threading.Thread(target=lambda: stamps.extend([clock.stamp() for _ in range(2_000)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(stamps)) == 8_000


def test_the_machines_clock_counts_microseconds() -> None:
    assert system_us() > 1_700_000_000_000_000
    assert system_us() <= system_us()
