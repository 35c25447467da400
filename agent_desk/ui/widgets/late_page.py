"""A page that is built when somebody first wants to see it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class LatePage(QWidget):
    """Stands for a page nobody has looked at yet and makes it when it is first shown, so complete from its first
    picture on. What takes longer than a few tens of milliseconds is built in steps instead, by the room itself."""

    reworded = Signal()
    """The language has changed."""

    def __init__(self, build: Callable[[], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build = build
        self._page: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def is_built(self) -> bool:
        """Whether somebody has wanted it."""
        return self._page is not None

    def page(self) -> QWidget:
        """The page itself, built now if nobody has wanted it before."""
        if self._page is None:
            self._page = self._build()
            self._column.addWidget(self._page)
            self._page.show()  # a layout would do it a moment later, and the keyboard could not go there yet
            self.setFocusProxy(self._page)
        return self._page

    def showEvent(self, event: QShowEvent) -> None:
        """Now it is wanted."""
        self.page()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Tell of another language also while there is no page."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.reworded.emit()
