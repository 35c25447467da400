"""The Today page: everything that waits for this person, sorted by when it hurts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from agent_desk.ui.capability import Waiting
from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.time_words import clock_time, local
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.typed_ahead import key_of
from agent_desk.ui.widgets import Button, EmptyState, Page, label

WIDEST = 760


class WaitingRow(QFrame):
    """One thing that waits: what, why, since when, and the one button that helps."""

    def __init__(self, item: Waiting, now_us: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item = item
        self._picture = QLabel()
        dress(self, role="card")
        space = Theme.current().space
        self._picture.setFixedWidth(24)
        self._what = label(role="strong", wrap=True)
        self._why = label(role="small", tone="muted", wrap=True)
        self._since = label(role="small", tone="muted", figures=True)
        self.button = Button()
        self.button.clicked.connect(lambda: self._item.act())
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._why)
        row = QHBoxLayout(self)
        row.setContentsMargins(space.m, space.s, space.s, space.s)
        row.setSpacing(space.m)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self._since)
        row.addWidget(self.button)
        self.show_item(item, now_us)

    @property
    def item(self) -> Waiting:
        """What it shows."""
        return self._item

    def show_item(self, item: Waiting, now_us: int) -> None:
        """Show it anew, in place."""
        self._item = item
        self._what.setText(item.what)
        self._why.setText(item.why)
        self._why.setVisible(bool(item.why))
        self._since.setText(clock_time(item.since_us, now_us))
        self.button.setText(item.button)
        self.button.setAccessibleName(f"{item.button}: {item.what}")
        self.setAccessibleName(f"{item.what}. {item.why}")
        self._paint_icon()

    def changeEvent(self, event: QEvent) -> None:
        """The icon follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()

    def _paint_icon(self) -> None:
        tone = {"info": "accent"}.get(self._item.tone, self._item.tone)
        self._picture.setPixmap(Icons.current().pixmap(self._item.icon, tone, 20, self.devicePixelRatioF()))


class TodayPage(Retranslates, Page):
    """What waits, from every capability. Rows stay where they are while they wait: nothing jumps under the hand."""

    first_step_requested = Signal()
    typed = Signal(object)
    """A :class:`~agent_desk.ui.typed_ahead.Key` that writes: hands that do not look where they are yet."""

    def __init__(self, now_us: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._now_us = now_us
        self._rows: dict[str, WaitingRow] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(Theme.current().space.s)
        self._list.setContentsMargins(0, 0, 8, 0)
        inside = QWidget()
        dress(inside, role="page")
        inside.setLayout(self._list)
        self._list.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setMaximumWidth(WIDEST)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._empty = EmptyState("done")
        self.first_step = Button(kind="filled")
        self.first_step.clicked.connect(self.first_step_requested)
        self.first_step.hide()
        self._empty.add_action(self.first_step)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self._empty, 1)
        self._step: tuple[Callable[[], str], str] | None = None
        self.show_waiting(())

    def teach(self, words: Callable[[], str], keys: str) -> None:
        """The first step of an empty day and its keys."""
        self._step = (words, keys)
        self._empty.key.set_keys(keys)
        self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """There is nothing to type into here, so it was meant for the first step."""
        key = key_of(event)
        if key is None or not key.text.strip():
            super().keyPressEvent(event)
            return
        self.typed.emit(key)

    def show_waiting(self, items: Iterable[Waiting]) -> None:
        """Show what waits now: rows that stay keep their widget, and the keyboard with it."""
        wanted = sorted(items, key=_when_it_hurts)
        keys = [item.key for item in wanted]
        for gone in [key for key in self._rows if key not in keys]:
            row = self._rows.pop(gone)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, item in enumerate(wanted):
            self._show_row(place, item)
        self.setFocusProxy(self._rows[keys[0]].button if wanted else self.first_step)
        self._scroll.setVisible(bool(wanted))
        self._empty.setVisible(not wanted)
        self.retranslate()

    @property
    def rows(self) -> tuple[WaitingRow, ...]:
        """What is shown, from top to bottom."""
        items = [self._list.itemAt(place) for place in range(self._list.count())]
        shown = [item.widget() for item in items if item is not None]
        return tuple(row for row in shown if isinstance(row, WaitingRow))

    def _show_row(self, place: int, item: Waiting) -> None:
        row = self._rows.get(item.key)
        if row is None:
            row = self._rows[item.key] = WaitingRow(item, self._now_us())
            self._list.insertWidget(place, row)
        else:
            row.show_item(item, self._now_us())
            if self._list.indexOf(row) != place:
                self._list.removeWidget(row)
                self._list.insertWidget(place, row)

    def retranslate(self) -> None:
        """Say every word anew."""
        now = local(self._now_us())
        day = self.tr("{month}/{day}", "a date in the title").format(month=now.month, day=now.day)
        weekdays = (
            self.tr("Monday"), self.tr("Tuesday"), self.tr("Wednesday"), self.tr("Thursday"),
            self.tr("Friday"), self.tr("Saturday"), self.tr("Sunday"),
        )  # fmt: skip
        waits = self.tr("%n waiting for you", None, len(self._rows)) if self._rows else ""
        told = " · ".join(part for part in (day, weekdays[now.weekday()], waits) if part)
        self.set_title(self.tr("Today"), told)
        self._empty.say(
            self.tr("Nothing waits for you"),
            self.tr("What is unsent, held, disputed or left half written appears here, the most pressing first."),
        )
        self.first_step.setVisible(self._step is not None)
        if self._step is not None:
            self.first_step.setText(self._step[0]())


def _when_it_hurts(item: Waiting) -> tuple[bool, int, int]:
    return (item.hurts_us is None, item.hurts_us or 0, item.since_us)
