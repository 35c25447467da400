"""Two machines go on from one disk: a person says which of them keeps the receipt numbers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Button, label


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
        self.setMinimumWidth(520)
        self._title = label(role="section", wrap=True)
        self._text = label(tone="muted", wrap=True)
        self.later_button, self.other_button, self.this_button = Button(), Button(), Button()
        column = QVBoxLayout(self)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        column.setSpacing(space.m)
        column.addWidget(self._title)
        column.addWidget(self._text)
        row = QHBoxLayout()
        row.setSpacing(space.s)
        row.addStretch(1)
        for button in (self.later_button, self.other_button, self.this_button):
            button.setAutoDefault(False)  # no answer by a stray Enter
            row.addWidget(button)
        column.addLayout(row)
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
                " Two machines would give out the same numbers. If the other machine is gone, or was only a copy,"
                " this one keeps them. If the other one goes on working, it keeps them, and this machine"
                " needs a seat number of its own from IT and a book from your leader."
            )
        )
        self.this_button.setText(self.tr("This machine keeps them"))
        self.other_button.setText(self.tr("The other machine keeps them"))
        self.later_button.setText(self.tr("Later"))
