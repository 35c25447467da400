"""A leader's word at another's screen."""

from __future__ import annotations

import pytest

from agent_desk.base.ids import GroupId
from agent_desk.facts.kind import Role
from agent_desk.people.model import Proof
from tests.people.conftest import GRACE_DAYS, Centre, Seat, Wall, kinds_in, password_of
from tests.people.test_sign_in import refused

A, B = GroupId("A"), GroupId("B")


def ask(seat: Seat, number: str, group: GroupId = A, password: str = ""):  # type: ignore[no-untyped-def]
    """Let somebody allow an act at 8001's screen."""
    entered = seat.enter("8001")
    try:
        return seat.door.witness(entered.who, number, password or password_of(number), "receipt.void", group)
    finally:
        seat.door.leave(entered)


@pytest.mark.parametrize(
    ("number", "group", "role"),
    [("8003", A, Role.LEADER), ("8004", A, Role.MANAGER), ("8004", B, Role.MANAGER), ("8005", B, Role.LEADER)],
)
def test_leader_and_manager_may(seat: Seat, centre: Centre, number: str, group: GroupId, role: Role) -> None:
    witness = ask(seat, number, group)
    assert (witness.staff, witness.role, witness.proof) == (centre.staff[number], role, Proof.ON_LINE)
    assert witness.act == "receipt.void"


@pytest.mark.parametrize(
    ("number", "group"), [("8002", A), ("8003", B), ("8005", A), ("8006", A)],
    ids=["agent", "other group's leader", "other group's leader", "admin"],
)  # fmt: skip
def test_nobody_else_may(seat: Seat, number: str, group: GroupId) -> None:
    assert refused(lambda: ask(seat, number, group)).code == "authorise_role"


def test_nobody_authorises_oneself(seat: Seat) -> None:
    entered = seat.enter("8003")
    for typed in ("8003", "８００３"):
        problem = refused(lambda typed=typed: seat.door.witness(entered.who, typed, password_of("8003"), "x", A))
        assert problem.code == "authorise_oneself"
    seat.cable.pull()
    problem = refused(lambda: seat.door.witness(entered.who, "8003", password_of("8003"), "x", A))
    assert problem.code == "authorise_oneself"


def test_a_wrong_password_is_no_word(seat: Seat) -> None:
    assert refused(lambda: ask(seat, "8003", password="wrong")).code == "sign_in_refused"


def test_off_line_a_leader_known_here_may(seat: Seat, centre: Centre) -> None:
    seat.visit("8001")
    seat.visit("8003")
    seat.cable.pull()
    witness = ask(seat, "8003")
    assert (witness.staff, witness.proof) == (centre.staff["8003"], Proof.OFF_LINE)
    assert refused(lambda: ask(seat, "8003", B)).code == "authorise_role"


def test_off_line_a_leader_unknown_here_may_not(seat: Seat) -> None:
    seat.visit("8001")
    seat.cable.pull()
    assert refused(lambda: ask(seat, "8003")).code == "authorise_unknown_here"


def test_off_line_a_leaders_grace_ends_too_and_wrong_words_are_counted(seat: Seat, wall: Wall) -> None:
    seat.visit("8001")
    seat.visit("8003")
    seat.cable.pull()
    for _ in range(3):
        assert refused(lambda: ask(seat, "8003", password="wrong")).code == "password_wrong"
    assert refused(lambda: ask(seat, "8003")).code == "sign_in_wait"
    wall.pass_days(GRACE_DAYS - 1)
    seat.cable.plug()
    seat.visit("8001")
    seat.cable.pull()
    wall.pass_days(2)
    assert refused(lambda: ask(seat, "8003")).code == "grace_over"


def test_a_leader_dismissed_since_is_refused_by_the_hubs_word(seat: Seat, centre: Centre) -> None:
    seat.visit("8003")
    centre.hub.set_staff("8003", active=False)
    assert refused(lambda: ask(seat, "8003")).code in {"sign_in_refused", "rights_ended"}
    seat.cable.pull()
    assert refused(lambda: ask(seat, "8003")).code == "sign_in_revoked"


def test_a_leader_degraded_since_is_refused_on_line(seat: Seat, centre: Centre) -> None:
    seat.visit("8003")
    centre.hub.set_staff("8003", grants={A: Role.AGENT})
    assert refused(lambda: ask(seat, "8003")).code == "authorise_role"


def test_the_leaders_file_is_closed_again_and_nothing_written_in_it(seat: Seat) -> None:
    seat.visit("8003")
    seat.visit("8001")
    seat.cable.pull()
    ask(seat, "8003")
    store = seat.shelf.open("8003")
    assert kinds_in(store) == ["people.signed_in"]
    seat.shelf.release(store)
    assert not store.path.with_name(store.path.name + "-wal").exists()
