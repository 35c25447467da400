"""The receipt form and list as a clerk uses them: with keys, and by what stands on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from agent_desk.receipts.draft import Draft
from agent_desk.receipts.list_view import ReceiptList
from agent_desk.receipts.receipt_view import ReceiptView

PATIENCE_S = 5.0


async def until(true: Callable[[], bool], what: str = "it") -> None:
    """Wait, within reason, while the window goes on."""
    for _ in range(int(PATIENCE_S / 0.01)):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


def focus() -> QWidget:
    """Where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def type_in(text: str) -> None:
    """Type where the keyboard is; Chinese arrives as an input method commits it."""
    if text.isascii():
        QTest.keyClicks(focus(), text)
        return
    edit = focus()
    assert isinstance(edit, QLineEdit)
    edit.insert(text)
    edit.textEdited.emit(edit.text())


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press one key where the keyboard is."""
    QTest.keyClick(focus(), key, held)


def enter() -> None:
    """The number pad's Enter."""
    press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)


class ReceiptProbe:
    """The live form."""

    def __init__(self, view: ReceiptView) -> None:
        self.view = view

    async def open(self) -> None:
        """Show the form and wait for its number."""
        self.view.start()
        await until(lambda: bool(self.view.draft.fact), "a form")

    def go(self, field: str) -> None:
        """Put the keyboard into a field."""
        self.view.field(field).control.setFocus()

    def write(
        self, booth: str = "1B16", items: tuple[tuple[str, str], ...] = (("P004", "2"),), method: str = "3",
        payer: str = "王芳", phone: str = "13000000001", ordered: str = "",
    ) -> None:  # fmt: skip
        """Fill the form as a clerk does: Enter goes on, + begins the next line."""
        self.go("booth")
        type_in(booth)
        enter()
        type_in(ordered)
        enter()
        for at, (item, quantity) in enumerate(items):
            if at:
                type_in("+")
            type_in(item)
            enter()
            press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            type_in(quantity)
        enter()
        enter()
        type_in(method)
        enter()
        enter()
        type_in(payer)
        enter()
        type_in(phone)
        enter()

    async def save(self) -> str:
        """Press the button; the number of what was saved, once it is on disk and the next form is open."""
        number, before = self.text("number"), self.view.draft.fact
        self.view.save_button.click()
        await until(lambda: self.view.draft.fact != before, "the next form")
        return number

    def text(self, field: str) -> str:
        """What stands in a field."""
        return str(getattr(self.draft, field))

    @property
    def draft(self) -> Draft:
        """What was typed, read anew from the widgets."""
        self.view._take_typed()
        return self.view.draft

    def error(self, field: str) -> str:
        """The sentence below a field; of the lines, the first one."""
        if field != "lines":
            return self.view.field(field).error
        return next((row.error.text() for row in self.view.lines.rows if row.error.text()), "")

    @property
    def sums(self) -> tuple[str, str, str]:
        """Total, capitals, and why there is a surcharge."""
        return self.view.beside.sums.told


class ListProbe:
    """The list of receipts."""

    def __init__(self, table: ReceiptList) -> None:
        self.table = table

    async def search(self, text: str, count: int) -> list[str]:
        """Type into the search field and wait for so many rows; their numbers."""
        self.table.search.setText(text)
        await until(lambda: not self.table._timer.isActive() and not self.table._errands, "the search")
        await until(lambda: self.table.model.rowCount() == count, f"{count} rows")
        return self.numbers

    @property
    def numbers(self) -> list[str]:
        """The numbers from top to bottom."""
        return [self.table.model.row(at).number for at in range(self.table.model.rowCount())]

    def cells(self, at: int) -> list[str]:
        """A row as it is read."""
        model = self.table.model
        return [str(model.index(at, column).data()) for column in range(model.columnCount())]
