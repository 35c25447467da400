"""Why a receipt is made void: the paper shows it, and all copies are kept."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Button, Field, NumberEdit, TextLine, label

MOST_COPIES = 9


class VoidQuestion(Retranslates, QDialog):
    """A reason and the number of copies kept; Esc leaves everything as it is."""

    confirmed = Signal(str, int)

    def __init__(self, number: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        self._number = number
        self._title = label(role="section")
        self._words = label(tone="muted", wrap=True)
        self.reason = TextLine(longest=100)
        self.copies = NumberEdit(least=0, most=MOST_COPIES)
        self.copies.set_number(3)
        self._reason_field = Field("", self.reason, required=True)
        self._copies_field = Field("", self.copies, required=True)
        self.void_button = Button(kind="danger")
        self.cancel_button = Button()
        column = QVBoxLayout(self)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        column.setSpacing(space.s)
        for part in (self._title, self._words, self._reason_field, self._copies_field):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(space.s)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.void_button)
        column.addLayout(row)
        self.cancel_button.clicked.connect(self.reject)
        self.void_button.clicked.connect(self._confirm)
        self.reason.setFocus()
        self.retranslate()

    def _confirm(self) -> None:
        copies = self.copies.number()
        self._reason_field.set_error(None if self.reason.value() else self.tr("Say why; the paper shows it."))
        self._copies_field.set_error(None if copies is not None else self.tr("Count the copies you hold."))
        if self.reason.value() and copies is not None:
            self.confirmed.emit(self.reason.value(), copies)
            self.accept()

    def retranslate(self) -> None:
        """All words."""
        self.setWindowTitle(self.tr("Make void"))
        self._title.setText(self.tr("Make receipt {0} void?").format(self._number))
        self._words.setText(self.tr("Stamp all copies and keep them with the book. A correction goes on a new leaf."))
        self._reason_field.set_label(self.tr("Reason"))
        self._copies_field.set_label(self.tr("Copies kept"))
        self.void_button.setText(self.tr("Make void"))
        self.cancel_button.setText(self.tr("Cancel"))
