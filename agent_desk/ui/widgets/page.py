"""A page of work: its title, its bars, and one column of attention."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.widgets.bar import BarStack
from agent_desk.ui.widgets.card import label


class Page(QWidget):
    """Title and actions on top, bars below, the work in ``body``; at most ``widest`` px wide."""

    def __init__(self, title: str = "", parent: QWidget | None = None, *, widest: int = 0) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self._title = label(title, role="title")
        self._subtitle = label(role="body", tone="muted", figures=True)
        self._subtitle.hide()
        self._head = QHBoxLayout()
        self._head.setSpacing(space.s)
        self._head.addWidget(self._title, 0, Qt.AlignmentFlag.AlignVCenter)
        self._head.addWidget(self._subtitle, 0, Qt.AlignmentFlag.AlignVCenter)
        self._head.addStretch(1)
        self.bars = BarStack()
        self.body = QVBoxLayout()
        self.body.setSpacing(space.m)
        inner = QWidget() if widest else self
        column = QVBoxLayout(inner)
        column.setContentsMargins(space.l, space.m, space.l, space.l)
        column.setSpacing(space.m)
        column.addLayout(self._head)
        column.addWidget(self.bars)
        column.addLayout(self.body, 1)
        if widest:
            inner.setMaximumWidth(widest)
            outer = QHBoxLayout(self)
            outer.setContentsMargins(0, 0, 0, 0)
            outer.addWidget(inner, 1)

    def title(self) -> str:
        """The page's title."""
        return self._title.text()

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Change the title and the quiet words after it."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self.setAccessibleName(title)

    def add_action(self, widget: QWidget) -> None:
        """Put a button at the right end of the title row."""
        self._head.addWidget(widget)
