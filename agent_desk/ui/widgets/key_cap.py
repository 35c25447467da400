"""Keys drawn as key caps, so that a hint looks like what the finger finds."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_desk.ui.theme import Theme


class KeyCap(QWidget):
    """One shortcut ("Ctrl+Shift+P") as caps in a row."""

    HEIGHT = 22
    GAP = 4

    def __init__(self, keys: str | QKeySequence = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caps: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_keys(keys)

    @property
    def caps(self) -> list[str]:
        """The words on the caps."""
        return list(self._caps)

    def set_keys(self, keys: str | QKeySequence) -> None:
        """Show another shortcut; an empty one takes no room."""
        words = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        self._caps = split_caps(words)
        self.setAccessibleName(words)
        if self.parentWidget() is not None or not self._caps:
            self.setVisible(bool(self._caps))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """All caps and the gaps between them."""
        widths = self._widths()
        return QSize(sum(widths) + self.GAP * max(0, len(widths) - 1), self.HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Caps are never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each cap a small raised box with a thicker lower edge."""
        theme, painter = Theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        left = 0.0
        for word, width in zip(self._caps, self._widths(), strict=True):
            box = QRectF(left + 0.5, 0.5, width - 1, self.HEIGHT - 1)
            painter.setPen(QPen(theme.colour("border_strong"), 1))
            painter.setBrush(theme.colour("muted_tint"))
            painter.drawRoundedRect(box, 4, 4)
            painter.setBrush(theme.colour("raised"))
            painter.drawRoundedRect(box.adjusted(0, 0, 0, -2), 4, 4)
            painter.setPen(theme.colour("text"))
            painter.drawText(box.adjusted(0, 0, 0, -2), Qt.AlignmentFlag.AlignCenter, word)
            left += width + self.GAP

    def _widths(self) -> list[int]:
        """The width of each cap in px."""
        metrics = QFontMetrics(Theme.current().font("small"))
        return [max(self.HEIGHT, metrics.horizontalAdvance(word) + 14) for word in self._caps]


def split_caps(words: str) -> list[str]:
    """``Ctrl++`` → ``Ctrl``, ``+``; ``Ctrl+K, Ctrl+C`` → its four caps."""
    caps: list[str] = []
    for chord in words.split(", "):
        if not chord:
            continue
        plus = chord.endswith("++") or chord == "+"
        parts = [part for part in chord.removesuffix("+").split("+") if part]
        caps += [*parts, "+"] if plus else parts
    return caps
