"""The receipts as the desk builds them: form and list in one room, kept up to date by the hub's news."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from agent_desk.base.ids import FactId, GroupId
from agent_desk.facts.kind import Role
from agent_desk.receipts import capability, model
from agent_desk.receipts.draft import Draft
from agent_desk.receipts.list_view import ReceiptList
from agent_desk.receipts.page import ALL, WRITE, ReceiptsPage
from agent_desk.storage.store import Answer
from agent_desk.ui.actions import ActionBook
from agent_desk.ui.capability import Desk, Here, Room, Who, at_once
from tests.probes.receipt import ListProbe, ReceiptProbe, focus, press, until
from tests.receipts.conftest import Seat
from tests.receipts.rooms import the_day, write

Run = Callable[[Any], Any]


class QuietLight(QObject):
    """A link that says nothing unless a test makes it."""

    state_changed = Signal(object)
    news_arrived = Signal()
    state = None


class Built:
    """The room and what a test looks at."""

    def __init__(self, seat: Seat) -> None:
        self.light = QuietLight()
        self.shown: list[Path] = []
        person = seat.store.person
        who = Who(
            person.staff, person.number, person.name, person.centre, "Centre", "3", "Desk 3",
            GroupId("A"), {GroupId("A"): Role.CLERK},
        )  # fmt: skip
        actions = ActionBook(capability.CAPABILITY.actions)
        desk: Desk[Any] = Desk(
            seat.store, seat.lane, seat.clock, Here(who), self.light, actions, seat.messages, seat.speak,
            lambda _: None, lambda kind, _: kind,
        )  # fmt: skip
        self.room: Room = at_once(capability.make(desk, self.shown.append))
        assert isinstance(self.room.page, ReceiptsPage)
        self.page = self.room.page
        self.form = ReceiptProbe(self.page.form)
        self._open = True

    @property
    def list(self) -> ListProbe:
        """The list; looking at it makes it."""
        return ListProbe(self.page.table)

    def close(self) -> None:
        """The person signs out."""
        if self._open:
            self._open = False
            self.room.close()


@pytest.fixture
def built(seat: Seat) -> Iterator[Built]:
    made = Built(seat)
    seat.show(made.page)
    yield made
    made.close()
    made.page.deleteLater()


async def ready(built: Built) -> None:
    await until(lambda: bool(built.page.form.draft.fact), "a form")


def test_ctrl_s_saves_and_the_list_shows_when_the_hub_has_it(built: Built, seat: Seat, run: Run) -> None:
    async def story() -> None:
        await ready(built)
        built.form.write()
        press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: built.page.form.draft.number == "LJ0020602", "the next form")
        press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: built.list.table.model.rowCount() == 1, "the list")
        assert built.page.face == ALL
        assert built.list.cells(0)[0] == "Here, not yet on the hub"
        row = built.list.table.model.row(0)
        with seat.store.writing() as writing:
            writing.answer(seat.store.origins()[-1].origin, [Answer(row.fact, 2, "accepted", "", 1)])
        built.light.news_arrived.emit()
        await until(lambda: built.list.cells(0)[0] == "On the hub", "the news")
        assert built.page.form.beside.last_pill.text() == "On the hub"

    run(story())


def test_the_list_is_made_when_somebody_first_looks_at_it(built: Built, run: Run) -> None:
    async def story() -> None:
        await ready(built)
        built.light.news_arrived.emit()
        assert not built.page.has_table
        assert built.page.findChildren(ReceiptList) == []
        press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert built.page.has_table
        assert built.list.table.isVisible()
        assert built.list.table.isAncestorOf(focus())
        press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert built.page.form.isAncestorOf(focus())

    run(story())


def test_a_fact_is_brought_to_the_front_and_its_paper_shown_and_taken_away(built: Built, seat: Seat, run: Run) -> None:
    saved = [write(seat.store, leaf.receipt) for leaf in the_day().leaves[:5]]

    async def story() -> None:
        await ready(built)
        assert built.room.open_fact is not None
        built.room.open_fact(saved[3].id)
        await until(lambda: (row := built.list.table.current()) is not None and row.fact == saved[3].id, "the row")
        built.list.table.open_paper()
        await until(lambda: bool(built.shown), "the paper")

    run(story())
    assert built.shown[0].name == "LJ0020604.pdf"
    assert built.shown[0].read_bytes().startswith(b"%PDF")
    built.close()
    assert not built.shown[0].exists()


def test_an_unfinished_form_is_opened_and_the_one_in_hand_kept(built: Built, seat: Seat, run: Run) -> None:
    other = Draft(seat.service.new_id(), "LJ-2026-413", "LJ0020609", booth="2B21", income="service")

    async def story() -> None:
        await ready(built)
        built.form.write()
        mine = built.form.draft.fact
        seat.store.save_draft(other.fact, "receipt", other.to_text())
        assert built.room.open_draft is not None
        built.room.open_draft(other.fact)
        await until(lambda: built.page.form.draft.fact == other.fact, "the other form")
        assert built.form.text("booth") == "2B21"
        assert built.page.face == WRITE
        assert mine in {draft.id for draft in seat.store.drafts()}

    run(story())


def test_facts_and_forms_are_described_without_anybody_s_name(qapp: QApplication) -> None:
    receipt = the_day().leaves[0].receipt
    told = capability.describe(model.RECEIPT_WRITTEN, receipt.as_fields())
    assert told == "Receipt LJ0020601 · booth 1B16"
    assert capability.describe(model.RECEIPT_VOIDED, {"number": "LJ1"}) == "Receipt LJ1 made void"
    assert capability.describe(model.BOOK_ISSUED, {"book": "B"}) == "Book B"
    draft = Draft(FactId("x"), number="LJ2", payer_name="王芳")
    assert capability.describe_draft("receipt", draft.to_text()) == "Unfinished receipt LJ2 · booth —"
    assert capability.describe_draft("receipt", "spoiled") == "Unfinished receipt"
