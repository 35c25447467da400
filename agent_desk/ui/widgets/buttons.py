"""Buttons: the filled one for the next right thing, quiet ones beside it, the rail, and a row of choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress

Kind = Literal["plain", "filled", "quiet", "danger"]
_ICON_TONE: Final[dict[Kind, str]] = {"plain": "text", "filled": "on_accent", "quiet": "accent", "danger": "on_danger"}


class Button(QPushButton):
    """A button with a verb on it. One ``filled`` button a view; ``danger`` for what cannot be taken back."""

    def __init__(self, text: str = "", kind: Kind = "plain", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(18, 18))
        self._kind: Kind = kind
        dress(self, kind=kind)
        if icon:
            self.set_icon(icon)

    def set_icon(self, name: str) -> None:
        """Show an icon before the verb, in the colour that fits the kind."""
        Icons.current().put(self, name, _ICON_TONE[self._kind])

    def set_kind(self, kind: Kind) -> None:
        """Make it the filled one, or a quiet one again."""
        self._kind = kind
        dress(self, kind=kind)


class IconButton(QToolButton):
    """A small button for what a word would crowd; its meaning is in the tooltip and the screen reader's name."""

    def __init__(self, icon: str, meaning: str, tone: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(QSize(32, 32))
        self.setIconSize(QSize(20, 20))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        Icons.current().put(self, icon, tone)
        self.set_meaning(meaning)

    def set_meaning(self, meaning: str) -> None:
        """What it does, in words."""
        self.setToolTip(meaning)
        self.setAccessibleName(meaning)


class RailButton(QAbstractButton):
    """A stop on the rail: icon above word, a bar where one is, a count where something waits."""

    def __init__(self, icon: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._count = 0
        self._hovered = False
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """64 wide, 60 high, as measured for the smallest seat."""
        return QSize(64, 60)

    @property
    def count(self) -> int:
        """How many things wait there."""
        return self._count

    def set_count(self, count: int) -> None:
        """Show how many things wait; 0 hides the badge."""
        self._count = max(0, count)
        self.setAccessibleDescription(str(self._count) if self._count else "")
        self.update()

    def set_text(self, text: str) -> None:
        """Change the word under the icon."""
        self.setText(text)
        self.setAccessibleName(text)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Remember the pointer for the quiet highlight."""
        self._hovered = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._hovered = False
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, bar, icon, word, badge."""
        theme, painter = Theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        tone = "accent" if here else ("text" if self._hovered else "muted")
        self._paint_ground(painter, theme, here=here)
        picture = Icons.current().pixmap(self._icon_name, tone, 22, self.devicePixelRatioF(), filled=here)
        painter.drawPixmap(QPointF((self.width() - 22) / 2, 10), picture)
        words = QRect(2, 36, self.width() - 4, 18)
        font = theme.font("small", bold=here)
        if QFontMetrics(font).horizontalAdvance(self.text()) > words.width():
            font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(theme.colour(tone))
        shown = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, shown)
        if self._count:
            self._paint_badge(painter, theme)

    def _paint_ground(self, painter: QPainter, theme: Theme, *, here: bool) -> None:
        """A tinted ground where one is or points, and the bar at the left edge."""
        if here or self._hovered or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_tint" if here else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 2, -4, -2), 6, 6)
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(1, self.height() / 2 - 10, 3, 20), 1.5, 1.5)

    def _paint_badge(self, painter: QPainter, theme: Theme) -> None:
        """The count at the icon's shoulder; from 100 on "99+"."""
        text = str(self._count) if self._count < 100 else "99+"
        font = theme.font("small", bold=True, figures=True)
        font.setPixelSize(11)
        width = max(16, QFontMetrics(font).horizontalAdvance(text) + 8)
        badge = QRectF(self.width() / 2 + 5, 5, width, 16)
        badge.moveRight(min(badge.right(), self.width() - 3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("danger"))
        painter.drawRoundedRect(badge, 8, 8)
        painter.setFont(font)
        painter.setPen(theme.colour("on_danger"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class Segments(QWidget):
    """One of a few choices, all in view (the ways to pay); arrow keys move between them."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Theme.current().space.xs)
        self._group = QButtonGroup(self)
        self._keys: list[str] = []
        self._setting = False
        self._group.idToggled.connect(self._toggled)
        self.set_choices(choices)

    def set_choices(self, choices: Iterable[tuple[str, str]]) -> None:
        """The choices as (value, words); what was chosen stays chosen when it is still there."""
        before = self.value()
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.deleteLater()
        self._keys = []
        for at, (key, words) in enumerate(choices):
            button = Button(words)
            button.setCheckable(True)
            dress(button, segment=True)
            self._group.addButton(button, at)
            self._row.addWidget(button)
            self._keys.append(key)
        self.set_value(before)

    def value(self) -> str:
        """What is chosen, or ``""``."""
        at = self._group.checkedId()
        return self._keys[at] if 0 <= at < len(self._keys) else ""

    def set_value(self, value: str) -> None:
        """Choose without saying so; an unknown value chooses nothing."""
        self._setting = True
        self._group.setExclusive(False)
        for at, key in enumerate(self._keys):
            self._group.button(at).setChecked(key == value)
        self._group.setExclusive(True)
        self._setting = False

    def _toggled(self, at: int, on: bool) -> None:
        if on and not self._setting:
            self.chosen.emit(self._keys[at])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose the neighbour."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._keys:
            super().keyPressEvent(event)
            return
        at = (self._group.checkedId() + step) % len(self._keys)
        self._group.button(at).setFocus(Qt.FocusReason.TabFocusReason)
        self._group.button(at).click()
