"""The locked seat: everything is covered until the person's password, or until they sign out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Bar, Button, Card, Field, label


class LockView(Retranslates, QWidget):
    """Lies over its window, as large as it, and keeps the keyboard: no dialog, so a call can still be heard."""

    unlock_requested = Signal(str)
    sign_out_requested = Signal()

    def __init__(self, covered: QWidget, number: str, name: str, why: str = "asked") -> None:
        super().__init__(covered)
        self._covered = covered
        self._number, self._name, self._why = number, name, why
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.field = Field("", self.password)
        self.unlock_button = Button(kind="filled")
        self.sign_out_button = Button(kind="quiet")
        self.bar = Bar()
        self.bar.hide()
        self._title = label(role="title", wrap=True)
        self._person = label(role="body", tone="muted", wrap=True)
        self._lay_out()
        self.password.returnPressed.connect(self._ask)
        self.unlock_button.clicked.connect(self._ask)
        self.sign_out_button.clicked.connect(self.sign_out_requested)
        covered.installEventFilter(self)
        self.setFocusProxy(self.password)
        self.retranslate()
        self._cover()
        self.show()
        self.raise_()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        space = Theme.current().space
        card = Card()
        card.setFixedWidth(400)
        card.body.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        for widget in (self._title, self._person, self.bar, self.field, self.unlock_button, self.sign_out_button):
            card.add(widget)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)

    def _ask(self) -> None:
        if self.password.text() and self.unlock_button.isEnabled():
            self.unlock_button.setEnabled(False)
            self.unlock_requested.emit(self.password.text())

    def refuse(self, sentence: str) -> None:
        """Say why it stays locked."""
        self.unlock_button.setEnabled(True)
        self.bar.say(sentence, "danger")
        self.bar.show()
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def lift(self) -> None:
        """Uncover the work."""
        self._covered.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if watched is self._covered and event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks inside the lock only: nothing under it can be reached."""
        inside = [self.password, self.unlock_button, self.sign_out_button]
        at = next((place for place, widget in enumerate(inside) if widget.hasFocus()), -1)
        step = 1 if forward else -1
        for offset in range(1, len(inside) + 1):
            target = inside[(at + step * offset) % len(inside)]
            if target.isEnabled():
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing of the work shows through."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), Theme.current().colour("window"))

    def retranslate(self) -> None:
        """Say every word anew."""
        self._title.setText(self.tr("The seat is locked"))
        person = self.tr("No. {0} {1}").format(self._number, self._name)
        why = {
            "rights": self.tr("Your rights on the hub have ended. What you wrote is safe; ask your leader."),
            "password": self.tr("The hub no longer takes this session's password. Type the new one."),
            "machine": self.tr("Windows was locked, so the seat went to not ready."),
        }.get(self._why, "")
        self._person.setText(f"{person}\n{why}" if why else person)
        self.field.set_label(self.tr("Password"))
        self.unlock_button.setText(self.tr("Unlock"))
        self.sign_out_button.setText(self.tr("Sign out"))
        self.setAccessibleName(self._title.text())
