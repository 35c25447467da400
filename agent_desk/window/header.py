"""The header: the product, who sits where, the state of the link in words, and a few quiet switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Divider, IconButton, LightPill, label

if TYPE_CHECKING:
    from agent_desk.ui.capability import Who
    from agent_desk.window.link_words import LinkWords

HEIGHT = 40


class Mark(QWidget):
    """The product's mark: a tick on the accent."""

    def __init__(self, side: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Drawn, so that it is sharp at every scale and follows the theme."""
        theme, painter = Theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self.width() / 20, self.height() / 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(0, 0, 20, 20), 5, 5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(
            QPen(
                theme.colour("on_accent"), 2, Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin,
            )
        )  # fmt: skip
        tick = QPainterPath()
        tick.moveTo(5.5, 10.4)
        tick.lineTo(8.7, 13.4)
        tick.lineTo(14.5, 6.8)
        painter.drawPath(tick)


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where there is no room; the whole text is its tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(80)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much of the text as there is room for."""
        painter = QPainter(self)
        told = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, told)


class Header(Retranslates, QFrame):
    """One line over everything. Without a person only the product and the switches are there."""

    link_pressed = Signal()
    theme_toggled = Signal()
    language_toggled = Signal()
    settings_requested = Signal()
    shortcuts_requested = Signal()
    lock_requested = Signal()
    sign_out_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        dress(self, role="header")
        self.setFixedHeight(HEIGHT)
        self._who: Who | None = None
        self._product = label(role="strong")
        self._where = ElidedLabel(self)
        dress(self._where, tone="muted")
        self._parting = Divider(self, upright=True)
        self._parting.setFixedHeight(16)
        self.pill = LightPill(self)
        self.pill.clicked.connect(self.link_pressed)
        self._switches: dict[str, IconButton] = {}
        self._person: IconButton | None = None
        self._lay_out()
        self.seat(None)

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(22, 0, 8, 0)
        line.setSpacing(8)
        line.addWidget(Mark(20, self))
        line.addWidget(self._product)
        line.addSpacing(4)
        line.addWidget(self._parting)
        line.addSpacing(4)
        line.addWidget(self._where, 1)
        line.addWidget(self.pill)
        line.addSpacing(4)
        self._line = line

    def finish(self) -> None:
        """Add the switches: drawing their icons takes a while, so that the first paint does not wait for them."""
        if self._person is not None:
            return
        self._switches = self._make_switches()
        self._person = self._make_person()
        for button in (*self._switches.values(), self._person):
            self._line.addWidget(button)
        Theme.current().changed.connect(self._show_theme)
        self.seat(self._who)

    def _make_switches(self) -> dict[str, IconButton]:
        wanted = {
            "language": ("language", self.language_toggled),
            "theme": ("moon", self.theme_toggled),
            "shortcuts": ("keyboard", self.shortcuts_requested),
            "settings": ("settings", self.settings_requested),
        }
        made: dict[str, IconButton] = {}
        for name, (icon, signal) in wanted.items():
            made[name] = IconButton(icon, "", parent=self)
            made[name].clicked.connect(signal)
        return made

    def _make_person(self) -> IconButton:
        button = IconButton("person", "", parent=self)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        self._lock = menu.addAction("", self.lock_requested.emit)
        self._sign_out = menu.addAction("", self.sign_out_requested.emit)
        Icons.current().put(self._lock, "lock")
        Icons.current().put(self._sign_out, "sign_out")
        button.setMenu(menu)
        return button

    def seat(self, who: Who | None) -> None:
        """Show who sits here; ``None`` before anybody signed in."""
        self._who = who
        for widget in (self.pill, self._person, self._parting):
            if widget is not None:
                widget.setVisible(who is not None)
        self.retranslate()

    def show_link(self, words: LinkWords) -> None:
        """Say the state of the link."""
        self.pill.show_as(words.short, words.tone, words.shape)
        self.pill.setToolTip(words.sentence)
        self.pill.setAccessibleDescription(self.tr("State of the link to the hub. Press to see what is not there yet."))

    def switch(self, name: str) -> IconButton:
        """One of the quiet switches: ``theme``, ``language``, ``shortcuts``, ``settings``."""
        return self._switches[name]

    @property
    def seated(self) -> str:
        """Centre, seat, number and name, as shown."""
        return self._where.text()

    def retranslate(self) -> None:
        """Say every word anew."""
        self._product.setText(self.tr("Agent Desk"))
        self._where.setText(self._seated())
        self._where.setToolTip(self._where.text())
        if self._person is None:
            return
        self._switches["theme"].set_meaning(self.tr("Light or dark"))
        self._switches["language"].set_meaning(self.tr("Switch to Chinese"))
        self._switches["shortcuts"].set_meaning(self.tr("Keyboard shortcuts"))
        self._switches["settings"].set_meaning(self.tr("Settings"))
        self._person.set_meaning(self.tr("Lock or sign out"))
        self._lock.setText(self.tr("Lock the seat"))
        self._sign_out.setText(self.tr("Sign out"))
        self._show_theme()

    def _seated(self) -> str:
        who = self._who
        if who is None:
            return ""
        parts = [who.centre_name]
        if who.seat_name or who.seat_number:
            parts.append(who.seat_name or self.tr("seat {0}").format(who.seat_number))
        parts.append(self.tr("No. {0} {1}").format(who.number, who.name))
        return " · ".join(part for part in parts if part)

    def _show_theme(self) -> None:
        """The switch shows where it leads: a sun in the dark, a moon in the light."""
        dark = Theme.current().name == "dark"
        Icons.current().put(self._switches["theme"], "sun" if dark else "moon", "muted")
