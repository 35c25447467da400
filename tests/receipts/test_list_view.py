"""The list of receipts: found, told where they are, opened, made void."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from agent_desk.receipts.list_view import ReceiptList
from agent_desk.receipts.model import State
from agent_desk.ui.time_words import clock_time
from tests.probes.receipt import ListProbe, until
from tests.receipts.conftest import Seat
from tests.receipts.rooms import the_day, write

Run = Callable[[Any], Any]


@pytest.fixture
def probe(seat: Seat) -> Iterator[ListProbe]:
    table = ReceiptList(seat.service, seat.messages, seat.speak)
    seat.show(table)
    yield ListProbe(table)
    table.close_list()
    table.deleteLater()


def test_an_empty_list_teaches_the_first_step(probe: ListProbe, run: Run) -> None:
    async def story() -> None:
        await probe.search("", 0)
        assert probe.table._empty.accessibleName() == "No receipts yet"
        await probe.search("nobody", 0)
        assert probe.table._empty.accessibleName() == "Nothing found"

    run(story())


def test_receipts_are_listed_newest_first_and_found_by_what_people_remember(
    probe: ListProbe, seat: Seat, run: Run
) -> None:
    for leaf in the_day().leaves[:30]:
        write(seat.store, leaf.receipt)

    async def story() -> None:
        probe.table.look()
        await until(lambda: probe.table.model.rowCount() == 30, "the list")
        assert probe.numbers == sorted(probe.numbers, reverse=True)
        assert await probe.search("邓𠮷", 1) == ["LJ0020622"]
        cells = probe.cells(0)
        assert cells[0] == "Here, not yet on the hub"
        when = clock_time(the_day().leaves[21].receipt.happened, seat.clock.now_us())
        assert cells[1:6] == ["LJ0020622", when, "1B10", "𠮷野丸工具贸易有限公司", "邓𠮷"]
        assert cells[-1] == "¥735.00"
        assert await probe.search("1300000001", 10) == [f"LJ00206{n}" for n in range(19, 9, -1)]

    run(story())


def test_paper_is_made_of_the_receipt_in_hand(probe: ListProbe, seat: Seat, run: Run) -> None:
    saved = write(seat.store, the_day().leaves[0].receipt)
    made: list[tuple[str, bytes]] = []
    probe.table.paper_made.connect(lambda number, pdf: made.append((number, pdf)))

    async def story() -> None:
        probe.table.show_fact(saved.id)
        await until(lambda: probe.table.current() is not None, "the row")
        probe.table.open_paper()
        await until(lambda: bool(made), "the paper")
        assert made[0][0] == "LJ0020601"
        assert bytes(made[0][1]).startswith(b"%PDF")

    run(story())


def test_a_receipt_is_made_void_with_a_reason(probe: ListProbe, seat: Seat, run: Run) -> None:
    saved = write(seat.store, the_day().leaves[0].receipt)

    async def story() -> None:
        probe.table.show_fact(saved.id)
        await until(lambda: probe.table.current() is not None, "the row")
        asked = probe.table.ask_void()
        assert asked is not None
        asked.void_button.click()
        assert asked.isVisible()
        assert "Say why" in asked._reason_field.error
        asked.reason.setText("金额写错")
        asked.void_button.click()
        await until(lambda: probe.table.model.rowCount() == 1 and probe.table.model.row(0).state is State.VOID, "void")
        await until(lambda: not probe.table.void_button.isEnabled(), "the button")
        assert seat.said[-1] == "Receipt LJ0020601 is void; keep its copies"
        await asyncio.sleep(0)

    run(story())


def test_the_list_can_be_narrowed_to_a_state(probe: ListProbe, seat: Seat, run: Run) -> None:
    write(seat.store, the_day().leaves[0].receipt)

    async def story() -> None:
        probe.table.look()
        await until(lambda: probe.table.model.rowCount() == 1, "the list")
        probe.table.state.setCurrentIndex(probe.table.state.findData(State.HELD.value))
        probe.table.look()
        await until(lambda: probe.table.model.rowCount() == 0, "the narrowed list")

    run(story())
