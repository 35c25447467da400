"""The live form under a clerk's hands: keys only, nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId
from agent_desk.base.money import capitals
from agent_desk.receipts.draft import Draft, DraftLine
from agent_desk.receipts.model import Income, State
from agent_desk.receipts.receipt_view import KEEP_EVERY_MS, ReceiptView
from agent_desk.receipts.records import Leaf
from agent_desk.receipts.search_edit import SearchEdit
from agent_desk.receipts.service import Place
from agent_desk.ui.time_words import local
from tests.probes.receipt import ReceiptProbe, enter, focus, press, type_in, until
from tests.receipts.conftest import Seat
from tests.receipts.rooms import at, issue

Run = Callable[[Any], Any]


@pytest.fixture
def probe(seat: Seat) -> Iterator[ReceiptProbe]:
    view = ReceiptView(seat.service, seat.messages, seat.speak)
    seat.show(view)
    yield ReceiptProbe(view)
    view.close_form()
    view.deleteLater()


def control(probe: ReceiptProbe, name: str) -> QLineEdit:
    edit = probe.view.field(name).control
    assert isinstance(edit, QLineEdit)
    return edit


def test_a_receipt_is_written_with_the_keyboard_alone_and_the_next_form_opens(
    probe: ReceiptProbe, seat: Seat, run: Run
) -> None:
    async def story() -> None:
        await probe.open()
        assert probe.text("number") == "LJ0020601"
        probe.write("1b16", (("p004", "2"), ("1009", "4")), ordered="11-18 10:20")
        assert probe.sums == ("¥4,680.00", "肆仟陆佰捌拾元整", "placed one day before build-up: +30 %")
        assert focus() is control(probe, "note")
        enter()  # on the last field: save
        await until(lambda: probe.view.draft.number == "LJ0020602", "the next form")
        assert focus() is control(probe, "booth")
        assert not probe.draft.touched
        row = (await seat.service.rows())[0]
        assert (row.number, row.booth, row.total, row.state) == ("LJ0020601", "1B16", 468_000, State.HERE)
        receipt = await seat.service.receipt(row.fact)
        assert receipt.exhibitor == "Daxiang Heavy Machinery Co., Ltd."
        assert [(line.code, line.quantity) for line in receipt.lines] == [("P004", 2), ("P009", 4)]
        assert (receipt.payer_name, receipt.payer_phone, receipt.method) == ("王芳", "13000000001", "wechat")
        assert receipt.ordered_at == at(18, 10, 20)
        when = f"{local(seat.clock.now_us()):%H:%M:%S}"
        assert seat.said[-1] == f"Receipt LJ0020601 saved here {when} · not yet on the hub"

    run(story())


def test_the_number_pad_alone_suffices(probe: ReceiptProbe, seat: Seat, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.write("116", (("1004", "2"), ("6005", "3")), "1", "", "")
        await probe.save()
        receipt = await seat.service.receipt((await seat.service.rows())[0].fact)
        assert receipt.booth == "1B16"
        assert [(line.code, line.quantity) for line in receipt.lines] == [("P004", 2), ("L005", 3)]
        assert receipt.method == "cash"

    run(story())


def test_sums_and_capitals_follow_every_key(probe: ReceiptProbe, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.view.lines.focus_line(0)
        type_in("n003")
        enter()
        for quantity, fen in (("1", 735_000), ("12", 8_820_000), ("123", 90_405_000)):
            press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            type_in(quantity)
            total, words, _ = probe.sums
            assert total == f"¥{fen // 100:,}.{fen % 100:02}"
            assert words == capitals(fen)  # type: ignore[arg-type]

    run(story())


def test_a_half_filled_form_is_told_field_by_field_and_nothing_is_lost(
    probe: ReceiptProbe, seat: Seat, run: Run
) -> None:
    async def story() -> None:
        await probe.open()
        probe.go("note")
        type_in("call first")
        probe.view.lines.focus_line(0)
        type_in("zzz")
        probe.view.save()
        assert probe.error("booth") == "This must be filled in."
        assert probe.error("method") == "This must be filled in."
        assert probe.error("lines").startswith("Choose an item")
        assert probe.error("number") == ""
        assert focus() is control(probe, "booth")
        assert seat.said[-1].startswith("5 fields to look at")
        assert (probe.text("note"), probe.draft.lines[0].code) == ("call first", "zzz")
        type_in("1b16")
        enter()
        assert probe.error("booth") == probe.error("exhibitor") == ""
        assert await seat.service.rows() == []

    run(story())


def test_a_number_taken_meanwhile_is_said_at_the_number(probe: ReceiptProbe, seat: Seat, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.write()
        probe.go("number")
        press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        type_in("LJ0077777")
        probe.view.save()
        await until(lambda: bool(probe.error("number")), "the error")
        assert probe.error("number").startswith("Number LJ0077777 is in no book issued to you")
        assert probe.text("payer_name") == "王芳"
        press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        type_in("LJ0020607")
        assert await probe.save() == "LJ0020607"
        assert probe.text("number") == "LJ0020601"

    run(story())


def test_clicking_save_twice_saves_once(probe: ReceiptProbe, seat: Seat, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.write()
        probe.view.save()
        probe.view.save()
        await until(lambda: probe.view.draft.number == "LJ0020602", "the next form")
        await asyncio.sleep(0.05)
        assert len(await seat.service.rows()) == 1

    run(story())


def test_what_was_typed_is_on_disk_within_a_second_also_while_typing_goes_on(
    probe: ReceiptProbe, seat: Seat, run: Run
) -> None:
    async def story() -> None:
        await probe.open()
        probe.go("note")
        for _ in range(12):  # 1.2 s of typing without a pause
            type_in("x")
            await asyncio.sleep(0.1)
        kept = seat.store.drafts()
        assert len(kept) == 1
        assert '"note": "xxxx' in kept[0].text
        await asyncio.sleep(KEEP_EVERY_MS / 1000 + 0.2)
        assert f'"note": "{"x" * 12}"' in seat.store.drafts()[0].text

    run(story())


def test_after_a_crash_the_form_comes_back_as_it_was(probe: ReceiptProbe, seat: Seat, run: Run) -> None:
    async def story() -> None:
        draft = Draft(seat.service.new_id(), "LJ-2026-413", "LJ0020603", booth="9", note="half a wor", income="rental")
        draft.lines = [DraftLine(code="f00", quantity="1"), DraftLine("F006", "Folding chair", "4", "chair", "25.00")]
        seat.store.save_draft(draft.fact, "receipt", draft.to_text())
        await probe.open()
        assert probe.draft == draft
        assert "unfinished" in probe.view.bars.bars()
        assert probe.sums[0] == "¥150.00"

    run(story())


def test_a_cleared_form_can_be_taken_back(probe: ReceiptProbe, seat: Seat, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.write()
        before = probe.draft.fact
        probe.view.clear()
        await until(lambda: probe.view.draft.fact != before, "a fresh form")
        assert not probe.draft.touched
        assert probe.text("number") == "LJ0020601"
        seat.messages._line.undo_button.click()
        await until(lambda: probe.view.draft.fact == before, "the old form")
        assert probe.text("payer_name") == "王芳"

    run(story())


def test_the_kind_follows_the_first_item_until_a_person_chooses(probe: ReceiptProbe, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.view.lines.focus_line(0)
        type_in("f006")
        enter()
        assert probe.text("income") == Income.RENTAL
        type_in("+")
        type_in("p001")
        enter()
        probe.view.save()
        assert (
            probe.view.lines.rows[1].error.text() == "P001 is another kind of income. Write it on a receipt of its own."
        )

    run(story())


def test_full_width_figures_are_taken_and_the_input_method_is_off_in_them(probe: ReceiptProbe, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.go("payer_phone")
        type_in("１３０００００００１２")
        assert probe.text("payer_phone") == "13000000012"
        probe.go("ordered_at")
        type_in("１１-１８ １０：２０")
        assert probe.text("ordered_at") == "11-18 10:20"
        row = probe.view.lines.rows[0]
        off = Qt.WidgetAttribute.WA_InputMethodEnabled
        for edit in (
            row.quantity,
            *(control(probe, name) for name in ("number", "booth", "ordered_at", "payer_phone")),
        ):
            assert not edit.testAttribute(off)
        for edit in (row.item, *(control(probe, name) for name in ("exhibitor", "payer_name", "note"))):
            assert edit.testAttribute(off)

    run(story())


def test_suggestions_come_while_typing_and_escape_closes_them(probe: ReceiptProbe, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.view.lines.focus_line(0)
        edit = focus()
        assert isinstance(edit, SearchEdit)
        type_in("dxdx")
        assert [each.key for each in edit.suggestions] == ["P001", "P002", "P003"]
        press(Qt.Key.Key_Down)
        enter()
        assert probe.draft.lines[0].code == "P002"
        type_in("+")
        type_in("zy")
        press(Qt.Key.Key_Escape)
        second = focus()
        assert isinstance(second, SearchEdit)
        assert second.suggestions == []
        assert second.text() == "zy"

    run(story())


def test_without_a_book_the_form_says_so_and_goes_on_once_one_is_issued(
    probe: ReceiptProbe, seat: Seat, run: Run
) -> None:
    async def story() -> None:
        for _ in range(50):
            await probe_free(seat)
        await probe.open()
        assert probe.text("number") == ""
        assert "receipts.range_used_up" in probe.view.bars.bars()
        issue(seat.store, "LJ-2026-414", 20651, 20700)
        await probe.view.open_fresh()
        assert probe.text("number") == "LJ0020651"
        assert "receipts.range_used_up" not in probe.view.bars.bars()

    async def probe_free(seat: Seat) -> None:
        leaf = await seat.service.next_leaf()
        line = DraftLine("P004", "x", "1", "x", "1.00")
        draft = Draft(
            seat.service.new_id(),
            leaf.book,
            leaf.number,
            "1B16",
            "x",
            "1",
            income="service",
            method="cash",
            lines=[line],
        )
        await seat.service.write(draft, "en")

    run(story())


@pytest.mark.parametrize("told", [True, False], ids=["news", "control: no news"])
def test_books_that_come_while_the_first_form_opens_number_it_at_once(
    probe: ReceiptProbe, seat: Seat, run: Run, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    """On a first sign-in the first pull and the first form race; whoever wins, the form has a number."""
    ask = seat.service.next_leaf

    async def slow(besides: FactId | None = None) -> Leaf:
        try:
            return await ask(besides)
        except DeskError:
            monkeypatch.setattr(seat.service, "next_leaf", ask)
            issue(seat.store, "LJ-2026-500", 900, 901, seat="4")  # pulled after the store had been asked
            if told:
                probe.view.look_again()
            raise

    async def story() -> None:
        assert not probe.draft.fact  # there is no form yet
        await probe.open()
        assert probe.text("number") == ("LJ0000900" if told else "")

    monkeypatch.setattr(seat.service, "_place", lambda: Place(GroupId("A"), "4"))
    monkeypatch.setattr(seat.service, "next_leaf", slow)
    run(story())


def test_on_a_long_receipt_the_field_in_hand_is_in_view(probe: ReceiptProbe, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        codes = ("p007", "p006", "p004", "p009", "n003", "n001", "w002", "w005", "l002", "l003", "l001", "l008")
        probe.write("2b17", tuple((code, "2") for code in codes))
        await asyncio.sleep(0.05)
        assert [line.quantity for line in probe.draft.lines] == ["2"] * len(codes)
        note = control(probe, "note")
        assert focus() is note
        assert note.visibleRegion().boundingRect().height() == note.height()

    run(story())


def test_there_is_always_an_empty_line_to_type_into(probe: ReceiptProbe, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        lines = probe.view.lines
        at_first = len(lines.rows)
        for place in range(at_first + 2):
            assert lines.rows[-1].blank
            lines.focus_line(place)
            type_in("p004")
            enter()
        assert len(lines.rows) == at_first + 3

    run(story())


def test_a_line_can_be_taken_out_again(probe: ReceiptProbe, run: Run) -> None:
    async def story() -> None:
        await probe.open()
        probe.write("1b16", (("p004", "2"), ("p009", "4")))
        probe.view.lines.rows[0].remove.click()
        assert [line.code for line in probe.draft.lines] == ["P009"]
        assert probe.sums[0] == "¥1,560.00"

    run(story())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_field_has_a_name_for_a_screen_reader(probe: ReceiptProbe, seat: Seat, run: Run, language: str) -> None:
    async def story() -> None:
        seat.language = language
        probe.view.retranslate()
        await probe.open()
        for edit in probe.view.findChildren(QLineEdit):
            assert edit.accessibleName(), edit

    run(story())
