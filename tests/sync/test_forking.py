"""Copied disks and old images: nothing is lost, nothing doubled, every machine goes on, and the audit finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import OriginId
from agent_desk.hub.port import Beat, Fork, Hub, HubSession, Opened
from agent_desk.storage import forking as moving
from agent_desk.storage.store import Store
from agent_desk.sync import forking
from agent_desk.sync.link_state import LinkKind
from agent_desk.sync.pump import Pump
from tests.factory import a_note, a_sale, a_uuid
from tests.sync.clones import LosingHub, Machines
from tests.sync.desk import PASSWORD, Centre, Seat


@pytest.fixture
def machines(centre: Centre, tmp_path: Path) -> Iterator[Machines]:
    made = Machines(lambda: centre.hub, tmp_path)
    yield made
    made.close()


def sell(seat: Seat, count: int, book: str) -> set[str]:
    """So many sales, each under a number of its own."""
    return {seat.store.save(a_sale(seat.store, f"{book}{n:04}", total=1000 + n))[0].id for n in range(count)}


def settle(*seats: Seat) -> None:
    """Rounds until everybody has sent and read everything."""
    for _ in range(4):
        for seat in seats:
            seat.round()
            seat.pump._hang_up()  # a login holds three sessions
    for seat in seats:
        assert (seat.state.kind, seat.state.unsent) == (LinkKind.LINKED, 0), seat.state


def sales(seat: Seat) -> set[str]:
    return {fact for fact, body in seat.facts().items() if '"kind":"test.sold"' in body}


def shown(seat: Seat) -> list[tuple[object, ...]]:
    """What the views of a seat are drawn from: every sale with its lines, its payer and its standing."""
    with seat.store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT s.fact, s.number, s.total, l.item, l.amount, p.value, t.verdict FROM test_sale s"
            " JOIN test_line l ON l.fact = s.fact JOIN personal p ON p.fact = s.fact"
            " LEFT JOIN standing t ON t.fact = s.fact ORDER BY 1, 4"
        ).fetchall()
    return [tuple(row) for row in rows]


def assert_once(centre: Centre, promised: set[str], *replicas: Seat) -> None:
    """Every promised sale is on the hub once and on each seat, seen alike, and the audit finds nothing."""
    assert centre.sold() == sorted(promised)
    report = centre.audit()
    assert report.ok, report.problems
    assert (report.conflicts, report.held) == (0, 0)
    for seat in replicas:
        assert sales(seat) == promised
        assert shown(seat) == shown(replicas[0])


def lose_answers(machines: Machines, centre: Centre, seat: Seat) -> tuple[Seat, set[str]]:
    """The hub takes four sales of which the seat never hears again."""
    machines.image(seat)
    deaf = machines.on_again(seat, hub=LosingHub(centre.hub, 1))
    promised = sell(deaf, 4, "lost")
    assert deaf.round().state.kind is LinkKind.DOWN
    assert deaf.store.unsent().count >= 4
    return deaf, promised


@pytest.fixture(params=[False, True], ids=["all answers heard", "answers lost"])
def begun(request: pytest.FixtureRequest, machines: Machines, centre: Centre) -> tuple[Seat, set[str]]:
    """A seat at work: some of it on the hub, with or without knowing it, some unsent."""
    seat = machines.fresh("8001")
    promised = sell(seat, 3, "first")
    settle(seat)
    if request.param:
        seat, lost = lose_answers(machines, centre, seat)
        promised |= lost
    return seat, promised | sell(seat, 2, "kept")


def test_a_disk_set_back_reads_what_it_lost_and_sends_what_is_new(
    begun: tuple[Seat, set[str]], machines: Machines, centre: Centre
) -> None:
    seat, promised = begun
    image = machines.image(seat)
    seat = machines.on_again(seat)
    promised |= sell(seat, 4, "forgotten")
    settle(seat)
    machines.image(seat)
    back = machines.from_image(image, "8001")
    promised |= sell(back, 2, "new")
    settle(back)
    reader = machines.fresh("8004")
    settle(reader)
    assert_once(centre, promised, reader, back)


def test_a_disk_set_back_with_nothing_new_reads_what_it_lost(machines: Machines, centre: Centre) -> None:
    seat = machines.fresh("8001")
    promised = sell(seat, 3, "first")
    settle(seat)
    image = machines.image(seat)
    seat = machines.on_again(seat)
    promised |= sell(seat, 4, "forgotten")
    settle(seat)
    back = machines.from_image(image, "8001")
    settle(back)
    assert sales(back) == promised
    promised |= sell(back, 2, "later")
    settle(back, seat)
    assert_once(centre, promised, seat, back)


@pytest.mark.parametrize("first", [0, 1], ids=["original first", "copy first"])
def test_two_machines_with_one_disk_both_go_on(
    begun: tuple[Seat, set[str]], machines: Machines, centre: Centre, first: int
) -> None:
    seat, promised = begun
    image = machines.image(seat)
    pair = [machines.on_again(seat), machines.from_image(image, "8001")]
    promised |= sell(pair[0], 4, "original") | sell(pair[1], 3, "copy")
    for one in (pair[first], pair[1 - first]):
        settle(one)
    settle(*pair)
    promised |= sell(pair[0], 2, "then") | sell(pair[1], 2, "also")
    settle(*pair)
    reader = machines.fresh("8004")
    settle(reader)
    assert_once(centre, promised, reader, *pair)
    left = [one for one in pair if any(own.left_at is not None for own in one.store.origins())]
    assert left == [pair[1 - first]]  # the one that came first never fell behind: it simply goes on


def test_three_machines_with_one_disk_and_a_copy_of_a_copy(machines: Machines, centre: Centre) -> None:
    seat = machines.fresh("8001")
    promised = sell(seat, 2, "a")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= sell(seat, 2, "b") | sell(copy, 2, "c")
    settle(seat, copy)
    promised |= sell(copy, 1, "d")
    second = machines.image(copy)
    copy, again = machines.on_again(copy), machines.from_image(second, "8001")
    third = machines.from_image(image, "8001")
    promised |= sell(copy, 2, "e") | sell(again, 2, "f") | sell(third, 2, "g")
    settle(seat, copy, again, third)
    assert_once(centre, promised, seat, copy, again, third)
    assert [len(one.store.origins()) for one in (seat, copy, again, third)] == [1, 2, 3, 2]


def test_a_disk_copied_before_anything_was_written_has_nothing_in_common(machines: Machines, centre: Centre) -> None:
    seat = machines.fresh("8001")
    image = machines.image(seat)
    first, second, third = (machines.from_image(image, "8001") for _ in range(3))
    promised = sell(first, 2, "a") | sell(second, 3, "b") | sell(third, 1, "c")
    settle(first, second, third)
    copies = machines.image(second)  # and a copy of one that has just begun anew
    second, fourth = machines.on_again(second), machines.from_image(copies, "8001")
    promised |= sell(fourth, 2, "d") | sell(second, 1, "e")
    settle(second, fourth, first, third)
    assert_once(centre, promised, first, second, third, fourth)


def test_long_chains_are_compared_in_few_questions(machines: Machines, centre: Centre) -> None:
    seat = machines.fresh("8001")
    with seat.store.writing() as writing:
        for number in range(1800):
            writing.add(a_sale(seat.store, f"a{number:05}"))
    promised = sales(seat)
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= sell(seat, 700, "b") | sell(copy, 30, "c")
    settle(seat)
    asked: list[int] = []
    session = centre.hub.connect("8001", PASSWORD.format("8001"))

    class Counting:
        def own_digests(self, origin: OriginId, seqs: list[int]) -> object:
            asked.append(len(seqs))
            return session.own_digests(origin, seqs)

    [own] = copy.store.origins()
    assert forking.last_common(Counting(), copy.store, own.origin, 1830) == 1800  # type: ignore[arg-type]
    assert len(asked) <= 3
    assert forking.last_common(session, copy.store, own.origin, 1800) == 1800
    assert forking.last_common(session, copy.store, own.origin, 0) == 0
    session.close()
    settle(copy)
    assert_once(centre, promised, copy)


class _CrashError(Exception):
    pass


def test_a_crash_between_the_hub_and_the_store_asks_for_the_same_origin_again(
    machines: Machines, centre: Centre, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seat = machines.fresh("8001")
    promised = sell(seat, 2, "a")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= sell(seat, 2, "b") | sell(copy, 2, "c")
    settle(seat)

    def crash(*_: object) -> int:
        raise _CrashError

    with monkeypatch.context() as broken:
        broken.setattr(moving, "move", crash)
        copy.round()
        assert copy.pump.state.kind is LinkKind.DOWN
        caplog.clear()
    session = centre.hub.connect("8001", PASSWORD.format("8001"))
    opened = set(session.beat(copy.pump._presence(copy.state), []).own_heads)
    session.close()
    second = machines.image(copy)  # the image taken in that very moment goes on twice, too
    copy, twin = machines.on_again(copy), machines.from_image(second, "8001")
    promised |= sell(twin, 1, "d")
    settle(copy)
    assert {own.origin for own in copy.store.origins()} == opened
    settle(twin, seat, copy)
    assert_once(centre, promised, seat, copy, twin)


def test_an_origin_that_is_asked_for_again_after_the_answer_was_lost_is_opened_once(
    machines: Machines, centre: Centre
) -> None:
    seat = machines.fresh("8001")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001", hub=_Forgetful(centre.hub))
    promised = sell(seat, 2, "b") | sell(copy, 2, "c")
    settle(seat)
    copy.round()
    assert copy.pump.state.kind is LinkKind.DOWN
    settle(copy, seat)
    assert len(copy.store.origins()) == 2
    assert_once(centre, promised, seat, copy)


class _Forgetful:
    """A hub whose first answer to the opening of a forked origin is lost."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.lost = 0

    def connect(self, number: str, password: str) -> HubSession:
        return _ForgetfulSession(self, self._hub.connect(number, password))  # type: ignore[return-value]


class _ForgetfulSession:
    def __init__(self, hub: _Forgetful, session: HubSession) -> None:
        self._hub = hub
        self._session = session

    def open_origin(self, origin: OriginId, seat: str, forked: Fork | None = None) -> Opened:
        opened = self._session.open_origin(origin, seat, forked)
        if forked is not None and not self._hub.lost:
            self._hub.lost += 1
            raise DeskError("hub_away", why="lost")
        return opened

    def __getattr__(self, name: str) -> object:
        return getattr(self._session, name)


def test_one_form_saved_on_two_machines_with_other_content_is_a_conflict_kept_and_shown(
    machines: Machines, centre: Centre
) -> None:
    seat = machines.fresh("8001")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    form = a_sale(seat.store, "000042")
    [saved] = seat.store.save(form)
    copy.store.save(replace(form, fields={**form.fields, "total": 99_900}))
    early = machines.fresh("8004")
    for one in (seat, early, copy, early, seat, copy, seat):
        one.round()
    late = machines.fresh("8003")
    late.round()
    for one in (seat, copy, early, late):
        assert one.round().state.unsent == 0
    assert copy.standings()[saved.id] == "conflict"
    assert '"total":99900' in copy.facts()[saved.id]
    for one in (seat, early, late):
        assert (one.standings()[saved.id], '"total":12345' in one.facts()[saved.id]) == ("accepted", True)
    report = centre.audit()
    assert (report.ok, report.conflicts) == (True, 1)


def test_a_fact_saved_alike_on_two_machines_is_a_duplicate(machines: Machines, centre: Centre) -> None:
    """What was unsent in the image goes up from both machines: once it is news, once a duplicate."""
    seat = machines.fresh("8001")
    settle(seat)
    promised = sell(seat, 3, "a")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= sell(copy, 1, "b")
    settle(copy)  # the copy sends all four; the original has the first three in common
    promised |= sell(seat, 1, "c")
    settle(seat, copy)
    assert_once(centre, promised, seat, copy)


def test_a_hub_that_no_longer_holds_what_it_confirmed_stops_that_origin_and_nothing_else(
    machines: Machines, centre: Centre
) -> None:
    seat = machines.fresh("8001")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    sell(seat, 2, "a")
    kept = sell(copy, 3, "b")
    settle(seat)
    [own] = copy.store.origins()
    with copy.store.writing() as writing:
        writing.acknowledge(own.origin, 1)  # the hub had said so, before somebody changed it
    colleague = machines.fresh("8003")
    told = colleague.store.save(a_note(colleague.store))[0].id
    settle(colleague)
    for _ in range(2):
        copy.pump.round()
        assert (copy.pump.state.kind, copy.pump.state.why, copy.pump.state.unsent) == (LinkKind.REFUSED, "fork", 2)
    assert told in copy.facts()  # it still hears of the others
    assert kept <= sales(copy)
    assert not kept & set(centre.sold())
    assert len(copy.store.origins()) == 1


def test_a_colleague_on_a_copied_disk_works_on_and_leaves_the_copied_part_to_its_person(
    machines: Machines, centre: Centre
) -> None:
    seat = machines.fresh("8001")
    promised = sell(seat, 2, "a")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= sell(seat, 2, "b") | sell(copy, 2, "c")
    settle(seat)
    stores: list[Store] = [copy.store]
    colleague = machines.fresh("8006", others=lambda: stores)
    promised |= sell(colleague, 1, "mine")
    settle(colleague)
    assert copy.store.unsent().count == 4
    assert promised - sales(colleague) == set(sales(copy)) - set(sales(seat))
    settle(copy, colleague, seat)
    assert_once(centre, promised, seat, copy, colleague)


def test_an_unproven_origin_on_a_copied_disk_waits_for_its_proof_and_then_goes_on(
    machines: Machines, centre: Centre
) -> None:
    hub = centre.hub
    seat = machines.fresh("8001")
    seat.round()
    origin = OriginId(a_uuid())
    seat.store.add_origin(origin, None, None)
    promised = sell(seat, 2, "a")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= sell(seat, 2, "b") | sell(copy, 2, "c")
    session = hub.connect("8001", PASSWORD.format("8001"))
    opened = session.open_origin(origin, "7")
    seat.store.add_origin(origin, opened.key, opened.code)
    settle(seat)
    assert copy.round().state.unsent == 4
    assert copy.state.kind is not LinkKind.REFUSED
    again = session.open_origin(origin, "7")
    session.close()
    copy.store.add_origin(origin, again.key, again.code)
    settle(copy, seat)
    assert_once(centre, promised, seat, copy)


def test_a_new_origin_counts_short_numbers_under_its_own_code_at_once(machines: Machines) -> None:
    seat = machines.fresh("8001")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    sell(seat, 1, "a")
    settle(seat)

    def code(one: Seat) -> int | None:
        with one.store.writing() as writing:
            return writing.code()

    assert code(copy) == code(seat)
    settle(copy)
    assert code(copy) != code(seat)


def test_a_left_store_keeps_every_link_it_gave_up(machines: Machines, centre: Centre) -> None:
    seat = machines.fresh("8001")
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    sell(seat, 2, "a")
    kept = sell(copy, 3, "b")
    settle(seat)
    before = copy.store.pending(copy.store.origins()[0].origin, 0)
    settle(copy)
    with copy.store.reading() as connection:
        left = connection.exec_driver_sql("SELECT digest FROM left_link ORDER BY seq").fetchall()
    assert [row[0] for row in left] == [link.digest for link, _, _ in before]
    with pytest.raises(DeskError, match="store_append_only"), copy.store.writing() as writing:
        writing.connection.exec_driver_sql("DELETE FROM left_link")
    copy.store.rebuild()
    assert kept <= sales(copy)
    again = machines.image(copy)
    assert kept <= sales(machines.from_image(again, "8001"))


# -- controls: what a careless pump would do is caught by the counts above --------------------------------------------


def _believe_the_hub(
    session: HubSession, store: Store, own: object, hub_seq: int, seat: str, confirm: Callable[..., object]
) -> None:
    """Control: takes the hub's links for its own."""
    with store.writing() as writing:
        writing.acknowledge(store.origins()[-1].origin, hub_seq)


def _write_again(
    session: HubSession, store: Store, own: object, hub_seq: int, seat: str, confirm: Callable[..., object]
) -> None:
    """Control: writes what is unsent a second time, as new facts of a new origin."""
    [old] = store.origins()
    unsent = [text for _, text, _ in store.pending(old.origin, old.acked_seq)]
    opened = session.open_origin(OriginId(a_uuid()), "7")
    with store.writing() as writing:
        writing.acknowledge(old.origin, store.last_seq(old.origin))
    store.add_origin(opened.origin, opened.key, opened.code)
    for number, _ in enumerate(unsent):
        store.save(a_sale(store, f"again{number}"))


@pytest.mark.parametrize("careless", [_believe_the_hub, _write_again])
def test_control_a_pump_that_mends_a_copy_otherwise_is_caught(
    machines: Machines, centre: Centre, careless: object, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(forking, "mend", careless)
    seat, promised = machines.fresh("8001"), set()
    image = machines.image(seat)
    seat, copy = machines.on_again(seat), machines.from_image(image, "8001")
    promised |= sell(seat, 2, "a") | sell(copy, 3, "b")
    settle(seat)
    for _ in range(3):
        copy.pump.round()
    caplog.clear()
    with pytest.raises(AssertionError):
        assert_once(centre, promised, seat)


class _Proud(Pump):
    """Control: never reads an origin that was once its own."""

    def _pull(self, session: HubSession, beat: Beat, alarm: Collection[OriginId] = ()) -> int:
        own = {one.origin for one in self._store.origins()}
        return super()._pull(session, replace(beat, heads=tuple(one for one in beat.heads if one.origin not in own)))


def test_control_a_pump_that_does_not_read_what_its_disk_lost_is_caught(machines: Machines, centre: Centre) -> None:
    seat = machines.fresh("8001")
    image = machines.image(seat)
    seat = machines.on_again(seat)
    promised = sell(seat, 2, "a")
    settle(seat)
    back = machines.from_image(image, "8001")
    back.pump.__class__ = _Proud
    settle(back)
    with pytest.raises(AssertionError):
        assert_once(centre, promised, seat, back)


def test_control_a_second_link_for_what_the_hub_had_taken_is_caught(
    machines: Machines, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Leaving at the last confirmed link rather than the last common one gives links that the hub has already."""
    seat = machines.fresh("8001")
    settle(seat)
    deaf, _ = lose_answers(machines, centre, seat)
    image = machines.image(deaf)
    other = machines.on_again(deaf)
    sell(other, 1, "b")
    settle(other)
    before = centre.audit().links
    copy = machines.from_image(image, "8001")
    settle(copy)
    assert centre.audit().links == before + 1  # the hub's own word of the new origin, and no link of the copy
    again = machines.from_image(image, "8001")
    monkeypatch.setattr(forking, "last_common", lambda *_: again.store.origins()[0].acked_seq)
    settle(again)
    assert centre.audit().links > before + 2
