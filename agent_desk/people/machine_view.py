"""Two machines go on from one disk: a person says which of them keeps the receipt numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Button, Card, label

WIDTH = 600


class Answer(Card):
    """One of the answers: what it means for both machines, and the button that gives it."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        space = Theme.current().space
        self._icon = icon
        self._picture = QLabel()
        self._when = label(role="strong", wrap=True)
        self._then = label(role="small", tone="muted", wrap=True)
        self.button = Button()
        self.button.setAutoDefault(False)  # no answer by a stray Enter
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._when)
        words.addWidget(self._then)
        row = QHBoxLayout()
        row.setSpacing(space.m)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.setContentsMargins(space.m, space.m, space.m, space.m)
        self.body.addLayout(row)
        Theme.current().changed.connect(self._paint_icon)
        self._paint_icon()

    def say(self, when: str, then: str, answer: str) -> None:
        """When it is the right one, what comes of it, the word on its button."""
        self._when.setText(when)
        self._then.setText(then)
        self.button.setText(answer)
        self.button.setAccessibleDescription(f"{when} {then}")

    def _paint_icon(self) -> None:
        self._picture.setPixmap(Icons.current().pixmap(self._icon, "accent", 24, self.devicePixelRatioF()))


class MachineView(Retranslates, QDialog):
    """One question with two answers; Esc leaves it open. Opened beside the work, never waited for."""

    answered = Signal(bool)
    """Whether this machine keeps the numbers."""

    def __init__(self, seat: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self._seat = seat
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setFixedWidth(WIDTH)
        self._title = label(role="section", wrap=True)
        self._text = label(tone="muted", wrap=True)
        self._this, self._other = Answer("done"), Answer("copy")
        self.this_button, self.other_button = self._this.button, self._other.button
        self.later_button = Button(kind="quiet")
        self.later_button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        column.setSpacing(space.m)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(space.xs)
        column.addWidget(self._this)
        column.addWidget(self._other)
        column.addWidget(self.later_button, 0, Qt.AlignmentFlag.AlignRight)
        self.later_button.clicked.connect(self.reject)
        self.other_button.clicked.connect(lambda: self._answer(False))
        self.this_button.clicked.connect(lambda: self._answer(True))
        self.later_button.setFocus()
        self.retranslate()

    def _answer(self, keeps: bool) -> None:
        self.answered.emit(keeps)
        self.accept()

    def retranslate(self) -> None:
        """Say every word anew."""
        self.setWindowTitle(self.tr("Receipt numbers"))
        self._title.setText(self.tr("Which machine keeps the receipt numbers of seat {0}?").format(self._seat))
        self._text.setText(
            self.tr(
                "This disk is a copy of another one, or was set back to an older state."
                " Two machines would give out the same numbers."
            )
        )
        self._this.say(
            self.tr("The other machine is gone, or was only a copy"),
            self.tr("Receipts go on here with the next number at once."),
            self.tr("This machine keeps them"),
        )
        self._other.say(
            self.tr("The other machine goes on working"),
            self.tr("This one then needs a seat number of its own from IT and a book from your leader."),
            self.tr("The other one keeps them"),
        )
        width = max(self.this_button.sizeHint().width(), self.other_button.sizeHint().width())
        self.this_button.setMinimumWidth(width)
        self.other_button.setMinimumWidth(width)
        self.later_button.setText(self.tr("Decide later"))
