"""A leader allows something on another's screen: own number, own password, both names in the fact."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Bar, Button, Field, label


class AuthoriseView(Retranslates, QDialog):
    """Asks for a leader. Opened with ``open()``: calls are heard and the pump goes on meanwhile."""

    authorise_requested = Signal(str, str)
    """The leader's number and password."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = what
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(400)
        self.setMaximumWidth(560)
        self.number = QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.number_field = Field("", self.number, below=False)
        self.password_field = Field("", self.password, below=False)
        self.allow_button = Button(kind="filled")
        self.cancel_button = Button()
        self.bar = Bar()
        self.bar.hide()
        self._title = label(role="section", wrap=True)
        self._text = label(role="body", tone="muted", wrap=True)
        self._lay_out()
        self.number.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._ask)
        self.allow_button.clicked.connect(self._ask)
        self.cancel_button.clicked.connect(self.reject)
        self.retranslate()
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        space = Theme.current().space
        column = QVBoxLayout(self)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.l)
        column.setSpacing(space.m)
        for widget in (self._title, self._text, self.bar, self.number_field, self.password_field):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(space.s)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.allow_button)
        column.addLayout(row)

    def _ask(self) -> None:
        if not self.number.text().strip():
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.password.text():
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.allow_button.isEnabled():
            self.allow_button.setEnabled(False)
            self.authorise_requested.emit(self.number.text().strip(), self.password.text())

    def refuse(self, sentence: str) -> None:
        """Say why it was not allowed."""
        self.allow_button.setEnabled(True)
        self.bar.say(sentence, "danger")
        self.bar.show()
        self._grow()
        self.password.selectAll()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _grow(self) -> None:
        """Wrapped sentences need more height than a dialog takes by itself."""
        column = self.layout()
        assert column is not None
        column.activate()
        width = max(self.width(), column.minimumSize().width())
        self.resize(width, max(self.sizeHint().height(), column.totalHeightForWidth(width)))

    def retranslate(self) -> None:
        """Say every word anew."""
        self.setWindowTitle(self.tr("A leader allows it"))
        self._title.setText(self._what)
        self._text.setText(
            self.tr("A shift leader or manager types their own number and password. Both names stand in the record.")
        )
        self.number_field.set_label(self.tr("Leader's staff number"))
        self.password_field.set_label(self.tr("Leader's password"))
        self.allow_button.setText(self.tr("Allow"))
        self.cancel_button.setText(self.tr("Cancel"))
        self._grow()
