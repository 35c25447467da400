"""A question that needs an answer: asked in a small dialog that stops nothing else."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets.buttons import Button
from agent_desk.ui.widgets.card import label


class Question(Retranslates, QDialog):
    """Title, what it means, one verb and "Cancel". Esc is "Cancel"; a destructive verb is never the default key."""

    answered = Signal(bool)

    def __init__(
        self, title: str, text: str, verb: str, *, danger: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        self.setMinimumWidth(400)
        self.setMaximumWidth(560)
        self._title = label(title, role="section", wrap=True)
        self._text = label(text, wrap=True)
        self.verb_button = Button(verb, "danger" if danger else "filled")
        self.cancel_button = Button()
        column = QVBoxLayout(self)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        column.setSpacing(space.m)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(space.s)
        row = QHBoxLayout()
        row.setSpacing(space.s)
        row.addStretch()
        row.addWidget(self.cancel_button)
        row.addWidget(self.verb_button)
        column.addLayout(row)
        self.verb_button.clicked.connect(self.accept)
        self.cancel_button.clicked.connect(self.reject)
        (self.cancel_button if danger else self.verb_button).setDefault(True)
        (self.cancel_button if danger else self.verb_button).setFocus()
        self.finished.connect(lambda result: self.answered.emit(result == QDialog.DialogCode.Accepted))
        self.retranslate()

    def retranslate(self) -> None:
        """The way out is always called the same."""
        self.cancel_button.setText(self.tr("Cancel"))
