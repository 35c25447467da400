"""The window: header, rail, pages, side column, status line. It only assembles; what it shows it is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import BarStack, LatePage, StatusLine
from agent_desk.window.header import Header

if TYPE_CHECKING:
    from agent_desk.ui.capability import Room, Who

SMALLEST = (960, 600)
FIRST = (1366, 728)
"""The work area of the smallest seat the desk is drawn for: 1366 × 768 without the task bar."""


@dataclass
class Place:
    """One place of the rail: its page, and what brings it back to where the hands were."""

    page: QWidget
    last_focus: QWidget | None = field(default=None)


class Work(QWidget):
    """What a signed-in person sees between header and status line."""

    place_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from agent_desk.window.rail import Rail
        from agent_desk.window.side import SideColumn

        self.rail = Rail(self)
        self.bars = BarStack(self)
        self.side = SideColumn(self)
        self._stack = QStackedWidget(self)
        self._places: dict[str, Place] = {}
        self._front = ""
        space = Theme.current().space
        self._bars_room = QWidget(self)
        bars = QVBoxLayout(self._bars_room)
        bars.setContentsMargins(space.l, space.m, space.l, 0)
        bars.addWidget(self.bars)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._bars_room)
        middle.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(middle, 1)
        row.addWidget(self.side)
        self.rail.chosen.connect(self.go)
        self._bars_room.hide()

    def add(self, place: str, icon: str, title: Callable[[], str], room: Room) -> None:
        """A capability's room: a stop on the rail, a page, perhaps a panel."""
        self._places[place] = Place(room.page)
        self._stack.addWidget(room.page)
        self.rail.add(place, icon, title)
        if room.side is not None:
            self.side.add(place, room.side)
        if not self._front:
            self.go(place)

    def clear(self) -> None:
        """Take everything away: the person has signed out."""
        for place in self._places.values():
            self._stack.removeWidget(place.page)
            place.page.hide()
            place.page.deleteLater()
        self._places.clear()
        self._front = ""
        self.rail.clear()
        self.side.clear()
        for key in self.bars.bars():
            self.drop_bar(key)

    @property
    def front(self) -> str:
        """The id of the place in front."""
        return self._front

    @property
    def places(self) -> tuple[str, ...]:
        """All places in the order of the rail."""
        return self.rail.places

    def page(self, place: str) -> QWidget:
        """The page of a place, built now if nobody has looked at it yet."""
        page = self._places[place].page
        return page.page() if isinstance(page, LatePage) else page

    def go(self, place: str) -> None:
        """Bring a place to the front, with the keyboard where it was when it was left."""
        if place not in self._places or place == self._front:
            return
        self._leave()
        self._front = place
        target = self._places[place]
        self.page(place)
        self._stack.setCurrentWidget(target.page)
        self.rail.bring_forward(place)
        self.side.bring_forward(place)
        self._enter(target)
        self.place_changed.emit(place)

    def _leave(self) -> None:
        before = self._places.get(self._front)
        focus = self.focusWidget()
        if before is not None and focus is not None and before.page.isAncestorOf(focus):
            before.last_focus = focus

    @staticmethod
    def _enter(target: Place) -> None:
        import shiboken6

        last = target.last_focus
        if last is not None and shiboken6.isValid(last) and last.isVisibleTo(target.page):
            last.setFocus(Qt.FocusReason.OtherFocusReason)
        elif target.page.focusProxy() is not None or target.page.focusPolicy() != Qt.FocusPolicy.NoFocus:
            target.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_bar(self, key: str, text: str, tone: str, action: tuple[str, Callable[[], object]] | None = None) -> None:
        """Say what stays true above every page; the same key again changes the bar."""
        bar = self.bars.show_bar(key, text, tone)
        bar.offer(*(action or ("", lambda: None)))
        self._bars_room.show()

    def drop_bar(self, key: str) -> None:
        """It is true no longer."""
        self.bars.drop(key)
        self._bars_room.setVisible(bool(self.bars.bars()))


class DeskWindow(Retranslates, QMainWindow):
    """The one window. Shows a door (first run, sign-in) or the work."""

    painted = Signal()
    """Once, after the first paint: from here on heavy parts may be imported."""
    words_changed = Signal()
    """The language has changed: whoever put words into the window from outside says them anew."""
    close_requested = Signal()
    """The person wants to close: :meth:`close_now` does it when everything has been let go."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("desk")
        self.header = Header(self)
        self.status = StatusLine(self)
        self._middle = QStackedWidget(self)
        self._work: Work | None = None
        self._door: QWidget | None = None
        self._was_painted = False
        self._may_close = False
        self.ground = ground = QWidget(self)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(ground)
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST)
        self.retranslate()

    @property
    def work(self) -> Work:
        """What a signed-in person works in; made when it is first asked for, after the first paint."""
        if self._work is None:
            self._work = Work(self._middle)
            self._middle.addWidget(self._work)
            self._work.side.fit(self.width())
        return self._work

    def show_door(self, door: QWidget) -> None:
        """Nobody is signed in: show this page instead of the work."""
        old, self._door = self._door, door
        self._middle.addWidget(door)
        self._middle.setCurrentWidget(door)
        self.header.seat(None)
        self.status.hide()
        if old is not None and old is not door:
            self._drop(old)
        door.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_work(self, who: Who) -> None:
        """Somebody has signed in."""
        self.header.seat(who)
        self._middle.setCurrentWidget(self.work)
        self.status.show()
        if self._door is not None:
            self._drop(self._door)
            self._door = None

    @property
    def door(self) -> QWidget | None:
        """The page shown while nobody is signed in."""
        return self._door

    def hold_actions(self, allowed: frozenset[str] | None = None) -> None:
        """Let only the ``allowed`` keys work (locked, nobody signed in); ``None`` lets all work again."""
        for action in self.actions():
            action.setEnabled(allowed is None or action.objectName().removeprefix("action:") in allowed)

    def _drop(self, page: QWidget) -> None:
        self._middle.removeWidget(page)
        page.hide()
        page.deleteLater()

    def close_now(self) -> None:
        """Close for good."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is cut off: whoever hears the wish stops the pump and closes the files first."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the window is on the screen."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()
            QTimer.singleShot(0, self.header, self.header.finish)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window folds the side column."""
        super().resizeEvent(event)
        if self._work is not None:
            self._work.side.fit(self.width())

    def retranslate(self) -> None:
        """The title in the task bar."""
        self.setWindowTitle(self.tr("Agent Desk"))
        self.words_changed.emit()
