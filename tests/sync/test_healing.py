"""Seats and a hub whose file was set back: told, they send again; untold, they stop. Embedded hub; the other one is in
tests/faults/test_restored_hub.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_desk.base.clock import Clock
from agent_desk.hub.embedded import CHEAP, EmbeddedHub
from agent_desk.hub.port import HubSession
from agent_desk.storage.store import Store
from agent_desk.sync.link_state import LinkKind
from tests.factory import a_catalogue, a_note, a_sale
from tests.sync.desk import EmbeddedCentre, Seat, join


class Trial:
    """A trial centre whose file can be set back, and its seats."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.centre = EmbeddedCentre.found(folder)
        self.path = folder / "hub.sqlite"
        self.seats: list[Seat] = []

    def connect(self, number: str, password: str) -> HubSession:
        return self.centre.hub.connect(number, password)

    def join(self, number: str, **others: Any) -> Seat:
        self.seats.append(join(self, number, self.folder, **others))
        return self.seats[-1]

    def turn(self, *seats: Seat, times: int = 2) -> None:
        for _ in range(times):
            for seat in seats or self.seats:
                seat.round()

    def copy(self) -> Path:
        copy = self.folder / "copy.sqlite"
        self.centre.hub.copy_to(copy)
        return copy

    def set_back(self, copy: Path, *, told: bool = True) -> None:
        for seat in self.seats:
            seat.pump._hang_up()
        self.centre.hub.close()
        if told:
            self.centre.hub = EmbeddedHub.restore(self.path, copy, a_catalogue(), Clock(), CHEAP)
        else:
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            self.path.write_bytes(copy.read_bytes())
            self.centre.hub = EmbeddedHub(self.path, a_catalogue(), Clock(), CHEAP)


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    made = Trial(tmp_path)
    yield made
    for seat in made.seats:
        seat.close()
    made.centre.hub.close()


def _in_order(trial: Trial) -> bool:
    report = trial.centre.hub.audit()
    assert report.problems == []
    return True


def test_seats_wait_while_it_is_closed_and_send_again_when_it_opens(trial: Trial) -> None:
    agent, leader = trial.join("8001"), trial.join("8003")
    trial.turn()
    copy = trial.copy()
    sold = {agent.store.save(a_sale(agent.store, f"{n:06}"))[0].id for n in range(3)}
    trial.turn()
    trial.set_back(copy)
    trial.turn()
    assert {(seat.state.kind, seat.state.why) for seat in trial.seats} == {(LinkKind.DOWN, "healing")}
    trial.centre.hub.open_again()
    assert agent.round().pushed == 3
    trial.turn()
    assert {seat.state.kind for seat in trial.seats} == {LinkKind.LINKED}
    assert sold == set(trial.centre.sold())
    assert sold <= set(leader.facts())
    assert _in_order(trial)


def test_untold_they_stop_and_keep_everything(trial: Trial) -> None:
    agent, leader = trial.join("8001"), trial.join("8003")
    trial.turn()
    copy = trial.copy()
    sold = {agent.store.save(a_sale(agent.store, f"{n:06}"))[0].id for n in range(3)}
    trial.turn()
    trial.set_back(copy, told=False)
    sold |= {agent.store.save(a_sale(agent.store, "000009"))[0].id}
    trial.turn()
    assert {(seat.state.kind, seat.state.why) for seat in trial.seats} == {(LinkKind.REFUSED, "set_back")}
    assert trial.centre.sold() == []
    assert leader.store.unsent().count == 0
    trial.centre.hub.close_for_healing()
    trial.turn()
    trial.centre.hub.open_again()
    trial.turn(times=10)
    assert {seat.state.kind for seat in trial.seats} == {LinkKind.LINKED}
    assert sold == set(trial.centre.sold())
    assert _in_order(trial)


def test_colleagues_bring_what_a_lost_disk_held_after_they_gave_it_time(trial: Trial) -> None:
    agent, leader = trial.join("8001"), trial.join("8003")
    trial.turn()
    copy = trial.copy()
    sold = {agent.store.save(a_sale(agent.store, f"{n:06}"))[0].id for n in range(3)}
    trial.turn()
    trial.set_back(copy)
    leader.round()
    trial.centre.hub.open_again()
    leader.round()
    assert trial.centre.sold() == []  # its own seat has the first turn
    trial.turn(leader, times=10)
    assert sold == set(trial.centre.sold())
    agent.round()
    assert agent.state.kind is LinkKind.LINKED
    assert _in_order(trial)


def test_the_store_of_somebody_who_went_home_is_sent_again_too(trial: Trial) -> None:
    gone = trial.join("8001")
    stores: list[Store] = [gone.store]
    clerk = trial.join("8006", others=lambda: stores)
    trial.turn()
    copy = trial.copy()
    note = gone.store.save(a_note(gone.store, "before going home"))[0].id
    trial.turn()
    trial.set_back(copy)
    clerk.round()
    trial.centre.hub.open_again()
    clerk.round()
    assert gone.store.unsent().count == 0
    reader = trial.join("8003")
    reader.round()
    assert note in reader.facts()
    assert _in_order(trial)


def test_an_origin_the_hub_has_forgotten_is_opened_again(trial: Trial) -> None:
    copy = trial.copy()
    agent = trial.join("8001")  # opened after the copy, and no other seat has read of it
    sold = agent.store.save(a_sale(agent.store))[0].id
    trial.turn()
    code = agent.store.origins()[0].code
    trial.set_back(copy)
    trial.centre.hub.open_again()
    trial.turn()
    assert agent.state.kind is LinkKind.LINKED
    assert trial.centre.sold() == [sold]
    other = trial.join("8006")
    assert other.store.origins()[0].code != code
    assert _in_order(trial)


def test_numbers_and_standings_are_as_before(trial: Trial) -> None:
    agent, clerk = trial.join("8001"), trial.join("8006")
    trial.turn()
    copy = trial.copy()
    for seat in (agent, clerk):
        seat.store.save(a_sale(seat.store, "000007"))
    trial.turn()
    before = [seat.standings() for seat in trial.seats]
    trial.set_back(copy)
    trial.turn()
    trial.centre.hub.open_again()
    trial.turn(clerk, agent, times=3)
    after = [seat.standings() for seat in trial.seats]
    for old, new in zip(before, after, strict=True):
        assert {fact: new[fact] for fact in old} == old
    assert trial.centre.hub.audit().disputes == 1
    assert _in_order(trial)
