"""Copied and set-back disks behind a network that loses answers anywhere: everything arrives once, on every machine."""

from __future__ import annotations

import os
import random
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent_desk.hub.audit import audit
from agent_desk.hub.port import HubSession, Judged, Outgoing
from agent_desk.sync.link_state import LinkKind
from tests.factory import a_catalogue, a_sale
from tests.faults.ward import Ward
from tests.peers.proxy import Proxy, Way
from tests.sync.clones import Machines
from tests.sync.desk import Seat

pytestmark = pytest.mark.fault


def _sell(seat: Seat, count: int, book: str) -> set[str]:
    return {seat.store.save(a_sale(seat.store, f"{book}{n:04}"))[0].id for n in range(count)}


def _shaken(ward: Ward, chance: random.Random, seat: Seat) -> None:
    """A round in which the line breaks somewhere: in the beat, the questions, the opening, the push or the pull."""
    ward.proxy.cut_after(chance.randrange(0, 14_000), chance.choice([Way.UP, Way.DOWN]))
    seat.round()
    ward.proxy.heal()
    seat.pump._hang_up()


def _story(ward: Ward, folder: Path, turns: int) -> None:
    seed = int(os.environ.get("AGENT_DESK_SEED", secrets.randbits(32)))
    print(f"seed {seed} (AGENT_DESK_SEED repeats it)")
    chance = random.Random(seed)
    machines = Machines(lambda: ward.centre.through(ward.proxy.host, ward.proxy.port), folder)
    seats = [machines.fresh("8001", push_links=4)]
    promised = _sell(seats[0], 3, "first")
    for turn in range(turns):
        one = chance.choice(seats)
        promised |= _sell(one, chance.randrange(1, 6), f"{turn}-")
        _shaken(ward, chance, one)
        if len(seats) < 4 and chance.random() < 0.4:  # its disk is copied as it stands, answers lost or not
            image = machines.image(one)
            seats[seats.index(one)] = machines.on_again(one, push_links=4)
            seats.append(machines.from_image(image, "8001", push_links=4))
    for _ in range(6):
        for one in seats:
            one.round()
            one.pump._hang_up()
    reader = machines.fresh("8004")
    reader.round()
    for one in (*seats, reader):
        assert one.state.unsent == 0
        assert {fact for fact, body in one.facts().items() if '"kind":"test.sold"' in body} == promised
    assert ward.sold() == sorted(promised)
    with ward.centre.database.connect(autocommit=True) as owner:
        report = audit(owner, a_catalogue())
    assert report.ok, report.problems
    assert (report.conflicts, report.held) == (0, 0)
    machines.close()


def test_copied_disks_behind_a_breaking_line_lose_and_double_nothing(ward: Ward, tmp_path: Path) -> None:
    _story(ward, tmp_path, 12)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_copied_disks_behind_a_breaking_line_many_times(ward: Ward, tmp_path: Path) -> None:
    _story(ward, tmp_path, 150)


class _Deaf:
    """A session whose push arrives and whose answer is swallowed by the line, until the line breaks."""

    def __init__(self, proxy: Proxy, session: HubSession) -> None:
        self._proxy = proxy
        self._session = session

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        self._proxy.drop(Way.DOWN)
        breaking = threading.Timer(0.5, self._proxy.cut)
        breaking.start()
        try:
            return self._session.push(links)
        finally:
            breaking.join()

    def __getattr__(self, name: str) -> object:
        return getattr(self._session, name)


def test_an_answer_that_is_swallowed_before_the_disk_is_copied_needs_no_second_link(ward: Ward, tmp_path: Path) -> None:
    machines = Machines(lambda: ward.centre.through(ward.proxy.host, ward.proxy.port), tmp_path)
    seat = machines.fresh("8001")
    seat.round()
    promised = _sell(seat, 3, "a")
    session = seat.pump._connected()
    seat.pump._session = _Deaf(ward.proxy, session)  # type: ignore[assignment]
    seat.pump.round()
    ward.proxy.heal()
    assert (seat.pump.state.kind, seat.store.unsent().count) == (LinkKind.DOWN, 3)
    assert ward.sold() == sorted(promised)
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= _sell(seat, 1, "b") | _sell(copy, 1, "c")
    for one in (seat, copy, seat):
        one.round()
    assert ward.sold() == sorted(promised)
    own = copy.store.origins()
    assert [one.left_at is not None for one in own] == [True, False]
    assert [copy.store.last_seq(own[1].origin)] == [1]  # the one new sale, not the three whose answers were lost
    machines.close()
