"""What an empty view says: what would be here, the first step, and its key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme
from agent_desk.ui.widgets.card import label
from agent_desk.ui.widgets.key_cap import KeyCap


class EmptyState(QWidget):
    """An icon, a title, one line of hint and the key of the first step, in the middle of the free room."""

    def __init__(
        self, icon: str, title: str = "", hint: str = "", key: str | QKeySequence = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self._icon = icon
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = label(role="section")
        self._hint = label(role="body", tone="muted", wrap=True)
        self.key = KeyCap(key)
        for words in (self._title, self._hint):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setMaximumWidth(494)  # 38 Chinese characters
        self._hint.setMinimumWidth(120)
        column = QVBoxLayout(self)
        column.setSpacing(space.s)
        column.setContentsMargins(space.xl, space.xl, space.xl, space.xl)
        column.addStretch(2)
        column.addWidget(self._picture)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(
            self._hint, 1000
        )  # as wide as there is room, up to its limit: a wrapped label asks for too little
        row.addStretch(1)
        column.addLayout(row)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(space.s)
        self._foot.addStretch()
        self._foot.addWidget(self.key)
        self._foot.addStretch()
        column.addLayout(self._foot)
        column.addStretch(3)
        self._paint_icon()
        self.key.setVisible(bool(self.key.caps))
        Theme.current().changed.connect(self._paint_icon)
        self.say(title, hint)

    def say(self, title: str, hint: str = "") -> None:
        """Change the words."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(title)
        self.setAccessibleDescription(hint)

    def set_icon(self, icon: str) -> None:
        """Change the picture."""
        self._icon = icon
        self._paint_icon()

    def add_action(self, widget: QWidget) -> None:
        """Put a button beside the key."""
        self._foot.insertWidget(1, widget)

    def _paint_icon(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(Icons.current().pixmap(self._icon, "border_strong", 40, ratio))
