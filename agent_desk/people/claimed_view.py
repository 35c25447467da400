"""What was written without proof under this number: its person looks through it and takes it as their own, or says it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Bar, Button, label


@dataclass(frozen=True)
class Line:
    """One entry as it is listed: its fact, what it is, and when it was written (both in words)."""

    fact: str
    what: str
    when: str


class ClaimedView(Retranslates, QDialog):
    """A list with a tick beside each entry that is mine. Opened beside the work, never waited for."""

    confirmed = Signal(list)
    """The facts that are *not* mine."""

    def __init__(self, name: str, lines: Sequence[Line], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.resize(600, 480)
        self._title = label(role="section", wrap=True)
        self._text = label(tone="muted", wrap=True)
        self.bar = Bar()
        self.bar.hide()
        self.list = QListWidget()
        for line in lines:
            self._add(line)
        self._count = label(role="small", tone="muted", figures=True)
        self.confirm_button = Button(kind="filled")
        self.later_button = Button()
        self._lay_out()
        self.list.itemChanged.connect(self._show_count)
        self.confirm_button.clicked.connect(self._confirm)
        self.later_button.clicked.connect(self.reject)
        self.list.setCurrentRow(0)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.retranslate()

    def _add(self, line: Line) -> None:
        item = QListWidgetItem(f"{line.when}   {line.what}", self.list)
        item.setData(Qt.ItemDataRole.UserRole, line.fact)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked)

    def _lay_out(self) -> None:
        space = Theme.current().space
        column = QVBoxLayout(self)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        column.setSpacing(space.m)
        for widget in (self._title, self._text, self.bar):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(space.s)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.later_button)
        row.addWidget(self.confirm_button)
        column.addLayout(row)

    @property
    def denied(self) -> list[str]:
        """The facts whose tick was taken away."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [
            str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() != Qt.CheckState.Checked
        ]

    def refuse(self, sentence: str) -> None:
        """Say why it could not be confirmed now."""
        self.confirm_button.setEnabled(True)
        self.bar.say(sentence, "danger")
        self.bar.show()

    def _confirm(self) -> None:
        self.confirm_button.setEnabled(False)
        self.confirmed.emit(self.denied)

    def _show_count(self) -> None:
        total, denied = self.list.count(), len(self.denied)
        mine = self.tr("%n mine", None, total - denied)
        not_mine = self.tr("%n not mine", None, denied)
        self._count.setText(f"{mine} · {not_mine}" if denied else mine)

    def retranslate(self) -> None:
        """Say every word anew."""
        self.setWindowTitle(self.tr("Written without proof"))
        self._title.setText(self.tr("Is this yours? Written under your number as {0}").format(self._name))
        self._text.setText(
            self.tr(
                "Nobody could check who wrote these. Take the tick from what is not yours:"
                " it is kept and goes to your leader. The rest goes to the hub in your name."
            )
        )
        self.list.setAccessibleName(self.tr("Entries written without proof"))
        self.confirm_button.setText(self.tr("Confirm"))
        self.later_button.setText(self.tr("Later"))
        self._show_count()
