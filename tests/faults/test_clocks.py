"""Clocks that are wrong: behind, years ahead, or leaping a day while work goes on. Nothing is lost, nobody else is led astray."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent_desk.base.clock import AHEAD_AT_MOST_US, MICROSECONDS, Clock, stamp_ms, system_us
from agent_desk.facts.body import parse
from tests.factory import a_note, a_sale
from tests.sync.desk import Centre, Seat, join
from tests.sync.postgres_centre import on_each_hub

pytestmark = pytest.mark.fault

DAY_US = 86_400 * MICROSECONDS
WRONG = {"a month behind": -30 * DAY_US, "twelve years ahead": 12 * 365 * DAY_US, "a day ahead": DAY_US}


class Wall:
    """A machine's clock that can be set."""

    def __init__(self, wrong_us: int = 0) -> None:
        self.wrong_us = wrong_us

    def __call__(self) -> int:
        """Microseconds since 1970, as this machine has it."""
        return system_us() + self.wrong_us


@pytest.fixture(params=["embedded", "postgres"])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A fresh centre on either hub."""
    yield from on_each_hub(request, tmp_path)


@pytest.fixture
def seat(centre: Centre, tmp_path: Path) -> Any:
    """Signs people in at machines with a clock of their own."""
    joined: list[Seat] = []

    def sign_in(number: str, wall: Wall) -> Seat:
        joined.append(join(centre.hub, number, tmp_path, clock=Clock(wall)))
        return joined[-1]

    yield sign_in
    for one in joined:
        one.close()


Join = Callable[[str, Wall], Seat]


def _stamps(seat: Seat) -> list[int]:
    """The stamps of the seat's own facts, in the order in which they were written."""
    with seat.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT f.body FROM journal j JOIN own_origin o ON o.origin = j.origin JOIN fact f ON f.id = j.fact ORDER BY j.seq"
        ).fetchall()
    return [parse(text).stamp for (text,) in rows]


def _far(seat: Seat) -> set[str]:
    with seat.store.reading() as connection:
        return {row[0] for row in connection.exec_driver_sql("SELECT id FROM fact WHERE far = 1").fetchall()}


def _ahead_us(seat: Seat) -> int:
    """How far the seat's next stamp lies beyond the time."""
    return stamp_ms(seat.store.clock.stamp()) * 1000 - system_us()


@pytest.mark.parametrize("wrong_us", WRONG.values(), ids=list(WRONG))
def test_a_seat_whose_clock_is_wrong_loses_nothing_and_leads_nobody_astray(
    seat: Join, centre: Centre, wrong_us: int
) -> None:
    astray, colleague = seat("8001", Wall(wrong_us)), seat("8003", Wall())
    before = astray.store.save(a_sale(astray.store, "1"))[0].id  # before the hub was ever heard: as the machine has it
    astray.round()
    after = astray.store.save(a_sale(astray.store, "2"))[0].id
    astray.round()
    colleague.round()
    assert {before, after} <= set(colleague.facts())
    assert sorted(centre.sold()) == sorted([before, after])
    assert centre.audit().ok
    # a seat's own stamps never go back: once ahead they stay marked until its clock begins anew
    assert _far(colleague) == ({before, after} if wrong_us > AHEAD_AT_MOST_US else set())
    assert abs(_ahead_us(colleague)) <= AHEAD_AT_MOST_US
    keyed = parse(colleague.facts()[after]).keyed
    assert abs(keyed - system_us()) < 600 * MICROSECONDS  # the hub's time corrects the seat from the first beat on
    assert _stamps(astray) == sorted(set(_stamps(astray)))


@pytest.mark.parametrize("leap_us", [DAY_US, -DAY_US], ids=["forward", "back"])
def test_a_leap_of_a_day_in_the_middle_of_work_keeps_the_order_and_loses_nothing(
    seat: Join, centre: Centre, leap_us: int
) -> None:
    wall = Wall()
    leaping, colleague = seat("8001", wall), seat("8003", Wall())
    first = a_note(leaping.store)
    written = [leaping.store.save(first)[0].id]
    leaping.round()
    wall.wrong_us = leap_us
    written.append(leaping.store.save(replace(a_note(leaping.store), subject=first.subject))[0].id)
    leaping.round()
    wall.wrong_us = 0
    written.append(leaping.store.save(replace(a_note(leaping.store), subject=first.subject))[0].id)
    for one in (leaping, colleague):
        one.round()
    assert set(written) <= set(colleague.facts())
    assert leaping.state.unsent == 0
    assert centre.audit().ok
    assert _stamps(leaping) == sorted(set(_stamps(leaping)))
    assert abs(_ahead_us(colleague)) <= AHEAD_AT_MOST_US


def test_control_a_clock_that_follows_any_stamp_is_caught(
    seat: Join, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent_desk.base.clock.AHEAD_AT_MOST_US", 100 * 365 * DAY_US)
    with pytest.raises(AssertionError):
        test_a_seat_whose_clock_is_wrong_loses_nothing_and_leads_nobody_astray(
            seat, centre, WRONG["twelve years ahead"]
        )


def test_control_a_stamp_that_is_the_wall_clock_is_caught(
    seat: Join, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "stamp", lambda self: self.now_ms() << 15)
    with pytest.raises(AssertionError):
        test_a_leap_of_a_day_in_the_middle_of_work_keeps_the_order_and_loses_nothing(seat, centre, DAY_US)
