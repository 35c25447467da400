"""A field: what is asked, where it is answered, and what is wrong with the answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.ui.theme import dress
from agent_desk.ui.widgets.card import label


class Field(QWidget):
    """Label above (or ``beside``) the control, one line below for the hint or the error, which keeps its room."""

    def __init__(
        self,
        text: str,
        control: QWidget,
        *,
        hint: str = "",
        required: bool = False,
        below: bool = True,
        beside: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._hint, self._error = hint, ""
        self._label = label(role="label")
        self._mark = label("*", role="label", tone="danger")
        self._below = label(role="hint", wrap=False)
        self._label.setBuddy(control)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._label)
        head.addWidget(self._mark)
        if beside:
            head.addSpacing(4)
            head.addWidget(control)
        else:
            head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        if not beside:
            column.addWidget(control)
        column.addWidget(self._below)
        self._below.setVisible(below)
        if isinstance(control, QAbstractScrollArea):
            column.setStretchFactor(control, 1)
        else:
            column.addStretch(0)
        self.setFocusProxy(control)
        self.set_required(required)
        self.set_label(text)
        self._show_below()

    @property
    def error(self) -> str:
        """What is wrong now, or ``""``."""
        return self._error

    def text(self) -> str:
        """The question."""
        return self._label.text()

    def set_label(self, text: str) -> None:
        """Change the question; the screen reader hears it too."""
        self._label.setText(text)
        self.control.setAccessibleName(text)

    def set_required(self, required: bool) -> None:
        """Show whether it must be answered."""
        self._mark.setVisible(required)

    def set_hint(self, hint: str) -> None:
        """A line of help below."""
        self._hint = hint
        self._show_below()

    def set_error(self, error: str | None) -> None:
        """Say what is wrong with the answer; ``None`` when it is right."""
        self._error = error or ""
        dress(self.control, tone="danger" if self._error else "")
        self._show_below()

    def _show_below(self) -> None:
        """Error first, hint otherwise."""
        words = self._error or self._hint
        if self._error:
            self._below.show()
        self._below.setText(words)
        self._below.setToolTip(words)
        self._below.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        dress(self._below, tone="danger" if self._error else "muted")
        self.control.setAccessibleDescription(words)
