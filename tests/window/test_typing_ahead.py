"""Quick hands: what is typed between sign-in and the form is in the form."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from agent_desk.people.sign_in_view import SignInView
from agent_desk.ui.capability import Desk as CapabilityDesk
from agent_desk.ui.capability import Making, Room
from agent_desk.wiring.shift import ShiftWires
from tests.probes.desk import Desk


def press(*keys: str | Qt.Key) -> None:
    """Press keys the way a keyboard does: they go to the window, and Qt says to whom."""
    for key in keys:
        for one in key if isinstance(key, str) else (key,):
            handle = QApplication.focusWindow()
            assert handle is not None
            QTest.keyClick(handle, one)


async def hit(*keys: str | Qt.Key) -> None:
    """Press keys between two turns of the window's loop."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    QTimer.singleShot(0, lambda: (press(*keys), done.set_result(None)))
    await done


def while_furnishing(desk: Desk, act: Callable[[], None], order: int = 1) -> None:
    """Do something between two steps of the rooms; ``order`` 1 comes before all others, 999 after them."""

    def slow(_given: CapabilityDesk[Any]) -> Making:
        done: list[bool] = []
        QTimer.singleShot(0, lambda: (act(), done.append(True)))
        while not done:
            yield
        return Room(QWidget())

    engine = desk.station.engine
    assert engine is not None
    odd = replace(engine.capabilities[-1], id="odd", order=order, make=slow, kinds=(), actions=(), draft_kinds=())
    desk.station.engine = replace(engine, capabilities=(*engine.capabilities, odd))


async def signed_in(desk: Desk) -> None:
    await desk.sign_in()
    await desk.until(lambda: desk.window.door is None, "the work is shown")


async def form_of(desk: Desk) -> Any:
    form = desk.window.work.page("receipts").form
    await desk.until(lambda: form.draft.fact and form.draft.number, "the form is open")
    return form


@pytest.mark.parametrize("order", [1, 999], ids=["before the form is built", "when it is built already"])
def test_what_is_typed_while_rooms_are_built_is_in_the_form(desk: Desk, order: int) -> None:
    async def story() -> None:
        while_furnishing(desk, lambda: press("1b16", *2 * [Qt.Key.Key_Return], "p004", Qt.Key.Key_Backspace), order)
        await signed_in(desk)
        assert desk.window.work.front == "receipts"
        form = await form_of(desk)
        assert form.field("booth").control.value() == "1B16"
        assert form.lines.rows[0].item.text() == "p00"
        assert form.draft.exhibitor  # Enter after the booth did what it does
        await hit("5")
        assert form.lines.rows[0].item.text() == "p005"
        await desk.until(lambda: [one.id for one in desk.shift.store.drafts()] == [form.draft.fact], "it is on disk")

    desk.live(story)


@pytest.mark.parametrize("broken", ["door", "handing over"])
def test_control_otherwise_it_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    if broken == "door":
        monkeypatch.setattr(SignInView, "welcome", lambda _: None)
    else:
        monkeypatch.setattr(ShiftWires, "take_typed", lambda *_: None)

    async def story() -> None:
        while_furnishing(desk, lambda: press("1b16"))
        await signed_in(desk)
        form = await form_of(desk)
        assert form.field("booth").control.value() == ""
        assert desk.window.work.front == "today"

    desk.live(story)


def test_text_typed_on_the_first_page_begins_a_receipt(desk: Desk) -> None:
    async def story() -> None:
        await signed_in(desk)
        assert desk.window.work.front == "today"
        await hit("2b21")
        assert desk.window.work.front == "receipts"
        form = await form_of(desk)
        assert form.field("booth").control.value().casefold() == "2b21"
        assert form.draft.booth.casefold() == "2b21"

    desk.live(story)


def test_an_unfinished_form_keeps_what_it_holds(desk: Desk) -> None:
    async def before() -> None:
        await signed_in(desk)
        await hit("3b12")
        form = await form_of(desk)
        await desk.until(lambda: desk.shift.store.drafts(), "it is on disk")
        kept.append(form.draft.fact)

    async def story() -> None:
        while_furnishing(desk, lambda: press("1b16"))
        await signed_in(desk)
        form = await form_of(desk)
        await desk.until(lambda: len(desk.shift.store.drafts()) == 2, "both are on disk")
        assert form.draft.fact != kept[0]
        texts = {one.id: one.text for one in desk.shift.store.drafts()}
        assert "3b12" in texts[kept[0]].casefold()
        assert "1b16" not in texts[kept[0]].casefold()
        assert "1b16" in texts[form.draft.fact].casefold()

    kept: list[str] = []
    desk.live(before)
    desk.again(story)


def test_a_password_typed_again_while_it_is_checked_never_stands_in_the_open(desk: Desk) -> None:
    async def story() -> None:
        while_furnishing(desk, lambda: press("ial", Qt.Key.Key_Return))
        door = desk.door
        door.sign_in_requested.connect(
            lambda *_: QTimer.singleShot(0, lambda: press("tr"))
        )  # impatient: once more, from the start
        await signed_in(desk)
        form = await form_of(desk)
        assert form.field("booth").control.value() == ""
        assert not form.draft.touched

    desk.live(story)


def test_an_input_method_is_not_meddled_with(desk: Desk) -> None:
    """While rooms are built nothing takes composed text; as soon as a field has the keyboard, it does, whole."""

    async def story() -> None:
        taken: list[bool] = []

        def compose() -> None:
            focus = QApplication.focusWidget()
            assert focus is not None
            taken.append(focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled))

        while_furnishing(desk, compose)
        await signed_in(desk)
        assert taken == [False]
        await hit("1")
        form = await form_of(desk)
        form.field("payer_name").control.setFocus()
        name = QApplication.focusWidget()
        assert name is not None
        QApplication.sendEvent(name, QInputMethodEvent("wangfang", []))
        committed = QInputMethodEvent("", [])
        committed.setCommitString("王芳")
        QApplication.sendEvent(name, committed)
        assert form.field("payer_name").control.value() == "王芳"
        assert committed.type() == QEvent.Type.InputMethod

    desk.live(story)
