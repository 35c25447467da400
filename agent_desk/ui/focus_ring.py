"""The ring that always shows where the keyboard is: two pixels of accent around the control in focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

if TYPE_CHECKING:
    from agent_desk.ui.theme import Theme

REACH: Final = 4  # px from the control to the ring's outer edge: two of air, two of ring
FOLLOWED: Final = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange}
)


class Ring(QWidget):
    """The painted ring, a sibling above its control that lets the mouse through."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.control: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def lie_around(self, control: QWidget) -> None:
        """Move to a control of the same or another window."""
        self.control = control
        if self.parentWidget() is not control.parentWidget():
            self.setParent(control.parentWidget())
        self.setGeometry(control.geometry().adjusted(-REACH, -REACH, REACH, REACH))
        self.raise_()
        self.setVisible(control.isVisible())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two pixels of accent, two pixels away."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = self._theme.measures.control["radius"] + REACH - 1
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)


class FocusRing(QObject):
    """Moves one ring from button to button; text fields and lists draw their own thicker border instead."""

    def __init__(self, app: QApplication, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._ring: Ring | None = None
        self._followed: QWidget | None = None
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The ring goes where its control goes."""
        if watched is self._followed and event.type() in FOLLOWED:
            self._lay()
        return False

    def _follow(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Lay the ring around ``now`` when it is a button, a tick box or another painted control."""
        if self._followed is not None and shiboken6.isValid(self._followed):
            self._followed.removeEventFilter(self)
        self._followed = now if isinstance(now, QAbstractButton) and now.parentWidget() is not None else None
        if self._followed is not None:
            self._followed.installEventFilter(self)
        self._lay()

    def _lay(self) -> None:
        """Put the ring where it belongs, or away."""
        if self._ring is not None and not shiboken6.isValid(self._ring):
            self._ring = None
        parent = self._followed.parentWidget() if self._followed is not None else None
        if self._followed is None or parent is None:
            if self._ring is not None:
                self._ring.control = None
                self._ring.hide()
            return
        if self._ring is None:
            self._ring = Ring(self._theme, parent)
        self._ring.lie_around(self._followed)
