"""Two machines go on from one disk: who keeps the paper numbers, and short numbers that never meet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from agent_desk.base.ids import SubjectId
from agent_desk.people.model import MACHINE_NAMED
from agent_desk.people.session import Session
from agent_desk.people.sign_in import Entered
from agent_desk.storage.numbers import Numbers, lineage, numbers
from agent_desk.storage.store import NewFact
from tests.factory import a_note
from tests.people.conftest import Cable, Centre, Seat, kinds_in


@pytest.fixture
def copy(seat: Seat, centre: Centre) -> Iterator[Seat]:
    """A second machine with the seat's disk and the seat's keys, made after 8001 had worked there once."""
    seat.visit("8001")
    seat.close()
    shutil.copytree(seat.folder, seat.folder.with_name("copy"))
    seat.restart()
    made = Seat(centre, seat.folder.with_name("copy"), seat.vault, Cable(centre.hub))
    yield made
    made.close()


def state(seat: Seat, entered: Entered) -> Numbers:
    with entered.store.reading() as connection:
        return numbers(connection, entered.store.tables, entered.who.staff, seat.number)


def say(entered: Entered, seat: str, *, keeps: bool) -> None:
    """What the window writes down when a person has answered."""
    store = entered.store
    with store.reading() as connection:
        *earlier, current = (one.origin for one in lineage(connection))
    for before in earlier or [current]:
        fields = {"origin": current, "forked_from": before, "keeps_numbers": keeps, "seat": seat}
        store.save(NewFact(store.new_id(), MACHINE_NAMED.name, entered.who.home, SubjectId(entered.who.staff), fields))


def both_at_work(seat: Seat, copy: Seat) -> tuple[Entered, Entered]:
    first = seat.enter("8001")
    seat.drain(first)
    second = copy.enter("8001")
    copy.drain(second)
    seat.drain(first)
    return first, second


@pytest.mark.parametrize("keeps", [True, False])
def test_the_copy_is_asked_and_its_word_is_heard_by_the_other(seat: Seat, copy: Seat, keeps: bool) -> None:
    first, second = both_at_work(seat, copy)
    assert (state(seat, first), state(copy, second)) == (Numbers.FREE, Numbers.ASKED)
    say(second, copy.number, keeps=keeps)
    copy.drain(second)
    seat.drain(first)
    told = (state(seat, first), state(copy, second))
    assert told == ((Numbers.ELSEWHERE, Numbers.FREE) if keeps else (Numbers.FREE, Numbers.ELSEWHERE))
    copy.number = "2"  # IT gave it a seat number of its own
    seat.number = "3"
    assert (state(seat, first), state(copy, second)) == (Numbers.FREE, Numbers.FREE)


def test_the_last_word_counts_on_both(seat: Seat, copy: Seat) -> None:
    first, second = both_at_work(seat, copy)
    say(second, "1", keeps=True)
    copy.drain(second)
    seat.drain(first)
    say(first, "1", keeps=True)
    seat.drain(first)
    copy.drain(second)
    assert (state(seat, first), state(copy, second)) == (Numbers.FREE, Numbers.ELSEWHERE)


def test_a_copy_of_the_copy_is_asked_anew_and_stops_everybody_else(seat: Seat, copy: Seat, centre: Centre) -> None:
    first, second = both_at_work(seat, copy)
    say(second, "1", keeps=False)
    copy.drain(second)
    copy.door.leave(second)
    copy.close()
    shutil.copytree(copy.folder, copy.folder.with_name("third"))
    copy.restart()
    third = Seat(centre, copy.folder.with_name("third"), seat.vault, Cable(centre.hub))
    second = copy.enter("8001")
    copy.drain(second)
    last = third.enter("8001")
    third.drain(last)
    assert state(third, last) is Numbers.ASKED
    say(last, "1", keeps=True)
    for one, entered in ((third, last), (copy, second), (seat, first)):
        one.drain(entered)
    assert state(third, last) is Numbers.FREE
    assert (state(copy, second), state(seat, first)) == (Numbers.ELSEWHERE, Numbers.ELSEWHERE)
    third.close()


def test_nobody_elses_word_stops_my_numbers(seat: Seat, copy: Seat) -> None:
    first, second = both_at_work(seat, copy)
    say(second, "1", keeps=False)
    stranger = copy.enter("8002")
    origin = first.store.origins()[-1].origin
    fields = {"origin": stranger.store.origins()[-1].origin, "forked_from": origin, "keeps_numbers": True, "seat": "1"}
    subject = SubjectId(stranger.who.staff)
    stranger.store.save(NewFact(stranger.store.new_id(), MACHINE_NAMED.name, stranger.who.home, subject, fields))
    copy.drain(stranger)
    seat.drain(first)
    assert kinds_in(first.store).count(MACHINE_NAMED.name) == 2
    assert state(seat, first) is Numbers.FREE


def test_short_numbers_of_a_running_session_take_the_new_code_at_once(
    seat: Seat, copy: Seat, qapp: QApplication
) -> None:
    first = seat.enter("8001")
    seat.drain(first)
    second = copy.enter("8001")
    session = Session(second, 0)

    def draw(one: Session) -> str:
        with one.store.writing() as writing:
            writing.add(a_note(one.store))
            return str(one.short_number(writing, "R"))

    before = draw(session)
    copy.drain(second)
    after = draw(session)
    assert before.split("-")[1] != after.split("-")[1]
    assert after.endswith("-1")
    other = Session(first, 0)
    assert draw(other).split("-")[1] == before.split("-")[1]
    for one in (session, other):
        one.deleteLater()
