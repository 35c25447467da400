"""The list, the numbers and the sums, asked of a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.receipts.model import Range, Receipt, State
from agent_desk.receipts.records import Records
from agent_desk.storage.store import Answer, Store
from tests.receipts.rooms import a_receipts_store, at, issue, the_day, void, write

SEAT = "3"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_receipts_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def records(store: Store) -> Records:
    return Records()


def numbers(records: Records, store: Store, search: str = "", state: State | None = None) -> list[str]:
    with store.reading() as connection:
        return [row.number for row in records.rows(connection, search, state)]


def judge(store: Store, fact: FactId, seq: int, verdict: str, reason: str = "") -> None:
    origin = store.origins()[-1].origin
    with store.writing() as writing:
        writing.answer(origin, [Answer(fact, seq, verdict, reason, 1)])


def test_a_receipt_comes_back_as_it_was_written(store: Store, records: Records) -> None:
    for leaf in the_day().leaves:
        saved = write(store, leaf.receipt)
        with store.reading() as connection:
            assert records.receipt(connection, saved.id) == leaf.receipt


def test_a_receipt_that_is_not_here_is_said_to_be_so(store: Store, records: Records) -> None:
    with store.reading() as connection, pytest.raises(DeskError, match=r"receipts\.not_here"):
        records.receipt(connection, store.new_id())


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("0603", ["LJ0020603"]),
        ("邓𠮷", ["LJ0020622"]),
        ("𠮷", ["LJ0020622"]),
        ("龘", ["LJ0020611", "LJ0020601"]),
        ("1b16", ["LJ0020601"]),
        ("13000000009", ["LJ0020609"]),
        ("100%", []),
        ("_", []),
        ("nobody", []),
    ],
)
def test_the_list_is_searched_by_number_exhibitor_booth_and_payer(
    store: Store, records: Records, search: str, found: list[str]
) -> None:
    for leaf in the_day().leaves[:25]:
        write(store, replace(leaf.receipt, exhibitor=leaf.receipt.exhibitor.replace("𠮷", "吉")))
    shown = numbers(records, store, search)
    assert [number for number in shown if number <= "LJ0020625"] == found


def test_each_receipt_says_where_it_stands(store: Store, records: Records) -> None:
    leaves = [leaf.receipt for leaf in the_day().leaves[:6]]
    saved = [write(store, receipt) for receipt in leaves]
    void(store, leaves[4], saved[4].id)
    judge(store, saved[0].id, saved[0].seq, "accepted")
    judge(store, saved[1].id, saved[1].seq, "held", "role")
    judge(store, saved[2].id, saved[2].seq, "conflict")
    with store.reading() as connection:
        rows = {row.number: row for row in records.rows(connection)}
    states = [rows[receipt.number].state for receipt in leaves]
    assert states == [State.ON_HUB, State.HELD, State.CONFLICT, State.HERE, State.VOID, State.HERE]
    assert rows[leaves[1].number].reason == "role"
    assert numbers(records, store, state=State.HELD) == [leaves[1].number]


def test_a_number_used_twice_is_disputed_until_one_of_them_is_void(store: Store, records: Records) -> None:
    leaf = the_day().leaves[0].receipt
    first, later = write(store, leaf), write(store, replace(leaf, payer_name="另一人"))
    fields = (later.id, "c", "*", "h", "s", 1, leaf.book, leaf.number, first.id, later.id, "a", "b")
    marks = ",".join("?" * len(fields))
    names = "fact, centre, grp, author, subject, happened, book, number, first, later, first_author, later_author"
    with store.writing() as writing:
        writing.connection.exec_driver_sql(f"INSERT INTO dispute ({names}) VALUES ({marks})", fields)
    assert len(numbers(records, store, state=State.DISPUTED)) == 2
    void(store, leaf, later.id)
    assert numbers(records, store, state=State.DISPUTED) == []


def next_number(store: Store, records: Records, *reserved: str) -> str:
    with store.reading() as connection:
        return records.next_number(connection, store.person.staff, SEAT, reserved).number


def test_a_number_is_never_drawn_twice(store: Store, records: Records) -> None:
    leaf = the_day().leaves[0].receipt
    drawn = []
    for _ in range(50):
        number = next_number(store, records)
        drawn.append(number)
        write(store, replace(leaf, number=number))
    assert drawn == [f"LJ{n:07d}" for n in range(20601, 20651)]
    with pytest.raises(DeskError) as caught:
        next_number(store, records)
    assert caught.value.code == "receipts.range_used_up"
    assert caught.value.facts == {"book": "LJ-2026-413", "last": "LJ0020650"}
    issue(store, "LJ-2026-414", 20651, 20700)
    assert next_number(store, records) == "LJ0020651"


def test_void_leaves_and_numbers_of_open_forms_are_skipped(store: Store, records: Records) -> None:
    leaf = the_day().leaves[0].receipt
    void(store, replace(leaf, number="LJ0020601"), FactId(""))
    assert next_number(store, records) == "LJ0020602"
    assert next_number(store, records, "LJ0020602", "LJ0020603") == "LJ0020604"


def test_only_what_was_issued_to_this_person_on_this_seat_is_drawn(store: Store, records: Records) -> None:
    issue(store, "LJ-2026-001", 1, 50, staff="somebody else")
    issue(store, "LJ-2026-002", 51, 100, seat="7")
    with store.reading() as connection:
        issued = records.ranges(connection, store.person.staff, SEAT)
        with pytest.raises(DeskError, match=r"receipts\.no_book"):
            records.next_number(connection, "nobody", SEAT)
    assert issued == [Range("LJ-2026-413", 20601, 20650, 7, "LJ")]


def test_a_number_typed_from_paper_must_be_issued_and_free(store: Store, records: Records) -> None:
    write(store, the_day().leaves[0].receipt)
    with store.reading() as connection:
        find = lambda number: records.find_leaf(connection, store.person.staff, SEAT, number)  # noqa: E731
        assert find("LJ0020602") == "LJ-2026-413"
        for number, code in (
            ("LJ0020601", "number_used"),
            ("LJ0020700", "number_outside"),
            ("LJ20602", "number_outside"),
        ):
            with pytest.raises(DeskError, match=rf"receipts\.{code}"):
                find(number)


def test_the_day_s_sums_leave_out_what_is_void_or_held(store: Store, records: Records) -> None:
    day = the_day()
    expected: dict[tuple[str, str], int] = {}
    held: Receipt | None = None
    for leaf in day.leaves:
        saved = write(store, leaf.receipt)
        if leaf.void_reason:
            void(store, leaf.receipt, saved.id, leaf.void_reason)
        elif held is None:
            held = leaf.receipt
            judge(store, saved.id, saved.seq, "held", "role")
        else:
            key = (leaf.receipt.method.value, leaf.receipt.income.value)
            expected[key] = expected.get(key, 0) + leaf.receipt.total
    assert held is not None
    with store.reading() as connection:
        sums = records.day_sums(connection, at(21), at(22))
        other_day = records.day_sums(connection, at(22), at(23))
    assert {(each.method.value, each.income.value): each.fen for each in sums.counted} == expected
    assert (sums.held_count, sums.held_fen) == (1, held.total)
    assert sums.fen == sum(expected.values())
    assert other_day.count == other_day.held_count == 0


@pytest.mark.parametrize(
    ("number", "serial"), [("LJ0020601", 20601), ("LJ20601", None), ("XX0020601", None), ("LJ٠٠٢٠٦٠١", None)]
)
def test_a_printed_number_is_read_strictly(number: str, serial: int | None) -> None:
    assert Range("B", 20601, 20650, 7, "LJ").serial(number) == serial


def test_a_range_that_runs_backwards_is_refused() -> None:
    with pytest.raises(DeskError, match=r"receipts\.range_wrong"):
        Range("B", 9, 3, 6, "")
