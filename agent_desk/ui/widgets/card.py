"""Cards, section titles and plain words: what holds the other widgets together."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme, dress


def label(text: str = "", *, role: str = "body", tone: str = "", wrap: bool = False, figures: bool = False) -> QLabel:
    """Plain words in a role of the type scale; ``figures`` gives digits of equal width."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    if figures or role in {"figure", "timer"}:
        size = role if role in {"figure", "timer"} else "body"
        made.setFont(Theme.current().font(size, bold=size != "body", figures=True))
    return made


class SectionTitle(QWidget):
    """The heading of a part of a view, with room for a few quiet actions at its right."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label(text, role="section")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Theme.current().space.s)
        self._row.addWidget(self._label)
        self._row.addStretch(1)
        self.setAccessibleName(text)

    def text(self) -> str:
        """The heading."""
        return self._label.text()

    def set_text(self, text: str) -> None:
        """Change the heading."""
        self._label.setText(text)
        self.setAccessibleName(text)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._row.addWidget(widget)


class Card(QFrame):
    """A calm white ground with a thin border; ``body`` is the column inside."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(space.l, space.l, space.l, space.l)
        self.body.setSpacing(space.m)
        self.title = SectionTitle(title)
        self.body.addWidget(self.title)
        self.title.setVisible(bool(title))

    def set_title(self, title: str) -> None:
        """Change the heading; an empty one takes no room."""
        self.title.set_text(title)
        self.title.setVisible(bool(title))

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put a widget below the others."""
        self.body.addWidget(widget, stretch)


class Divider(QFrame):
    """A hair line between two parts."""

    def __init__(self, parent: QWidget | None = None, *, upright: bool = False) -> None:
        super().__init__(parent)
        dress(self, role="divider", upright=upright)
