"""Who gets in: on line, off line, unknown, run out, with a wrong password, with the clock set back."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, GroupId, OriginId
from agent_desk.facts.kind import Role
from agent_desk.hub.embedded_session import EmbeddedSession
from agent_desk.people.model import Password, Proof
from agent_desk.people.sign_in import SeatInfo, SignIn, plain_number
from agent_desk.settings.secrets import Entry, MemoryVault, Purpose
from tests.factory import a_note
from tests.people.conftest import GRACE_DAYS, Centre, Seat, Wall, kinds_in, password_of


def refused(work: Callable[[], object]) -> DeskError:
    """The error a verb ends in."""
    with pytest.raises(DeskError) as raised:
        work()
    return raised.value


def test_the_first_sign_in_makes_a_file_an_origin_and_a_spare_key(seat: Seat, centre: Centre) -> None:
    entered = seat.enter("8001")
    assert entered.proof is Proof.ON_LINE
    assert entered.who.name == "张伟"
    assert entered.who.staff == centre.staff["8001"]
    assert entered.who.grants == {GroupId("A"): Role.AGENT}
    assert kinds_in(entered.store) == ["people.signed_in"]
    [origin] = entered.store.origins()
    assert origin.key is not None
    assert origin.code is not None
    path = seat.place.store_of(centre.id, "8001")
    assert path.exists()
    assert path.with_name(path.name + ".recovery").exists()
    assert "8001" not in path.name


def test_the_second_sign_in_goes_on_in_the_same_file_and_origin(seat: Seat) -> None:
    first = seat.enter("8001")
    origins = first.store.origins()
    seat.door.leave(first)
    seat.restart()
    again = seat.enter("8001")
    assert [one.origin for one in again.store.origins()] == [one.origin for one in origins]
    assert kinds_in(again.store) == ["people.signed_in", "people.signed_in"]


def test_full_width_digits_of_a_chinese_keyboard_are_the_same_number(seat: Seat) -> None:
    assert plain_number(" ８００１\u3000") == "8001"
    assert seat.enter("８００１", password_of("8001")).who.number == "8001"
    assert refused(lambda: plain_number(" \t")).code == "number_missing"


def test_without_the_hub_the_last_good_password_opens(seat: Seat) -> None:
    seat.visit("8001")
    seat.cable.pull()
    seat.restart()
    entered = seat.enter("8001")
    assert entered.proof is Proof.OFF_LINE
    assert entered.why_not_on_line == "hub_away"
    assert entered.who.grants == {GroupId("A"): Role.AGENT}
    entered.store.save(a_note(entered.store))
    assert kinds_in(entered.store)[-1] == "test.noted"


@pytest.mark.parametrize(
    "fault",
    [
        DeskError("hub_untrusted", host="hub"),
        DeskError("hub_refused", why="closed"),
        DeskError("hub_refused", why="client_too_old"),
        DeskError("hub_fault", state="XX000"),
        DeskError("too_many_sessions"),
    ],
    ids=lambda fault: str(fault),
)
def test_a_hub_in_disorder_says_nothing_against_the_person(seat: Seat, fault: DeskError) -> None:
    seat.visit("8001")
    seat.cable.fault = fault
    entered = seat.enter("8001")
    assert (entered.proof, entered.why_not_on_line) == (Proof.OFF_LINE, fault.code)


def test_somebody_unknown_here_does_not_get_in_off_line(seat: Seat) -> None:
    seat.visit("8001")
    seat.cable.pull()
    assert refused(lambda: seat.enter("8002")).code == "person_unknown_here"


def test_a_wrong_password_off_line_is_refused_and_slows_down(seat: Seat, wall: Wall) -> None:
    seat.visit("8001")
    seat.cable.pull()
    for _ in range(3):
        assert refused(lambda: seat.enter("8001", "wrong")).code == "password_wrong"
    waiting = refused(lambda: seat.enter("8001"))
    assert waiting.code == "sign_in_wait"
    assert 0 < waiting.facts["seconds"] <= 5
    seat.restart()
    assert refused(lambda: seat.enter("8001")).code == "sign_in_wait"
    wall.pass_seconds(6)
    assert refused(lambda: seat.enter("8001", "wrong")).code == "password_wrong"
    waiting = refused(lambda: seat.enter("8001"))
    assert 5 < waiting.facts["seconds"] <= 10
    wall.pass_seconds(11)
    assert seat.enter("8001").proof is Proof.OFF_LINE
    assert seat.enter("8001").proof is Proof.OFF_LINE


def test_setting_the_clock_back_wins_no_free_guesses(seat: Seat, wall: Wall) -> None:
    seat.visit("8001")
    seat.cable.pull()
    for _ in range(3):
        refused(lambda: seat.enter("8001", "wrong"))
    wall.pass_seconds(-300)
    assert refused(lambda: seat.enter("8001")).code == "sign_in_wait"
    wall.pass_seconds(6)
    assert seat.enter("8001").proof is Proof.OFF_LINE


def test_a_password_the_hub_refuses_is_not_tried_off_line(seat: Seat, centre: Centre) -> None:
    """The verifier would still take it: the hub's word counts."""
    seat.visit("8001")
    centre.hub.set_staff("8001", password="a-new-one")
    assert refused(lambda: seat.enter("8001")).code == "sign_in_refused"


def test_a_password_once_refused_by_the_hub_is_dead_here_after_the_cable_is_pulled(seat: Seat, centre: Centre) -> None:
    seat.visit("8001")
    centre.hub.set_staff("8001", password="a-new-one")
    refused(lambda: seat.enter("8001"))
    seat.cable.pull()
    assert refused(lambda: seat.enter("8001")).code == "sign_in_revoked"
    seat.cable.plug()
    seat.door.leave(seat.enter("8001", "a-new-one"))
    seat.cable.pull()
    assert seat.enter("8001", "a-new-one").proof is Proof.OFF_LINE
    assert refused(lambda: seat.enter("8001")).code == "password_wrong"


def test_a_slip_at_the_hub_does_not_shut_the_off_line_door(seat: Seat) -> None:
    seat.visit("8001")
    assert refused(lambda: seat.enter("8001", "typo")).code == "sign_in_refused"
    seat.cable.pull()
    assert seat.enter("8001").proof is Proof.OFF_LINE


def test_a_new_password_that_only_the_hub_knows_does_not_open_off_line(seat: Seat, centre: Centre) -> None:
    seat.visit("8001")
    centre.hub.set_staff("8001", password="a-new-one")
    seat.cable.pull()
    assert refused(lambda: seat.enter("8001", "a-new-one")).code == "password_wrong"
    seat.cable.plug()
    assert seat.enter("8001", "a-new-one").proof is Proof.ON_LINE


def test_somebody_who_left_does_not_get_in_on_line_nor_afterwards(seat: Seat, centre: Centre) -> None:
    seat.visit("8001")
    centre.hub.set_staff("8001", active=False)
    assert refused(lambda: seat.enter("8001")).code in {"sign_in_refused", "rights_ended"}
    seat.cable.pull()
    assert refused(lambda: seat.enter("8001")).code == "sign_in_revoked"


def test_the_days_of_grace_end(seat: Seat, wall: Wall) -> None:
    seat.visit("8001")
    seat.cable.pull()
    wall.pass_days(GRACE_DAYS - 0.01)
    seat.door.leave(seat.enter("8001"))
    wall.pass_days(0.02)
    over = refused(lambda: seat.enter("8001"))
    assert (over.code, over.facts) == ("grace_over", {"days": GRACE_DAYS})
    seat.cable.plug()
    seat.visit("8001")
    seat.cable.pull()
    assert seat.enter("8001").proof is Proof.OFF_LINE


def test_the_centre_sets_the_days_of_grace(seat: Seat, centre: Centre, wall: Wall) -> None:
    centre.hub.set_centre(grace_days=2)
    seat.visit("8001")
    seat.cable.pull()
    wall.pass_days(1.9)
    seat.door.leave(seat.enter("8001"))
    wall.pass_days(0.2)
    over = refused(lambda: seat.enter("8001"))
    assert (over.code, over.facts) == ("grace_over", {"days": 2})
    seat.cable.plug()
    centre.hub.set_centre(grace_days=0)
    seat.visit("8001")
    seat.cable.pull()
    wall.pass_days(0.01)
    assert refused(lambda: seat.enter("8001")).code == "grace_over"


def test_setting_the_clock_back_does_not_lengthen_the_grace(seat: Seat, wall: Wall) -> None:
    seat.visit("8001")
    seat.cable.pull()
    for _ in range(GRACE_DAYS):
        wall.pass_days(0.9)
        seat.door.leave(seat.enter("8001"))
    wall.pass_days(-4)
    assert refused(lambda: seat.enter("8001")).code == "clock_set_back"
    wall.pass_days(4.7)
    assert refused(lambda: seat.enter("8001")).code == "grace_over"


def test_the_clock_cannot_be_set_back_behind_a_session_in_use(seat: Seat, wall: Wall) -> None:
    seat.visit("8001")
    seat.cable.pull()
    entered = seat.enter("8001")
    wall.pass_days(3)
    seat.door.keep_seen(entered)
    seat.restart()
    wall.pass_days(-3)
    assert refused(lambda: seat.enter("8001")).code == "clock_set_back"


def test_a_clock_put_right_by_minutes_is_no_offence(seat: Seat, wall: Wall) -> None:
    seat.visit("8001")
    seat.cable.pull()
    wall.pass_seconds(-5 * 60)
    assert seat.enter("8001").proof is Proof.OFF_LINE


def test_a_machine_whose_clock_is_wrong_by_hours_still_opens_off_line(seat: Seat, centre: Centre) -> None:
    """Grace is counted by the machine's own clock: the correction is unknown while the hub is away."""
    seat.visit("8001")
    seat.clock.correct(centre.wall() + 3 * 3600 * 10**6, centre.wall(), centre.wall())
    seat.door.leave(seat.enter("8001"))
    seat.cable.pull()
    seat.restart()
    assert seat.enter("8001").proof is Proof.OFF_LINE


def test_a_missing_key_is_said_and_no_new_key_made(seat: Seat) -> None:
    seat.visit("8001")
    seat.vault = MemoryVault()
    seat.restart()
    problem = refused(lambda: seat.enter("8001"))
    assert (problem.code, problem.facts["spare"]) == ("store_key_missing", True)
    seat.cable.pull()
    assert refused(lambda: seat.enter("8001")).code == "store_key_missing"


def test_an_origin_whose_answer_was_lost_is_asked_for_again(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[OriginId] = []
    real = EmbeddedSession.open_origin

    def cut(self: EmbeddedSession, origin: OriginId, at: str) -> object:
        opened = real(self, origin, at)
        asked.append(origin)
        if len(asked) == 1:
            raise DeskError("hub_away", why="cut")
        return opened

    monkeypatch.setattr(EmbeddedSession, "open_origin", cut)
    assert refused(lambda: seat.enter("8001")).code == "never_proven_here"
    entered = seat.enter("8001")
    assert asked[0] == asked[1]
    assert [one.origin for one in entered.store.origins()] == [asked[0]]


def test_a_file_that_came_from_another_installation_begins_a_new_origin(seat: Seat, centre: Centre) -> None:
    entered = seat.enter("8001")
    entered.store.save(a_note(entered.store))
    [before] = entered.store.origins()
    seat.door.leave(entered)
    seat.close()
    old_id = seat.place.installation()
    (seat.folder / "installation").unlink()
    new_id = seat.place.installation()
    keys = {number: Entry(Purpose.STORE_KEY, number, "8001") for number in (old_id, new_id)}
    seat.vault.put(keys[new_id], seat.vault.get(keys[old_id]) or "")
    seat.restart()
    again = seat.enter("8001")
    assert next(one.origin for one in again.store.origins()) == before.origin
    assert len(again.store.origins()) == 2
    seat.drain(again)
    assert again.store.unsent().count == 0
    report = centre.hub.audit()
    assert report.ok, report.problems
    assert (report.held, report.conflicts) == (0, 0)


def test_two_people_share_a_seat_and_the_pump_drains_both(seat: Seat) -> None:
    seat.visit("8001")
    seat.cable.pull()
    first = seat.enter("8001")
    for _ in range(3):
        first.store.save(a_note(first.store))
    seat.door.leave(first)
    seat.cable.plug()
    second = seat.enter("8002")
    [left] = seat.shelf.drainable(second.store)
    assert left is not second.store
    assert left.person.number == "8001"
    assert left.unsent().count == 5
    seat.drain(second)
    assert left.unsent().count == 0
    assert second.store.unsent().count == 0
    assert seat.shelf.drainable(second.store) == []
    assert not left.path.with_name(left.path.name + "-wal").exists()


def test_a_drained_file_is_looked_at_again_after_its_person_wrote(seat: Seat) -> None:
    seat.visit("8001")
    second = seat.enter("8002")
    seat.drain(second)
    assert seat.shelf.drainable(second.store) == []
    seat.cable.pull()
    first = seat.enter("8001")
    first.store.save(a_note(first.store))
    seat.door.leave(first)
    assert [one.person.number for one in seat.shelf.drainable(second.store)] == ["8001"]


def test_a_file_whose_key_is_gone_holds_up_nobody(seat: Seat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    seat.cable.pull()
    unproven = seat.door.enter_unproven("8001", "张伟", "some password")
    seat.door.leave(unproven)
    seat.cable.plug()
    seat.visit("8001")
    seat.vault = MemoryVault()
    seat.restart()
    second = seat.enter("8002")
    assert seat.shelf.drainable(second.store) == []
    assert "store_key_missing" in caplog.text


def test_the_same_person_on_two_seats_is_told(seat: Seat, other_seat: Seat) -> None:
    first = seat.enter("8001")
    seat.drain(first)
    assert other_seat.enter("8001").elsewhere == ("1",)


def test_somebody_of_another_centre_is_refused(seat: Seat, centre: Centre) -> None:
    seat.door = SignIn(
        seat.cable, seat.shelf, SeatInfo(CentreId(centre.staff["8002"]), "1", "test"), seat.clock, seat.verifier,
    )  # fmt: skip
    assert refused(lambda: seat.enter("8001")).code == "centre_wrong"


def test_a_password_does_not_show_itself() -> None:
    assert "geheim" not in repr(Password("geheim")) + str(Password("geheim")) + f"{Password('geheim')}"


def test_no_secret_reaches_the_log_or_an_error(
    seat: Seat, centre: Centre, wall: Wall, caplog: pytest.LogCaptureFixture
) -> None:
    """Every way in and every refusal, at the loudest logging."""
    caplog.set_level(logging.DEBUG)
    told: list[DeskError] = []
    entered = seat.enter("8001")
    key = entered.store.origins()[0].key
    assert key is not None
    told.append(refused(lambda: seat.enter("8001", "Typo-Geheim")))
    seat.door.witness(entered.who, "8003", password_of("8003"), "void", GroupId("A"))
    told.append(refused(lambda: seat.door.witness(entered.who, "8003", "Typo-Geheim", "void", GroupId("A"))))
    seat.door.leave(entered)
    seat.cable.pull()
    told += [refused(lambda: seat.enter("8001", "Typo-Geheim")) for _ in range(4)]
    told.append(refused(lambda: seat.enter("8002")))
    wall.pass_days(30)
    told.append(refused(lambda: seat.enter("8001")))
    unproven = seat.door.enter_unproven("8002", "王芳", "Geheim-too")
    seat.door.leave(unproven)
    centre.hub.set_staff("8001", password="a-new-Geheim")
    seat.cable.plug()
    told.append(refused(lambda: seat.enter("8001")))
    everything = caplog.text + "".join(
        f"{one} {one!r} {one.facts} {one.__cause__!r} {one.__context__!r}" for one in told
    )
    kept = seat.vault._kept.values()  # type: ignore[attr-defined]
    assert "Geheim" not in everything
    assert key.hex() not in everything
    assert not [secret for secret in kept if secret in everything]
    assert repr(entered).count("Geheim") == 0
    caplog.clear()
