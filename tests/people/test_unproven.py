"""Working without proof: the facts stay here until their person, on line, takes them as their own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, GroupId
from agent_desk.facts.kind import Role
from agent_desk.people.model import Proof
from agent_desk.people.sign_in import Entered
from tests.factory import a_note, a_sale
from tests.people.conftest import Centre, Seat, kinds_in, password_of
from tests.people.test_sign_in import refused

PASSWORD = "what I use today"


def begin(seat: Seat, number: str = "8002", name: str = "王芳", password: str = PASSWORD) -> Entered:
    """An unproven session while the hub is away."""
    seat.cable.pull()
    return seat.door.enter_unproven(number, name, password)


def write_two(entered: Entered) -> list[str]:
    """Two facts, one with personal values."""
    group = entered.who.home
    saved = entered.store.save(a_note(entered.store, caller="赵先生", group=group), a_sale(entered.store, group=group))
    return [one.id for one in saved]


def teach_staff_list(seat: Seat) -> None:
    """Somebody else works here on line, so that the centre's staff list has come to this seat."""
    entered = seat.enter("8001")
    seat.drain(entered)
    seat.door.leave(entered)


def on_the_hub(centre: Centre) -> dict[str, dict[str, object]]:
    """Every body that seats brought to the hub, by fact."""
    return {told["id"]: told for told in map(json.loads, centre.hub.bodies())}


def test_nobody_is_turned_away_but_nothing_is_sent(seat: Seat) -> None:
    entered = begin(seat)
    assert entered.proof is Proof.UNPROVEN
    assert (entered.who.number, entered.who.name) == ("8002", "王芳")
    write_two(entered)
    assert [one.key for one in entered.store.origins()] == [None]
    assert entered.store.unsent().count == 3
    seat.door.leave(entered)
    seat.cable.plug()
    other = seat.enter("8001")
    assert seat.shelf.drainable(other.store) == []


def test_no_leader_is_made_without_proof(seat: Seat) -> None:
    teach_staff_list(seat)
    entered = begin(seat, "8003", "李娜")
    assert entered.who.grants == {GroupId("A"): Role.AGENT}
    manager = seat.door.enter_unproven("8004", "刘洋", PASSWORD)
    assert manager.who.grants == {EVERYONE: Role.AGENT}
    assert not manager.who.may_authorise(GroupId("A"))


def test_the_same_password_opens_the_same_file_again(seat: Seat) -> None:
    first = begin(seat)
    write_two(first)
    path = first.store.path
    seat.door.leave(first)
    seat.restart()
    again = begin(seat)
    assert again.store.path == path
    assert kinds_in(again.store).count("people.signed_in") == 2


def test_somebody_else_under_the_same_number_gets_a_file_of_their_own(seat: Seat) -> None:
    first = begin(seat)
    second = seat.door.enter_unproven("8002", "someone else", "another password")
    assert second.store is not first.store
    assert len(seat.shelf.unproven_of("8002")) == 2


def test_a_name_is_asked_for(seat: Seat) -> None:
    assert refused(lambda: begin(seat, name="  ")).code == "name_missing"
    assert refused(lambda: begin(seat, password="")).code == "password_missing"


def test_a_person_on_the_staff_list_keeps_their_origin_when_they_confirm(seat: Seat, centre: Centre) -> None:
    teach_staff_list(seat)
    unproven = begin(seat)
    assert unproven.who.staff == centre.staff["8002"]
    written = write_two(unproven)
    [origin] = unproven.store.origins()
    path = unproven.store.path
    seat.door.leave(unproven)
    seat.cable.plug()
    entered = seat.enter("8002")
    [claimed] = seat.door.claimed(entered)
    assert [one.id for one in claimed.written] == written
    assert claimed.name == "王芳"
    assert seat.door.confirm(entered, claimed) == 2
    assert seat.door.claimed(entered) == []
    [left] = seat.shelf.drainable(entered.store)
    assert left.path == path
    assert left.origins()[0].origin == origin.origin
    assert left.origins()[0].key is not None
    seat.drain(entered)
    held = on_the_hub(centre)
    assert set(written) <= set(held)
    assert {held[one]["author"] for one in written} == {centre.staff["8002"]}
    report = centre.hub.audit()
    assert report.ok, report.problems
    assert (report.held, report.conflicts) == (0, 0)


def test_a_person_the_seat_never_heard_of_has_the_facts_written_again_with_the_same_ids(
    seat: Seat, centre: Centre
) -> None:
    unproven = begin(seat)
    assert unproven.who.staff != centre.staff["8002"]
    written = write_two(unproven)
    times = [one.happened for one in seat.door.claimed(replace(unproven, proof=Proof.ON_LINE))[0].written]
    seat.door.leave(unproven)
    seat.cable.plug()
    entered = seat.enter("8002")
    [claimed] = seat.door.claimed(entered)
    assert seat.door.confirm(entered, claimed) == 2
    seat.drain(entered)
    held = on_the_hub(centre)
    assert [held[one]["happened"] for one in written] == times
    assert {held[one]["author"] for one in written} == {centre.staff["8002"]}
    assert {held[one]["group"] for one in written} == {"A"}
    with entered.store.reading() as connection:
        caller = connection.exec_driver_sql("SELECT value FROM personal WHERE fact = ?", (written[0],)).scalar_one()
    assert caller == "赵先生"
    assert seat.shelf.drainable(entered.store) == []
    report = centre.hub.audit()
    assert report.ok, report.problems
    assert (report.held, report.conflicts) == (0, 0)


@pytest.mark.parametrize("listed", [True, False], ids=["on the staff list", "never heard of"])
def test_what_is_denied_is_told_to_the_leader(seat: Seat, centre: Centre, listed: bool) -> None:
    if listed:
        teach_staff_list(seat)
    unproven = begin(seat)
    mine, foreign = write_two(unproven)
    seat.door.leave(unproven)
    seat.cable.plug()
    entered = seat.enter("8002")
    [claimed] = seat.door.claimed(entered)
    assert seat.door.confirm(entered, claimed, [claimed.written[1].id]) == 1
    seat.drain(entered)
    held = on_the_hub(centre)
    [denied] = [one for one in held.values() if one["kind"] == "people.denied"]
    assert denied["fields"] == {"about": foreign, "kind": "test.sold"}
    assert mine in held
    assert (foreign in held) is listed
    assert centre.hub.audit().ok


@pytest.mark.parametrize("listed", [True, False], ids=["on the staff list", "never heard of"])
@pytest.mark.parametrize("cut_at", [1, 2, 3, 4])
def test_confirming_cut_short_at_any_step_is_repeated_without_doubling(
    seat: Seat, centre: Centre, listed: bool, cut_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write to the disk is a step; the program ends at one of them, starts again and repeats."""
    from agent_desk.storage.store import Store

    if listed:
        teach_staff_list(seat)
    unproven = begin(seat)
    written = write_two(unproven)
    seat.door.leave(unproven)
    seat.cable.plug()
    entered = seat.enter("8002")
    [claimed] = seat.door.claimed(entered)
    steps: list[int] = []
    real = Store.writing

    def cutting(self: Store):  # type: ignore[no-untyped-def]
        steps.append(1)
        if len(steps) == cut_at:
            raise DeskError("disk_full", file="x")
        return real(self)

    monkeypatch.setattr(Store, "writing", cutting)
    try:
        seat.door.confirm(entered, claimed)
        finished = True
    except DeskError:
        finished = False
    monkeypatch.undo()
    seat.restart()
    entered = seat.enter("8002")
    for left in seat.door.claimed(entered):
        assert not finished
        seat.door.confirm(entered, left)
    seat.drain(entered)
    held = on_the_hub(centre)
    assert set(written) <= set(held)
    assert len([one for one in held.values() if one["kind"] == "people.confirmed"]) == 1
    report = centre.hub.audit()
    assert report.ok, report.problems
    assert report.conflicts == 0


def test_confirming_needs_the_hub_and_the_list_that_was_read(seat: Seat) -> None:
    unproven = begin(seat)
    write_two(unproven)
    seat.cable.plug()
    entered = seat.enter("8002")
    [claimed] = seat.door.claimed(entered)
    off_line = replace(entered, proof=Proof.OFF_LINE)
    assert refused(lambda: seat.door.confirm(off_line, claimed)).code == "confirm_on_line"
    write_two(unproven)
    assert refused(lambda: seat.door.confirm(entered, claimed)).code == "unproven_list_changed"


def test_a_person_whose_grace_is_over_can_go_on_without_proof(seat: Seat) -> None:
    seat.visit("8002")
    seat.cable.pull()
    seat.centre.wall.pass_days(30)
    assert refused(lambda: seat.enter("8002")).code == "grace_over"
    entered = seat.door.enter_unproven("8002", "王芳", password_of("8002"))
    written = write_two(entered)
    seat.door.leave(entered)
    seat.cable.plug()
    again = seat.enter("8002")
    [claimed] = seat.door.claimed(again)
    assert [one.id for one in claimed.written] == written
    assert seat.door.confirm(again, claimed) == 2
