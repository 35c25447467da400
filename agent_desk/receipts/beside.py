"""Beside the sheet: what it comes to, the button that saves it, and where the last receipt is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.receipts.model import State
from agent_desk.receipts.state_words import STATE_LOOKS, state_word
from agent_desk.receipts.sums_card import SumsCard
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.time_words import local
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Button, Card, Shape, StatePill, label

WIDTH = 300


class Beside(Retranslates, QWidget):
    """The right column of the receipt form."""

    save_requested = Signal()
    clear_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last: tuple[str, int] | None = None
        space = Theme.current().space
        self.sums = SumsCard()
        self.save_button = Button(kind="filled", icon="save")
        dress(self.save_button, big=True)
        self.save_button.clicked.connect(self.save_requested)
        self.clear_button = Button(kind="quiet", icon="reset")
        self.clear_button.clicked.connect(self.clear_requested)
        self.sums.body.addSpacing(space.s)
        self.sums.add(self.save_button)
        self.sums.add(self.clear_button)
        self._last_card = Card()
        self._last_number = label(role="section", figures=True)
        self._last_words = label(tone="muted", wrap=True, figures=True)
        self.last_pill = StatePill("", "muted", Shape.UP)
        for part in (self._last_number, self._last_words, self.last_pill):
            self._last_card.add(part)
        self._last_card.hide()
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space.m)
        column.addWidget(self.sums)
        column.addWidget(self._last_card)
        column.addStretch(1)
        self.retranslate()

    def show_last(self, number: str, stored_us: int, state: State) -> None:
        """Where the last receipt is, in a word and a shape."""
        self._last = number, stored_us
        tone, shape = STATE_LOOKS[state]
        self.last_pill.show_as(state_word(state), tone, shape)
        self._last_number.setText(number)
        self._say_last()
        self._last_card.show()

    def _say_last(self) -> None:
        if self._last is not None:
            self._last_words.setText(self.tr("Saved here {0}").format(f"{local(self._last[1]):%H:%M:%S}"))

    def retranslate(self) -> None:
        """The words on the buttons and over the last receipt."""
        self.save_button.setText(self.tr("Save receipt"))
        self.clear_button.setText(self.tr("Clear the form"))
        self._last_card.set_title(self.tr("Last receipt"))
        self._say_last()
