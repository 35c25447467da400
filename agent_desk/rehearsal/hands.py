"""A clerk's hands: keys and clicks on the real widgets, the input method for what no key bears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

from agent_desk.receipts.draft import DraftLine, show_moment
from agent_desk.receipts.model import Receipt
from agent_desk.receipts.receipt_view import ReceiptView
from agent_desk.receipts.surcharge import Calendar
from agent_desk.ui.widgets import Segments, TextLine

Key = Qt.Key


async def type_text(into: QWidget, text: str) -> None:
    """Key by key, the window alive in between; Chinese comes as an input method hands it over."""
    for sign in text:
        if " " <= sign <= "~":
            QTest.keyClicks(into, sign)
        else:
            event = QInputMethodEvent()
            event.setCommitString(sign)
            QApplication.sendEvent(into, event)
        await asyncio.sleep(0)


async def press(into: QWidget, key: Qt.Key) -> None:
    """One key that is no sign."""
    QTest.keyClick(into, key)
    await asyncio.sleep(0)


async def click(widget: QWidget) -> None:
    """The left button, in the middle of it."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    await asyncio.sleep(0)


async def type_over(edit: QLineEdit, text: str) -> None:
    """Go there with the mouse, mark what stands there, type."""
    await click(edit)
    edit.selectAll()
    if text:
        await type_text(edit, text)
    else:
        await press(edit, Key.Key_Delete)


class Clerk:
    """Writes leaves into the form. ``calendar`` says how the wall clock of the hall runs; ``methods`` are the
    ways of payment in the order of their digits."""

    def __init__(self, view: ReceiptView, calendar: Calendar, methods: Sequence[str]) -> None:
        self._view = view
        self._calendar = calendar
        self._methods = list(methods)
        self.typed = 0
        self.filled = 0

    async def type_leaf(self, receipt: Receipt) -> None:
        """Every sign by a key, from the booth to the note; the last Enter saves."""
        await self.type_head(receipt)
        await self.type_lines(receipt)
        await self.type_foot(receipt)
        await press(self._edit("note"), Key.Key_Return)
        self.typed += 1

    async def type_head(self, receipt: Receipt) -> None:
        """Number (only if the form offers another), times, booth: hall and exhibitor follow by themselves."""
        number = self._edit("number")
        if number.text() != receipt.number:
            await type_over(number, receipt.number)
        await type_over(self._edit("happened"), show_moment(receipt.happened, self._calendar))
        await type_over(self._edit("booth"), receipt.booth)
        await press(self._edit("booth"), Key.Key_Return)
        await type_over(self._edit("ordered_at"), show_moment(receipt.ordered_at, self._calendar))
        await press(self._edit("ordered_at"), Key.Key_Return)

    async def type_lines(self, receipt: Receipt) -> None:
        """Code, Enter, quantity, Enter; Enter on the empty line at the end goes on to the payment."""
        lines = self._view.lines
        for at, line in enumerate(receipt.lines):
            row = lines.rows[at]
            await type_text(row.item, line.code)
            await press(row.item, Key.Key_Return)
            row.quantity.selectAll()
            await type_text(row.quantity, str(line.quantity))
            await press(row.quantity, Key.Key_Return)
        await press(lines.rows[len(receipt.lines)].item, Key.Key_Return)

    async def type_foot(self, receipt: Receipt) -> None:
        """How it was paid by its digit, then slip, payer, phone, note."""
        method = self._view.field("method").control
        at = self._methods.index(receipt.method.value)
        inside = _focus_in(method)
        if inside is method:  # the keyboard is elsewhere: the mouse chooses
            inside = method.findChildren(QAbstractButton)[at]
            await click(inside)
        else:
            await press(inside, Key(Key.Key_1 + at))
        await press(_focus_in(method), Key.Key_Return)
        for name in ("reference", "payer_name", "payer_phone", "note"):
            edit = self._edit(name)
            await type_text(edit, str(getattr(receipt, name)))
            if name != "note":
                await press(edit, Key.Key_Return)

    async def fill_leaf(self, receipt: Receipt) -> None:
        """The same fields set at once, as a pasted text would be, and the save button clicked."""
        told = {
            "number": receipt.number, "booth": receipt.booth, "exhibitor": receipt.exhibitor,
            "hall": receipt.hall, "happened": show_moment(receipt.happened, self._calendar),
            "ordered_at": show_moment(receipt.ordered_at, self._calendar), "income": receipt.income.value,
            "method": receipt.method.value, "reference": receipt.reference, "payer_name": receipt.payer_name,
            "payer_phone": receipt.payer_phone, "note": receipt.note,
        }  # fmt: skip
        for name, text in told.items():
            self._set(name, text)
        self._view.lines.set_lines([DraftLine(one.code, one.item, str(one.quantity)) for one in receipt.lines])
        await asyncio.sleep(0)
        await click(self._view.save_button)
        self.filled += 1

    def _edit(self, name: str) -> QLineEdit:
        control = self._view.field(name).control
        assert isinstance(control, QLineEdit)
        return control

    def _set(self, name: str, text: str) -> None:
        control = self._view.field(name).control
        if isinstance(control, Segments):
            control.set_value(text)
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(text))
        elif isinstance(control, TextLine):
            control.set_value(text)


def _focus_in(widget: QWidget) -> QWidget:
    """The part of a widget that has the keyboard."""
    inside = widget.window().focusWidget()
    return inside if inside is not None and widget.isAncestorOf(inside) else widget


async def until(true: Callable[[], object], seconds: float) -> bool:
    """Wait with the window alive until something is so; False when it did not become so in time."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not true():
        if loop.time() > end:
            return False
        await asyncio.sleep(0.02)
    return True
