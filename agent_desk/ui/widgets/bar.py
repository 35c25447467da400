"""Bars: what stays true for a while (an outage, no keyring), said at the top of the view it matters to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets.buttons import Button, IconButton
from agent_desk.ui.widgets.card import label

BAR_ICONS: Final = {"accent": "info", "ok": "done", "warn": "warning", "danger": "error"}


class Bar(Retranslates, QFrame):
    """One sentence, its icon, and at most one thing to do about it."""

    def __init__(self, text: str = "", tone: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = Theme.current().space
        self._tone = tone
        self._picture = QLabel()
        self._picture.setFixedWidth(20)
        self._words = label(wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.action = Button(kind="quiet")
        dress(self.action, compact=True)
        self.action.hide()
        self.close_button = IconButton("dismiss", "")
        self.close_button.setFixedSize(QSize(28, 28))
        self.close_button.hide()
        self.close_button.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(space.m, 6, space.s, 6)
        self._row.setSpacing(space.s)
        self._row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self.action)
        self._row.addWidget(self.close_button)
        self.setMinimumHeight(40)
        self._act: Callable[[], object] | None = None
        self.action.clicked.connect(self._do)
        self.say(text, tone)
        Theme.current().changed.connect(self._paint_icon)
        self.retranslate()

    @property
    def text(self) -> str:
        """The sentence."""
        return self._words.text()

    @property
    def tone(self) -> str:
        """``accent``, ``ok``, ``warn`` or ``danger``."""
        return self._tone

    def say(self, text: str, tone: str = "accent") -> None:
        """Change the sentence and how much it matters."""
        self._tone = tone
        self._words.setText(text)
        self.setAccessibleName(text)
        dress(self, tone=tone)
        self._paint_icon()

    def offer(self, words: str, act: Callable[[], object]) -> None:
        """One thing to do about it."""
        self._act = act
        self.action.setText(words)
        self.action.setVisible(bool(words))

    def retranslate(self) -> None:
        """The closing cross has a name for the screen reader."""
        self.close_button.set_meaning(self.tr("Dismiss"))

    def _do(self) -> None:
        if self._act is not None:
            self._act()

    def _paint_icon(self) -> None:
        picture = Icons.current().pixmap(BAR_ICONS[self._tone], self._tone, 20, self.devicePixelRatioF(), filled=True)
        self._picture.setPixmap(picture)


class BarStack(QWidget):
    """The bars of one view, each under a key: saying the same key again changes the bar, it never piles up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Theme.current().space.s)
        self._bars: dict[str, Bar] = {}
        self.hide()

    def show_bar(self, key: str, text: str, tone: str = "accent", *, dismissable: bool = False) -> Bar:
        """Make or change the bar of a key."""
        bar = self._bars.get(key)
        if bar is None:
            bar = self._bars[key] = Bar(text, tone, self)
            self._column.addWidget(bar)
            bar.close_button.clicked.connect(lambda: self.drop(key))
        bar.say(text, tone)
        bar.close_button.setVisible(dismissable)
        bar.show()
        self.show()
        return bar

    def drop(self, key: str) -> None:
        """Take a bar away; nothing happens if it is not there."""
        bar = self._bars.pop(key, None)
        if bar is not None:
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        self.setVisible(bool(self._bars))

    def bars(self) -> dict[str, Bar]:
        """What is shown now, by key."""
        return dict(self._bars)
