"""One hand on the keyboard: Enter leads through the sheet, a digit chooses, the field in hand is in view."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from agent_desk.receipts.form import Form
from agent_desk.receipts.search_edit import SearchEdit
from agent_desk.receipts.sheet import Sheet
from agent_desk.ui.widgets import Button, Segments, TextLine
from agent_desk.ui.widgets.edits import half_width

SKIPPED_BY_ENTER = frozenset({"happened", "income"})
"""They are filled in already; Tab still reaches them."""


class SheetKeys(QObject):
    """Leads the keyboard through a sheet that lies in a scroll area."""

    done = Signal()
    """Enter on the last field."""

    def __init__(self, sheet: Sheet, form: Form, scroll: QScrollArea) -> None:
        super().__init__(sheet)
        self._sheet = sheet
        self._scroll = scroll
        self._order = [box.name for box in form.boxes if box.name in sheet.fields or box.name == "lines"]
        for field in sheet.fields.values():
            field.control.installEventFilter(self)
        sheet.lines.left.connect(lambda: self.go("method"))
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._follow_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes what is marked and goes on to the next field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_enter(event):
            name = next((each for each, field in self._sheet.fields.items() if field.control is watched), "")
            if name:
                self._enter(name)
                return True
        return super().eventFilter(watched, event)

    def take(self, event: QKeyEvent) -> bool:
        """A key the buttons of a choice let through: Enter goes on, a digit chooses. False when it is none of them."""
        name = self._choice_with_focus()
        if name and _is_enter(event):
            self._enter(name)
        elif name and half_width(event.text()).isdigit():
            self._choose_by_digit(name, int(half_width(event.text())))
        else:
            return False
        return True

    def go(self, name: str) -> None:
        """Put the keyboard into a box, with what stands there marked."""
        control = self._sheet.control(name)
        if isinstance(control, Segments):
            buttons = control.findChildren(Button)
            chosen = next((button for button in buttons if button.isChecked()), buttons[0])
            chosen.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            control.setFocus(Qt.FocusReason.TabFocusReason)
            if isinstance(control, TextLine):
                control.selectAll()

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The field in hand is always in view, on a long receipt too; its row may have just been made."""
        if now is not None and self._scroll.isAncestorOf(now):
            QTimer.singleShot(0, now, lambda: self._scroll.ensureWidgetVisible(now, 0, 48))

    def _choice_with_focus(self) -> str:
        focus = self._sheet.focusWidget()
        for name, field in self._sheet.fields.items():
            if isinstance(field.control, Segments) and focus is not None and field.control.isAncestorOf(focus):
                return name
        return ""

    def _choose_by_digit(self, name: str, digit: int) -> None:
        values = self._sheet.choices(name)
        if 1 <= digit <= len(values):
            self._sheet.choose(name, values[digit - 1])

    def _enter(self, name: str) -> None:
        control = self._sheet.control(name)
        if isinstance(control, SearchEdit):
            control.take()
        for later in self._order[self._order.index(name) + 1 :]:
            if later == "lines":
                self._sheet.lines.focus_line(0)
                return
            if later in SKIPPED_BY_ENTER or (later in {"exhibitor", "hall"} and self._sheet.text(later)):
                continue
            self.go(later)
            return
        self.done.emit()


def _is_enter(event: QKeyEvent) -> bool:
    chords = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & chords
