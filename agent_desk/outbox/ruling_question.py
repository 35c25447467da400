"""Why a held entry counts from now on, or never: the words go with it to everybody who sees it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Button, Field, TextLine, label


class RulingQuestion(Retranslates, QDialog):
    """One reason; Esc leaves everything as it is. ``counts`` is what was pressed: release, else void."""

    confirmed = Signal(str)

    def __init__(self, what: str, why: str, *, counts: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self._counts = counts
        self._what = label(role="section", wrap=True)
        self._what.setText(what)
        self._why = label(tone="muted", wrap=True)
        self._why.setText(why)
        self._words = label(wrap=True)
        self.reason = TextLine(longest=200)
        self._field = Field("", self.reason, required=True)
        self.rule_button = Button(kind="filled" if counts else "danger")
        self.cancel_button = Button()
        column = QVBoxLayout(self)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        column.setSpacing(space.s)
        for part in (self._what, self._why, self._words, self._field):
            column.addWidget(part)
        row = QHBoxLayout()
        row.setSpacing(space.s)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.rule_button)
        column.addLayout(row)
        self.cancel_button.clicked.connect(self.reject)
        self.rule_button.clicked.connect(self._confirm)
        self.reason.setFocus()
        self.retranslate()

    def _confirm(self) -> None:
        reason = self.reason.value().strip()
        self._field.set_error(None if reason else self.tr("Say why; its writer reads it."))
        if reason:
            self.confirmed.emit(reason)
            self.accept()

    def retranslate(self) -> None:
        """All words."""
        if self._counts:
            self.setWindowTitle(self.tr("Release"))
            self._words.setText(self.tr("It counts from now on, as if the hub had just accepted it."))
            self.rule_button.setText(self.tr("Release"))
        else:
            self.setWindowTitle(self.tr("Void"))
            self._words.setText(self.tr("It stays in the history and never counts. This cannot be taken back."))
            self.rule_button.setText(self.tr("Void"))
        self._field.set_label(self.tr("Reason"))
        self.cancel_button.setText(self.tr("Cancel"))
