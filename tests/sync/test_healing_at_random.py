"""Days at random with a hub that is set back again and again: in the end everything is there, once. Embedded hub."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent_desk.base.ids import GroupId, OriginId
from agent_desk.facts.hub_kinds import HUB_STAFF
from agent_desk.facts.kind import Role
from agent_desk.sync import healing
from agent_desk.sync.link_state import LinkKind
from tests.factory import a_note, a_sale
from tests.sync.desk import Seat
from tests.sync.test_healing import Trial

SEATS = ("8001", "8006", "8003", "8002")


class Day:
    """One history: ``seed`` says what happens in it."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.trial = Trial(folder)
        self.seats = [self.trial.join(number) for number in SEATS]
        self.copies: list[Path] = []
        self.written: set[str] = set()
        self.silent, self.always_told = False, bool(seed % 2)
        self.copy()

    def run(self, steps: int) -> None:
        verbs = [self.write, self.write, self.turn, self.turn, self.turn, self.copy, self.administer, self.come_late,
                 self.lose]  # fmt: skip
        for _ in range(steps):
            self.chance.choice(verbs)()
        self.lose()
        self.trial.turn(times=14)

    def write(self) -> None:
        seat = self.chance.choice(self.seats)
        group = "B" if seat.number == "8002" else "A"
        for _ in range(self.chance.randint(1, 4)):
            number = f"{self.chance.randint(1, 12):06}"  # some are used twice
            new = self.chance.choice([a_sale(seat.store, number, group=group), a_note(seat.store, number, group=group)])
            self.written.add(seat.store.save(new)[0].id)

    def turn(self) -> None:
        for seat in self.chance.sample(self.seats, self.chance.randint(1, len(self.seats))):
            seat.round()

    def copy(self) -> None:
        self.copies.append(self.trial.folder / f"copy-{len(self.copies)}")
        self.trial.centre.hub.copy_to(self.copies[-1])

    def administer(self) -> None:
        hub = self.trial.centre.hub
        hub.add_group(f"G{self.chance.randint(1, 3)}", f"group {self.chance.random()}")
        more = {GroupId("B"): Role.CLERK} if self.chance.random() < 0.5 else {}
        hub.set_staff("8006", grants={GroupId("A"): Role.CLERK, **more})

    def come_late(self) -> None:
        """Somebody sits down at another seat: an origin the older copies know nothing of."""
        if len(self.seats) < 7:
            self.seats.append(self.trial.join("8001", name=f"-{len(self.seats)}"))

    def lose(self) -> None:
        told = self.always_told or self.chance.random() < 0.6
        self.trial.set_back(self.chance.choice(self.copies), told=told)
        if not told:
            self.silent = True  # whoever knows nothing newer goes on, and the hub says other things at the same places
            self.turn()
            self.trial.centre.hub.close_for_healing()
        for _ in range(self.chance.randint(0, 2)):
            self.turn()
        self.trial.centre.hub.open_again()

    # -- in the end -------------------------------------------------------------------------------

    def explain(self) -> None:
        """What the hub said to people none of whom had read it yet is nowhere: the only thing that may be missing."""
        hub, own = self.trial.centre.hub, self.hubs_own()
        for origin, first, last, _ in hub.gaps():
            assert origin in own
            hub.name_hole(OriginId(origin), first, last, "nobody had read it", HUB_STAFF)

    def twice_told(self, code: str, facts: Mapping[str, object]) -> bool:
        """What the hub said before and after it was set back in silence: the audit says so, as it must."""
        return self.silent and code == "chain" and facts["origin"] in self.hubs_own()

    def hubs_own(self) -> set[str]:
        with self.trial.centre.hub._file.reading() as cursor:
            return {row[0] for row in cursor.execute("select id from origin where staff = ?", (HUB_STAFF,)).fetchall()}

    def facts(self, group: str = "%") -> list[str]:
        query = "select fact from journal where kind like 'test.%' and grp like ? order by 1"
        with self.trial.centre.hub._file.reading() as cursor:
            return [row[0] for row in cursor.execute(query, (group,)).fetchall()]

    def readers(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.number == "8003"]


def check(day: Day) -> None:
    assert {(seat.state.kind, seat.state.why) for seat in day.seats} == {(LinkKind.LINKED, "")}
    assert [seat.store.unsent().count for seat in day.seats] == [0] * len(day.seats)
    assert day.facts() == sorted(day.written)
    day.explain()
    day.trial.turn(times=3)
    assert [one for one in day.trial.centre.hub.audit().problems if not day.twice_told(*one)] == []
    for reader in day.readers():
        assert set(day.facts("A")) <= set(reader.facts())
    for seat in day.seats:
        for fact, stands in seat.standings().items():
            assert stands == ("accepted" if fact in day.written else stands)


def a_day(seed: int, folder: Path, steps: int = 25) -> Day:
    day = Day(seed, folder)
    try:
        day.run(steps)
        check(day)
    finally:
        for seat in day.seats:
            seat.close()
        day.trial.centre.hub.close()
    return day


@pytest.mark.parametrize("seed", range(4))
def test_in_the_end_everything_is_there_once(seed: int, tmp_path: Path) -> None:
    a_day(seed, tmp_path)


def test_control_seats_that_believe_what_they_were_told_before_the_restore_are_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(healing, "hear_epoch", lambda *_: None)
    with pytest.raises(AssertionError):
        a_day(1, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 200))
def test_in_the_end_everything_is_there_once_for_long(seed: int, tmp_path: Path) -> None:
    a_day(seed, tmp_path, 60)
