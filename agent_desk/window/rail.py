"""The rail at the left edge: the places of the desk, icon above word, a count where something waits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from agent_desk.ui.theme import dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import RailButton

WIDTH = 64


class Rail(Retranslates, QFrame):
    """The places, one under the other: up and down walk along, Alt+digit jumps."""

    chosen = Signal(str)
    """The id of the place a person wants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, role="rail")
        self.setFixedWidth(WIDTH + 1)
        self._buttons: dict[str, RailButton] = {}
        self._titles: dict[str, Callable[[], str]] = {}
        self._marking = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 1, 8)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self.retranslate()

    def add(self, place: str, icon: str, title: Callable[[], str]) -> RailButton:
        """A new place at the end; ``title()`` answers its word in the language in force."""
        button = RailButton(icon, title(), self)
        button.clicked.connect(lambda: self.chosen.emit(place))
        button.toggled.connect(lambda on: self._toggled(place, on=on))
        self._buttons[place] = button
        self._titles[place] = title
        self._column.insertWidget(self._column.count() - 1, button)
        self._say(place)
        return button

    def clear(self) -> None:
        """Take every place away: nobody is signed in."""
        for button in self._buttons.values():
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        self._titles.clear()

    def button(self, place: str) -> RailButton:
        """The button of a place."""
        return self._buttons[place]

    @property
    def places(self) -> tuple[str, ...]:
        """The ids from top to bottom: the digit of Alt+digit is the position."""
        return tuple(self._buttons)

    def show_count(self, place: str, count: int) -> None:
        """How many things wait there; a screen reader hears it in words."""
        button = self._buttons[place]
        button.set_count(count)
        button.setAccessibleDescription(self.tr("%n waiting", None, count) if count else "")

    def bring_forward(self, place: str) -> None:
        """Mark the place that is in front."""
        if place in self._buttons:
            self._marking = True
            self._buttons[place].setChecked(True)
            self._marking = False

    def _toggled(self, place: str, *, on: bool) -> None:
        """A screen reader toggles a checkable button without clicking it."""
        if on and not self._marking:
            self.chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk from place to place."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        buttons = list(self._buttons.values())
        at = next((place for place, button in enumerate(buttons) if button.hasFocus()), None)
        if step is None or at is None:
            super().keyPressEvent(event)
            return
        buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def retranslate(self) -> None:
        """Say every word anew."""
        self.setAccessibleName(self.tr("Places of the desk"))
        for place in self._buttons:
            self._say(place)

    def _say(self, place: str) -> None:
        button, at = self._buttons[place], self.places.index(place) + 1
        button.set_text(self._titles[place]())
        button.setToolTip(f"{button.text()}  Alt+{at}" if at <= 9 else button.text())
        self.show_count(place, button.count)
