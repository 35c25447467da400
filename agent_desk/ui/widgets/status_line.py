"""The status line: the last thing done, a way to take it back, and long work with its bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets.bar import BAR_ICONS
from agent_desk.ui.widgets.buttons import Button
from agent_desk.ui.widgets.card import label


class StatusLine(Retranslates, QFrame):
    """One line at the foot of the window: read, not clicked away."""

    HEIGHT = 32

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        space = Theme.current().space
        dress(self, role="footer")
        self.setFixedHeight(self.HEIGHT)
        self._text, self._tone = "", "muted"
        self._picture = QLabel()
        self._words = label(role="body", figures=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.undo_button = Button(kind="quiet", icon="undo")
        self._work = label(role="small", tone="muted", figures=True)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedWidth(140)
        self._progress.setRange(0, 1000)
        self.cancel_button = Button(kind="quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(space.m, 0, space.s, 0)
        row.setSpacing(space.s)
        row.addWidget(self._picture)
        row.addWidget(self._words, 1)
        for widget in (self.undo_button, self._work, self._progress, self.cancel_button):
            row.addWidget(widget)
            widget.hide()
        for button in (self.undo_button, self.cancel_button):
            dress(button, compact=True)
        self._undo: Callable[[], object] | None = None
        self._cancel: Callable[[], object] | None = None
        self.undo_button.clicked.connect(self._take_back)
        self.cancel_button.clicked.connect(self._stop_work)
        Theme.current().changed.connect(self._paint)
        self.retranslate()

    @property
    def text(self) -> str:
        """What the line says now."""
        return self._text

    @property
    def tone(self) -> str:
        """How much it matters."""
        return self._tone

    def say(self, text: str, tone: str = "muted", undo: Callable[[], object] | None = None) -> None:
        """Say the last thing done, and offer to take it back."""
        self._text, self._tone, self._undo = text, tone, undo
        self.undo_button.setVisible(undo is not None)
        self.setAccessibleName(text)
        dress(self._words, tone={"danger": "danger", "warn": "warn"}.get(tone, ""))
        self._paint()

    def show_work(self, text: str, fraction: float | None, cancel: Callable[[], object] | None = None) -> None:
        """Show long work: how far (0 to 1, ``None`` = not known), and a way to stop it."""
        self._cancel = cancel
        self._work.setText(text)
        self._progress.setRange(0, 0 if fraction is None else 1000)
        if fraction is not None:
            self._progress.setValue(round(1000 * min(1.0, max(0.0, fraction))))
        self._progress.setAccessibleName(text)
        self._work.show()
        self._progress.show()
        self.cancel_button.setVisible(cancel is not None)

    def end_work(self) -> None:
        """The long work is over."""
        self._cancel = None
        for widget in (self._work, self._progress, self.cancel_button):
            widget.hide()

    def work_fraction(self) -> float | None:
        """How far the long work is, or ``None`` when none is shown."""
        return None if self._progress.isHidden() else self._progress.value() / 1000

    def retranslate(self) -> None:
        """The words of its two buttons. What was said of work well done goes with the language it was said in."""
        if self._undo is None and self._tone not in {"warn", "danger"}:
            self.say("")
        self.undo_button.setText(self.tr("Undo"))
        self.cancel_button.setText(self.tr("Cancel"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A long sentence is cut, its whole text is in the tooltip."""
        super().resizeEvent(event)
        self._paint()

    def _paint(self) -> None:
        icon = BAR_ICONS.get(self._tone, "done")
        shown = bool(self._text)
        if shown:
            tone = self._tone if self._tone in BAR_ICONS else "muted"
            self._picture.setPixmap(Icons.current().pixmap(icon, tone, 16, self.devicePixelRatioF()))
        self._picture.setVisible(shown)
        room = max(40, self._words.width())
        cut = self._words.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        self._words.setText(cut)
        self._words.setToolTip(self._text if cut != self._text else "")

    def _take_back(self) -> None:
        act, self._undo = self._undo, None
        self.undo_button.hide()
        if act is not None:
            act()

    def _stop_work(self) -> None:
        if self._cancel is not None:
            self._cancel()
