"""People's verbs as the window speaks them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, SubjectId
from agent_desk.facts.body import parse
from agent_desk.facts.kind import Role
from agent_desk.hub.port import Beat, Presence
from agent_desk.people.model import Proof
from agent_desk.people.service import PeopleService
from agent_desk.people.session import Session
from agent_desk.ui.lane import Lane
from tests.factory import a_note, a_uuid
from tests.people.conftest import GRACE_DAYS, Centre, Seat, Wall, kinds_in, password_of

A = GroupId("A")
Result = TypeVar("Result")


@pytest.fixture
def service(seat: Seat, qapp: QCoreApplication) -> Iterator[PeopleService]:
    lane = Lane("people")
    made = PeopleService(seat.door, lane, seat.number, seat.clock)
    yield made
    lane.close()
    made.deleteLater()


def do(verb: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(verb)


def fails(verb: Coroutine[Any, Any, object]) -> DeskError:
    with pytest.raises(DeskError) as raised:
        do(verb)
    return raised.value


def sign_in(service: PeopleService, number: str = "8001") -> Session:
    return do(service.sign_in(number, password_of(number)))


def a_beat(seat: Seat, number: str = "8001") -> Beat:
    """What the pump's session hears now."""
    session = seat.cable.connect(number, password_of(number))
    beat = session.beat(Presence(seat.number, "ready", 0, 0, 0, "test"), ())
    session.close()
    return beat


def heard(session: Session) -> list[tuple[str, object]]:
    """Everything a session tells from now on."""
    told: list[tuple[str, object]] = []
    session.locked.connect(lambda why: told.append(("locked", why)))
    session.unlocked.connect(lambda: told.append(("unlocked", None)))
    session.proof_changed.connect(lambda proof: told.append(("proof", proof)))
    session.grants_changed.connect(lambda: told.append(("grants", None)))
    session.seen_elsewhere.connect(lambda seats: told.append(("elsewhere", seats)))
    session.password_asked.connect(lambda: told.append(("password", None)))
    session.ended.connect(lambda: told.append(("ended", None)))
    return told


def test_signing_in_and_out_leaves_both_facts_and_an_open_door(service: PeopleService, seat: Seat) -> None:
    session = sign_in(service)
    assert service.session is session
    assert (session.who.number, session.proof, session.is_locked) == ("8001", Proof.ON_LINE, False)
    assert session.role_in(A) is Role.AGENT
    assert fails(service.sign_in("8002", password_of("8002"))).code == "signed_in_already"
    told = heard(session)
    do(service.sign_out())
    assert told == [("ended", None)]
    assert service.session is None
    store = seat.shelf.open("8001")
    assert kinds_in(store) == ["people.signed_in", "people.signed_out"]
    assert fails(service.sign_out()).code == "nobody_signed_in"
    assert sign_in(service, "8002").who.number == "8002"


def test_a_failed_sign_in_leaves_nobody_signed_in(service: PeopleService) -> None:
    assert fails(service.sign_in("8001", "wrong")).code == "sign_in_refused"
    assert service.session is None


def test_locking_asks_for_the_password_again(service: PeopleService) -> None:
    session = sign_in(service)
    told = heard(session)
    service.lock("machine")
    service.lock("asked")
    assert session.is_locked
    assert fails(service.unlock("wrong")).code == "sign_in_refused"
    assert session.is_locked
    do(service.unlock(password_of("8001")))
    assert not session.is_locked
    assert told == [("locked", "machine"), ("unlocked", None)]


def test_unlocking_off_line_is_checked_here(service: PeopleService, seat: Seat) -> None:
    session = sign_in(service)
    seat.cable.pull()
    service.lock()
    assert fails(service.unlock("wrong")).code == "password_wrong"
    do(service.unlock(password_of("8001")))
    assert (session.proof, session.is_locked) == (Proof.OFF_LINE, False)
    assert kinds_in(session.store) == ["people.signed_in"]


def test_another_persons_password_does_not_unlock(service: PeopleService) -> None:
    session = sign_in(service)
    service.lock()
    assert fails(service.unlock(password_of("8002"))).code == "sign_in_refused"
    assert session.is_locked


def test_unlocking_keeps_one_hold_on_the_file(service: PeopleService, seat: Seat) -> None:
    session = sign_in(service)
    store = session.store
    for _ in range(2):
        service.lock()
        do(service.unlock(password_of("8001")))
    do(service.sign_out())
    assert not store.path.with_name(store.path.name + "-wal").exists()


def test_a_lock_over_an_unproven_session_opens_with_its_own_password(service: PeopleService, seat: Seat) -> None:
    seat.cable.pull()
    session = do(service.sign_in_unproven("8002", "王芳", "today"))
    assert not session.is_proven
    service.lock()
    assert fails(service.unlock("tomorrow")).code == "password_wrong"
    do(service.unlock("today"))
    assert not session.is_locked


def test_the_hub_coming_back_proves_an_off_line_session_and_renews_the_grace(
    service: PeopleService, seat: Seat, wall: Wall
) -> None:
    seat.visit("8001")
    seat.cable.pull()
    wall.pass_days(GRACE_DAYS - 1)
    session = sign_in(service)
    told = heard(session)
    seat.cable.plug()
    do(service.hear_beat(a_beat(seat)))
    assert told == [("proof", "on_line")]
    assert session.is_proven
    do(service.sign_out())
    seat.cable.pull()
    wall.pass_days(GRACE_DAYS - 1)
    assert sign_in(service).proof is Proof.OFF_LINE


def test_days_of_grace_set_anew_hold_from_the_next_beat(
    service: PeopleService, seat: Seat, centre: Centre, wall: Wall
) -> None:
    sign_in(service)
    do(service.hear_beat(a_beat(seat)))
    centre.hub.set_centre(grace_days=1)
    do(service.hear_beat(a_beat(seat)))
    do(service.sign_out())
    seat.cable.pull()
    wall.pass_days(1.1)
    assert fails(service.sign_in("8001", password_of("8001"))).code == "grace_over"


def test_a_beat_brings_new_grants_and_other_seats(
    service: PeopleService, seat: Seat, other_seat: Seat, centre: Centre
) -> None:
    session = sign_in(service)
    told = heard(session)
    elsewhere = other_seat.enter("8001")
    other_seat.drain(elsewhere)
    do(service.hear_beat(a_beat(seat)))
    assert told == [("elsewhere", ["2"])]
    centre.hub.set_staff("8001", grants={A: Role.LEADER})
    do(service.hear_beat(a_beat(seat)))
    assert told[1:] == [("grants", None)]
    assert session.role_in(A) is Role.LEADER
    do(service.sign_out())
    seat.cable.pull()
    assert sign_in(service).role_in(A) is Role.LEADER


def test_a_foreign_beat_changes_nothing(service: PeopleService, seat: Seat) -> None:
    session = sign_in(service)
    do(service.hear_beat(a_beat(seat, "8004")))
    assert session.role_in(A) is Role.AGENT


def test_a_password_changed_meanwhile_is_asked_for_and_work_goes_on(
    service: PeopleService, seat: Seat, centre: Centre
) -> None:
    session = sign_in(service)
    told = heard(session)
    centre.hub.set_staff("8001", password="new-one")
    do(service.hear_refusal("sign_in_refused"))
    assert told == [("password", None)]
    session.store.save(a_note(session.store))
    do(service.unlock("new-one"))
    assert session.password.value == "new-one"
    seat.drain(session.entered)
    assert session.store.unsent().count == 0


def test_rights_that_ended_lock_the_seat_and_its_off_line_door(
    service: PeopleService, seat: Seat, centre: Centre
) -> None:
    session = sign_in(service)
    told = heard(session)
    centre.hub.set_staff("8001", active=False)
    do(service.hear_refusal("hub_refused", "rights"))
    assert told == [("locked", "rights")]
    seat.cable.pull()
    assert fails(service.unlock(password_of("8001"))).code == "sign_in_revoked"


def test_a_session_in_use_keeps_the_clock_from_being_set_back(service: PeopleService, seat: Seat, wall: Wall) -> None:
    sign_in(service)
    wall.pass_days(1)
    do(service.keep_seen())
    seat.cable.pull()
    wall.pass_days(-1)
    service.lock()
    assert fails(service.unlock(password_of("8001"))).code == "clock_set_back"


def test_a_leaders_word_is_a_fact_that_names_both(service: PeopleService, seat: Seat, centre: Centre) -> None:
    session = sign_in(service)
    subject = SubjectId(a_uuid())
    given: list[object] = []
    service.authorised.connect(given.append)
    witness = do(service.authorise("8003", password_of("8003"), "receipt.void", A, subject))
    assert given == [witness]
    with session.store.reading() as connection:
        text = connection.exec_driver_sql("SELECT body FROM fact WHERE kind = 'people.authorised'").scalar_one()
    body = parse(text)
    assert (body.author, body.witness) == (centre.staff["8001"], centre.staff["8003"])
    assert body.subject == subject
    assert body.fields == {
        "act": "receipt.void", "about": subject, "leader": centre.staff["8003"], "proof": "on_line",
    }  # fmt: skip
    seat.drain(session.entered)
    report = centre.hub.audit()
    assert report.ok
    assert report.held == 0


def test_a_refused_word_leaves_no_fact(service: PeopleService) -> None:
    session = sign_in(service)
    problem = fails(service.authorise("8002", password_of("8002"), "receipt.void", A, SubjectId(a_uuid())))
    assert problem.code == "authorise_role"
    assert kinds_in(session.store) == ["people.signed_in"]


def test_revealing_and_exporting_ask_for_a_reason_and_are_facts(service: PeopleService) -> None:
    session = sign_in(service)
    fact, subject = FactId(a_uuid()), SubjectId(a_uuid())
    for empty in ("", "  ", "。", "-"):
        assert fails(service.reveal("payer_phone", fact, subject, A, empty)).code == "reason_missing"
        assert fails(service.export("receipts", 12, empty)).code == "reason_missing"
    do(service.reveal("payer_phone", fact, subject, A, "回访 "))
    do(service.export("receipts", 12, "对账"))
    with session.store.reading() as connection:
        revealed = connection.exec_driver_sql("SELECT what, about, reason FROM revealed").fetchall()
        exported = connection.exec_driver_sql("SELECT what, count, reason FROM exported").fetchall()
    assert [tuple(row) for row in revealed] == [("payer_phone", fact, "回访")]
    assert [tuple(row) for row in exported] == [("receipts", 12, "对账")]


def test_claims_are_listed_and_confirmed(service: PeopleService, seat: Seat) -> None:
    seat.cable.pull()
    session = do(service.sign_in_unproven("8002", "王芳", "today"))
    session.store.save(a_note(session.store, group="*"))
    assert do(service.claimed()) == []
    do(service.sign_out())
    seat.cable.plug()
    sign_in(service, "8002")
    taken: list[int] = []
    service.confirmed.connect(taken.append)
    [claimed] = do(service.claimed())
    assert do(service.confirm(claimed)) == 1
    assert taken == [1]
    assert do(service.claimed()) == []


def test_short_numbers_of_a_session(service: PeopleService, seat: Seat) -> None:
    session = sign_in(service)
    code = session.store.origins()[-1].code
    with session.store.writing() as writing:
        first = str(session.short_number(writing, "R"))
        second = str(session.short_number(writing, "R"))
    assert first.split("-")[1:] == [str(code), "1"]
    assert second.split("-")[1:] == [str(code), "2"]
    do(service.sign_out())
    seat.cable.pull()
    unproven = do(service.sign_in_unproven("8002", "王芳", "today"))
    with unproven.store.writing() as writing:
        number = unproven.short_number(writing, "R")
    assert number.code.startswith("U")
    assert len(number.code) == 5
