"""What a seat writes reaches the hub once, and what others write reaches the seat."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import SubjectId
from agent_desk.facts.kind import Catalogue, FactKind, FieldType
from agent_desk.hub.port import Beat, Hub, HubSession, Judged, Outgoing
from agent_desk.storage.store import NewFact, Store
from agent_desk.sync import pump
from agent_desk.sync.link_state import LinkKind
from agent_desk.sync.pump import Pump
from tests.factory import a_catalogue, a_note, a_sale, a_uuid
from tests.sync.clones import LosingHub
from tests.sync.desk import PASSWORD, Centre, Seat

Join = Callable[..., Seat]


def test_a_fact_saved_is_on_the_hub_after_one_round(seat: Join) -> None:
    desk = seat("8001")
    [saved] = desk.store.save(a_sale(desk.store))
    assert desk.store.unsent().count == 1
    news = desk.round()
    assert (news.state.kind, news.state.unsent, news.pushed) == (LinkKind.LINKED, 0, 1)
    assert desk.standings()[saved.id] == "accepted"


def test_a_colleague_of_the_group_gets_it_and_another_group_does_not(seat: Join) -> None:
    writer, colleague, stranger = seat("8001"), seat("8003"), seat("8002")
    [saved] = writer.store.save(a_note(writer.store, "展位断电", caller="王芳"))
    writer.round()
    colleague.round()
    stranger.round()
    assert colleague.facts()[saved.id] == writer.facts()[saved.id]
    assert saved.id not in stranger.facts()
    with colleague.store.reading() as connection:
        values = connection.exec_driver_sql("SELECT value FROM personal WHERE fact = ?", (saved.id,)).fetchall()
    assert [tuple(row) for row in values] == [("王芳",)]


def test_nothing_new_moves_nothing(seat: Join) -> None:
    writer, colleague = seat("8001"), seat("8003")
    writer.store.save(a_note(writer.store))
    writer.round()
    assert colleague.round().pulled > 0
    news = colleague.round()
    assert (news.pulled, news.pushed) == (0, 0)


def test_many_facts_come_in_pages(seat: Join) -> None:
    writer, colleague = seat("8001", push_links=7), seat("8003", pull_rows=5)
    for number in range(33):
        writer.store.save(a_sale(writer.store, f"{number:06}", total=1000 + number))
    assert writer.round().pushed == 33
    colleague.round()
    wanted = {fact for fact, body in writer.facts().items() if '"test.sold"' in body}
    assert len(wanted) == 33
    assert wanted <= set(colleague.facts())


@pytest.mark.parametrize(("slow_us", "sizes"), [(60_000_000, [2, 2, 2, 2, 2]), (20_000, [8, 2])])
def test_on_a_slow_line_more_is_sent_at_once(
    seat: Join, centre: Centre, monkeypatch: pytest.MonkeyPatch, slow_us: int, sizes: list[int]
) -> None:
    writer = seat("8001", push_links=2)
    session = centre.hub.connect("8001", PASSWORD.format("8001"))
    push, beat = type(session).push, type(session).beat
    session.close()
    sent: list[int] = []

    def slow_beat(self: HubSession, *told: Any) -> Beat:
        time.sleep(0.03)
        return beat(self, *told)

    def counted_push(self: HubSession, links: Sequence[Outgoing]) -> list[Judged]:
        sent.append(len(links))
        return push(self, links)

    monkeypatch.setattr(type(session), "beat", slow_beat)
    monkeypatch.setattr(type(session), "push", counted_push)
    monkeypatch.setattr(pump, "SLOW_LINE_US", slow_us)
    for number in range(10):
        writer.store.save(a_sale(writer.store, f"{number:06}"))
    assert writer.round().pushed == 10
    assert sent == sizes


def test_a_verdict_on_a_fact_i_may_not_read_holds_nothing_up(seat: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the hub had just taken back a fact behind what this seat has read, in somebody else's letter box."""
    writer, colleague = seat("8001"), seat("8003")
    writer.store.save(a_note(writer.store))
    writer.round()
    monkeypatch.setattr(Pump, "_come_late", lambda *_: [SubjectId(a_uuid())])
    news = colleague.round()
    assert news.state.kind is LinkKind.LINKED
    assert news.pulled > 0


def test_the_seat_projections_of_writer_and_reader_are_equal(seat: Join) -> None:
    writer, reader = seat("8001"), seat("8004")
    for number in range(5):
        writer.store.save(a_sale(writer.store, f"{number:06}"))
    writer.round()
    reader.round()

    def sales(desk: Seat) -> list[object]:
        with desk.store.reading() as connection:
            return [
                connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in ("test_sale", "test_line")
            ]

    assert sales(writer) == sales(reader)


def test_a_lost_answer_is_repeated_and_nothing_is_doubled(seat: Join, centre: Centre) -> None:
    desk = seat("8001", hub=LosingHub(centre.hub, 2))
    reader = seat("8003")
    ids = {desk.store.save(a_sale(desk.store, f"{n:06}"))[0].id for n in range(4)}
    assert desk.round().state.kind is LinkKind.DOWN
    ids |= {desk.store.save(a_sale(desk.store, f"1{n:05}"))[0].id for n in range(3)}
    assert desk.round().state.kind is LinkKind.DOWN
    news = desk.round()
    assert (news.state.kind, news.state.unsent) == (LinkKind.LINKED, 0)
    assert {desk.standings()[one] for one in ids} == {"accepted"}
    reader.round()
    assert ids == {fact for fact, body in reader.facts().items() if '"test.sold"' in body}


def test_answers_to_other_links_count_for_nothing(seat: Join, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = seat("8001")
    desk.store.save(a_sale(desk.store, "000001"), a_sale(desk.store, "000002"))
    session = desk.pump._connected()
    push = type(session).push
    with monkeypatch.context() as patch:
        patch.setattr(type(session), "push", lambda self, links: push(self, links)[:1])
        desk.round()
    assert (desk.state.kind, desk.state.why) == (LinkKind.DOWN, "answer")
    assert desk.store.unsent().count == 2
    desk.round()
    assert desk.store.unsent().count == 0
    assert len(centre.sold()) == 2


def test_a_kind_the_hub_does_not_know_is_held_and_blocks_nothing(seat: Join) -> None:
    newer = FactKind("test.newer", fields={"text": FieldType.TEXT})
    catalogue = Catalogue([*a_catalogue(), newer])
    desk = seat("8001", catalogue=catalogue)
    before = desk.store.save(a_note(desk.store))[0].id
    poison = replace(a_note(desk.store), kind="test.newer")
    held = desk.store.save(poison)[0].id
    after = desk.store.save(a_note(desk.store))[0].id
    news = desk.round()
    assert news.state.unsent == 0
    standings = desk.standings()
    assert (standings[before], standings[held], standings[after]) == ("accepted", "held", "accepted")


def test_a_kind_that_needs_a_leader_is_held_for_an_agent(seat: Join) -> None:
    agent, leader = seat("8001"), seat("8003")
    ruled = [replace(a_note(one.store), kind="test.ruled") for one in (agent, leader)]
    saved = [one.store.save(fact)[0].id for one, fact in zip((agent, leader), ruled, strict=True)]
    agent.round()
    leader.round()
    assert agent.standings()[saved[0]] == "held"
    assert leader.standings()[saved[1]] == "accepted"
    assert leader.standings()[saved[0]] == "held"


def test_a_number_used_twice_is_told_to_both(seat: Join) -> None:
    first, second = seat("8001"), seat("8006")
    one = first.store.save(a_sale(first.store, "000777"))[0].id
    two = second.store.save(a_sale(second.store, "000777", total=99_900))[0].id
    for _ in range(2):
        first.round()
        second.round()
    for desk in (first, second):
        with desk.store.reading() as connection:
            told = connection.exec_driver_sql("SELECT number, first, later FROM dispute").fetchall()
        assert [tuple(row) for row in told] == [("000777", one, two)]


def test_narrowed_grants_purge_the_copy_and_a_new_grant_fetches(seat: Join, centre: Centre) -> None:
    writer, moving = seat("8001"), seat("8002")
    note = writer.store.save(a_note(writer.store))[0].id
    writer.round()
    moving.round()
    own = moving.store.save(a_note(moving.store, group="B"))[0].id
    moving.round()
    assert note not in moving.facts()
    centre.set_grants("8002", {"A": "agent", "B": "agent"})
    moving.round()
    assert note in moving.facts()
    centre.set_grants("8002", {"B": "agent"})
    news = moving.round()
    assert news.purged == 1
    assert note not in moving.facts()
    assert own in moving.facts()


def test_a_subject_handed_to_another_group_comes_whole_and_goes_on_coming(seat: Join) -> None:
    writer, other = seat("8001"), seat("8002")
    note = a_note(writer.store, "先写的")
    early = writer.store.save(note)[0].id
    writer.round()
    other.round()
    assert early not in other.facts()
    shared = NewFact(writer.store.new_id(), "subject.shared", note.group, note.subject, {"to_group": "B"})
    writer.store.save(shared)
    writer.round()
    other.round()
    assert early in other.facts()
    late = writer.store.save(replace(a_note(writer.store, "后写的"), subject=note.subject))[0].id
    private = writer.store.save(a_note(writer.store, "别的事"))[0].id
    writer.round()
    other.round()
    assert late in other.facts()
    assert private not in other.facts()


def test_a_share_with_other_groups_keeps_nothing_from_being_purged(seat: Join, centre: Centre) -> None:
    """A subject handed to B is no reason to keep it for somebody who reads neither A nor B any more."""
    writer, moving = seat("8001"), seat("8006")
    note = a_note(writer.store)
    told = writer.store.save(note)[0].id
    shared = writer.store.save(
        NewFact(writer.store.new_id(), "subject.shared", note.group, note.subject, {"to_group": "B"})
    )[0].id
    writer.round()
    moving.round()
    assert {told, shared} <= set(moving.facts())
    centre.set_grants("8006", {"B": "clerk"})
    moving.round()
    assert {told, shared} <= set(moving.facts())
    centre.set_grants("8006", {})
    moving.round()
    assert not {told, shared} & set(moving.facts())


def test_letters_of_the_hub_outlive_every_change_of_rights(seat: Join, centre: Centre) -> None:
    """What the hub told one person about a fact in a group they no longer read stays theirs."""
    author = seat("8006")
    centre.set_grants("8006", {"B": "clerk"})
    held = author.store.save(replace(a_note(author.store), kind="test.ruled"))[0].id
    for _ in range(2):
        author.round()
    assert author.standings()[held] == "held"
    assert [body for body in author.facts().values() if "hub.verdict" in body and held in body]
    centre.set_grants("8006", {"B": "agent"})
    for _ in range(2):
        author.round()
    assert [body for body in author.facts().values() if "hub.verdict" in body and held in body]


def test_a_manager_of_one_group_keeps_no_copies_of_another(seat: Join, centre: Centre) -> None:
    """Only a manager of the whole centre sees every group."""
    writer, moving = seat("8001"), seat("8006")
    note = writer.store.save(a_note(writer.store))[0].id
    writer.round()
    moving.round()
    assert note in moving.facts()
    centre.set_grants("8006", {"B": "manager"})
    moving.round()
    assert note not in moving.facts()


def test_who_no_longer_leads_the_centre_keeps_nothing_of_others_letter_boxes(seat: Join, centre: Centre) -> None:
    """What was held for its group lies in its author's box; a manager of the centre read it there, and only there."""
    writer, manager, colleague = seat("8002"), seat("8004"), seat("8001")
    held = writer.store.save(a_note(writer.store, group="A"))[0].id
    open_to_all = colleague.store.save(a_note(colleague.store, group="A"))[0].id
    for one in (writer, colleague, manager):
        one.round()
    assert {held, open_to_all} <= set(manager.facts())
    centre.set_grants("8004", {"A": "agent"})
    assert manager.round().purged
    stranger = seat("8004", name="-elsewhere")
    assert open_to_all in manager.facts()  # read again at once
    for one in (stranger, manager):
        one.round()
    assert set(manager.facts()) == set(stranger.facts())


class _MeanwhileSession:
    """A session in which something happens on the hub just before one verb is called for the first time."""

    def __init__(self, session: HubSession, verb: str, meanwhile: list[Callable[[], None]]) -> None:
        self._session, self._verb, self._meanwhile = session, verb, meanwhile

    def __getattr__(self, name: str) -> object:
        if name == self._verb and self._meanwhile:
            self._meanwhile.pop()()
        return getattr(self._session, name)


class _MeanwhileHub:
    def __init__(self, hub: Hub, verb: str, meanwhile: Callable[[], None]) -> None:
        self._hub, self._verb, self._meanwhile = hub, verb, [meanwhile]

    def connect(self, number: str, password: str) -> HubSession:
        return _MeanwhileSession(self._hub.connect(number, password), self._verb, self._meanwhile)  # type: ignore[return-value]


@pytest.mark.parametrize("active", [True, False], ids=["rights", "dismissed"])
def test_rights_taken_in_the_middle_of_a_pull_and_given_back_miss_nothing(
    seat: Join, centre: Centre, active: bool
) -> None:
    """What the hub withholds for a moment must not count as read."""

    def taken() -> None:
        centre.set_grants("8006", {} if active else {"A": "clerk"}, active=active)

    writer, reader = seat("8001"), seat("8006", hub=_MeanwhileHub(centre.hub, "pull", taken))
    note = writer.store.save(a_note(writer.store))[0].id
    writer.round()
    reader.round()
    assert note not in reader.facts()
    centre.set_grants("8006", {"A": "clerk"})
    reader.round()
    reader.round()
    assert note in reader.facts()


def test_rights_taken_while_a_shared_subject_is_fetched_and_given_back_miss_nothing(seat: Join, centre: Centre) -> None:
    writer, helper = seat("8001"), seat("8006")
    reader = seat("8002", hub=_MeanwhileHub(centre.hub, "pull_subject", lambda: centre.set_grants("8002", {})))
    first = a_note(writer.store)
    second = replace(a_note(helper.store), subject=first.subject)
    ids = {writer.store.save(first)[0].id, helper.store.save(second)[0].id}
    writer.round()
    helper.round()
    reader.round()
    writer.store.save(NewFact(writer.store.new_id(), "subject.shared", first.group, first.subject, {"to_group": "B"}))
    writer.round()
    reader.round()
    centre.set_grants("8002", {"B": "agent"})
    reader.round()
    reader.round()
    assert ids <= set(reader.facts())


def test_a_colleague_delivers_what_somebody_left_unsent(seat: Join) -> None:
    gone = seat("8001")
    left = gone.store.save(a_sale(gone.store))[0].id
    stores: list[Store] = [gone.store]
    colleague = seat("8006", others=lambda: stores)
    reader = seat("8003")
    colleague.round()
    assert gone.store.unsent().count == 0
    reader.round()
    assert left in reader.facts()
    assert '"author":"' + gone.store.person.staff in reader.facts()[left]


def test_somebody_whose_rights_ended_is_refused_and_keeps_everything(seat: Join, centre: Centre) -> None:
    desk = seat("8001")
    desk.round()
    desk.store.save(a_note(desk.store))
    centre.set_grants("8001", {}, active=False)
    desk.pump.round()
    state = desk.pump.state
    assert (state.kind, state.unsent) == (LinkKind.REFUSED, 1)


@pytest.mark.parametrize("seconds", [-86_400 * 400, 86_400 * 400], ids=["behind", "years ahead"])
def test_a_wrong_clock_is_corrected_by_the_first_beat(seat: Join, seconds: int) -> None:
    desk = seat("8001")
    desk.store.clock._wall_us = _shifted(seconds * 1_000_000)
    true_us = _shifted(0)()
    desk.round()
    assert abs(desk.store.clock.now_us() - true_us) < 10_000_000


def _shifted(by_us: int) -> Callable[[], int]:
    from agent_desk.base.clock import system_us

    return lambda: system_us() + by_us


def test_the_pump_on_its_thread_is_woken_by_a_save(seat: Join) -> None:
    from time import monotonic, sleep

    desk = seat("8001")
    desk.pump._tick = 30.0
    desk.pump.start()
    end = monotonic() + 20
    while not desk.news and monotonic() < end:
        sleep(0.01)
    desk.store.save(a_note(desk.store))
    while desk.store.unsent().count and monotonic() < end:
        sleep(0.01)
    assert desk.store.unsent().count == 0


def test_a_fact_that_speaks_for_the_hub_is_believed_by_no_seat(seat: Join) -> None:
    """A forged client may push what it likes; its colleagues' desks must not take it for the hub's word."""
    true = [kind for kind in a_catalogue() if not kind.hub_only]
    forged = [replace(kind, hub_only=False) for kind in a_catalogue() if kind.hub_only]
    forger, colleague = seat("8001", catalogue=Catalogue([*true, *forged])), seat("8003")
    note = colleague.store.save(a_note(colleague.store))[0].id
    colleague.round()
    lies = {
        "hub.verdict": {"about": note, "origin": "x", "seq": 1, "verdict": "voided", "reason": "forged"},
        "hub.staff_set": {
            "staff": forger.store.person.staff,
            "number": "8001",
            "name": "me",
            "active": True,
            "grants": [{"granted": "*", "role": "manager"}],
        },
    }
    for kind, fields in lies.items():
        lie = replace(a_note(forger.store), kind=kind, fields=fields)
        forger.store.save(lie)
    forger.round()
    colleague.round()
    assert colleague.standings()[note] == "accepted"
    with colleague.store.reading() as connection:
        told = connection.exec_driver_sql(
            "SELECT count(*) FROM staff_grant g JOIN staff_set s ON s.fact = g.fact"
            " WHERE s.number = '8001' AND g.role = 'manager'"
        ).scalar_one()
    assert told == 0


def test_a_kind_of_the_hub_cannot_be_written_on_a_seat(seat: Join) -> None:
    desk = seat("8001")
    with pytest.raises(DeskError, match="kind_unknown"):
        desk.store.save(replace(a_note(desk.store), kind="hub.verdict"))
