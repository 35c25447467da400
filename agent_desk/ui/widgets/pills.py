"""States as word + shape + colour, readable by a colour-blind leader five metres away."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Retranslates


class Shape(StrEnum):
    """The closed list of shapes."""

    DOT = "dot"
    QUARTER = "quarter"
    PLAY = "play"
    BARS = "bars"
    PEN = "pen"
    DASH = "dash"
    QUESTION = "question"
    TRIANGLE = "triangle"
    CROSS = "cross"
    CHECK = "check"
    RING = "ring"
    SQUARE = "square"
    UP = "up"


class SeatState(StrEnum):
    """What a seat can be in."""

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    AFTER_CALL = "after_call"
    NOT_READY = "not_ready"
    BREAK = "break"
    UNKNOWN = "unknown"


class LinkState(StrEnum):
    """How the seat stands to the hub."""

    LINKED = "linked"
    LAGGING = "lagging"
    DOWN = "down"
    REFUSED = "refused"


SEAT_LOOKS: Final[dict[SeatState, tuple[str, Shape, str]]] = {
    SeatState.READY: ("state_ready", Shape.DOT, QT_TRANSLATE_NOOP("SeatState", "Ready")),
    SeatState.RINGING: ("state_ringing", Shape.QUARTER, QT_TRANSLATE_NOOP("SeatState", "Ringing")),
    SeatState.TALKING: ("state_talking", Shape.PLAY, QT_TRANSLATE_NOOP("SeatState", "Talking")),
    SeatState.HOLD: ("state_hold", Shape.BARS, QT_TRANSLATE_NOOP("SeatState", "On hold")),
    SeatState.AFTER_CALL: ("state_after_call", Shape.PEN, QT_TRANSLATE_NOOP("SeatState", "After-call work")),
    SeatState.NOT_READY: ("state_not_ready", Shape.DASH, QT_TRANSLATE_NOOP("SeatState", "Not ready")),
    SeatState.BREAK: ("state_not_ready", Shape.DASH, QT_TRANSLATE_NOOP("SeatState", "Break")),
    SeatState.UNKNOWN: ("state_unknown", Shape.QUESTION, QT_TRANSLATE_NOOP("SeatState", "Unknown")),
}
LINK_LOOKS: Final[dict[LinkState, tuple[str, Shape]]] = {
    LinkState.LINKED: ("ok", Shape.DOT),
    LinkState.LAGGING: ("warn", Shape.QUARTER),
    LinkState.DOWN: ("warn", Shape.TRIANGLE),
    LinkState.REFUSED: ("danger", Shape.CROSS),
}
VEIL: Final = {"light": 0.10, "dark": 0.12, "contrast": 0.0}  # opacity of a state's own colour as its ground
TINTS: Final = {"ok": "ok_tint", "warn": "warn_tint", "danger": "danger_tint", "accent": "accent_tint"}


def _dot(painter: QPainter, box: QRectF) -> None:
    painter.drawEllipse(box)


def _ring(painter: QPainter, box: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(1, 1, -1, -1))


def _quarter(painter: QPainter, box: QRectF) -> None:
    filled = painter.brush()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box.adjusted(0.8, 0.8, -0.8, -0.8))
    painter.setBrush(filled)
    painter.drawPie(box.adjusted(0.8, 0.8, -0.8, -0.8), 0, 90 * 16)


def _play(painter: QPainter, box: QRectF) -> None:
    painter.drawPolygon(
        QPolygonF(
            [box.topLeft() + QPointF(1, 0), QPointF(box.right(), box.center().y()), box.bottomLeft() + QPointF(1, 0)]
        )
    )


def _bars(painter: QPainter, box: QRectF) -> None:
    width = box.width() * 0.28
    painter.drawRect(QRectF(box.left() + 1, box.top(), width, box.height()))
    painter.drawRect(QRectF(box.right() - width - 1, box.top(), width, box.height()))


def _pen(painter: QPainter, box: QRectF) -> None:
    _stroke(painter, 2.2)
    painter.drawLine(box.bottomLeft() + QPointF(2.4, -2.4), box.topRight() + QPointF(-1, 1))
    painter.drawPoint(box.bottomLeft() + QPointF(0.8, -0.8))


def _dash(painter: QPainter, box: QRectF) -> None:
    painter.drawRoundedRect(QRectF(box.left(), box.center().y() - 2, box.width(), 4), 1, 1)


def _triangle(painter: QPainter, box: QRectF) -> None:
    painter.drawPolygon(QPolygonF([QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]))


def _cross(painter: QPainter, box: QRectF) -> None:
    _stroke(painter, 2.2)
    inner = box.adjusted(1, 1, -1, -1)
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def _check(painter: QPainter, box: QRectF) -> None:
    _stroke(painter, 2.2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    low = QPointF(box.left() + box.width() * 0.38, box.bottom() - 1)
    painter.drawPolyline(
        QPolygonF([QPointF(box.left() + 0.5, box.center().y() + 0.5), low, QPointF(box.right() - 0.5, box.top() + 1.5)])
    )


def _square(painter: QPainter, box: QRectF) -> None:
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 1.5, 1.5)


def _up(painter: QPainter, box: QRectF) -> None:
    _stroke(painter, 2.0)
    top = QPointF(box.center().x(), box.top() + 1)
    painter.drawLine(top, QPointF(box.center().x(), box.bottom() - 0.5))
    painter.drawLine(top, top + QPointF(-3, 3))
    painter.drawLine(top, top + QPointF(3, 3))


def _question(painter: QPainter, box: QRectF) -> None:
    colour = painter.brush().color()
    painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(colour, 1.2))
    painter.drawEllipse(box.adjusted(0.6, 0.6, -0.6, -0.6))


def _stroke(painter: QPainter, width: float) -> None:
    """Draw with a round pen in the brush's colour."""
    painter.setPen(
        QPen(painter.brush().color(), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )


_DRAWN: Final[dict[Shape, Callable[[QPainter, QRectF], None]]] = {
    Shape.DOT: _dot, Shape.QUARTER: _quarter, Shape.PLAY: _play, Shape.BARS: _bars, Shape.PEN: _pen, Shape.DASH: _dash,
    Shape.QUESTION: _question, Shape.TRIANGLE: _triangle, Shape.CROSS: _cross, Shape.CHECK: _check, Shape.RING: _ring,
    Shape.SQUARE: _square, Shape.UP: _up,
}  # fmt: skip


def draw_shape(painter: QPainter, shape: Shape, box: QRectF, colour: QColor) -> None:
    """Draw one of the closed list of shapes into ``box`` (about 10 px square)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour)
    outline = QPen(colour, 1.6) if shape in {Shape.QUARTER, Shape.RING} else QPen(Qt.PenStyle.NoPen)
    painter.setPen(outline)
    _DRAWN[shape](painter, box)
    painter.restore()


if TYPE_CHECKING:
    _Face = QAbstractButton
else:
    _Face = object


class _PillFace(_Face):
    """Shape and words on a rounded ground: the common face of the state and link pills, mixed into a label or a button."""

    HEIGHT = 24
    MARK = 10
    NARROWEST = 400
    _tone = "muted"
    _shape = Shape.DOT

    @property
    def tone(self) -> str:
        """The colour token it is drawn in."""
        return self._tone

    @property
    def shape(self) -> Shape:
        """The shape before the words."""
        return self._shape

    def show_as(self, text: str, tone: str, shape: Shape) -> None:
        """Say something else."""
        self._tone, self._shape = tone, Shape(shape)
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the words."""
        words = QFontMetrics(self._font()).horizontalAdvance(self.text())
        return QSize(words + self.MARK + 8 + 22, self.HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The words may be cut short, the shape never."""
        return QSize(min(self.sizeHint().width(), self.NARROWEST), self.HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tinted ground, shape, words."""
        theme, painter = Theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = theme.colour(self._tone)
        painter.setPen(QPen(colour, 1) if self.underMouse() and self._clickable() else Qt.PenStyle.NoPen)
        painter.setBrush(self._ground(theme))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self.height() / 2, self.height() / 2
        )
        draw_shape(painter, self._shape, QRectF(11, (self.height() - self.MARK) / 2, self.MARK, self.MARK), colour)
        painter.setFont(self._font())
        painter.setPen(colour)
        words = self.rect().adjusted(11 + self.MARK + 7, 0, -10, 0)
        shown = QFontMetrics(self._font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The whole text as tooltip when it has to be cut."""
        super().resizeEvent(event)
        self.setToolTip(self.text() if self.width() < self.sizeHint().width() else "")

    def _clickable(self) -> bool:
        return self.focusPolicy() != Qt.FocusPolicy.NoFocus

    def _ground(self, theme: Theme) -> QColor:
        """The tint of its tone, or a thin veil of its colour."""
        if self._tone in TINTS:
            return theme.colour(TINTS[self._tone])
        veil = QColor(theme.colour(self._tone))
        veil.setAlphaF(VEIL[theme.name])
        return veil

    @staticmethod
    def _font() -> QFont:
        return Theme.current().font("body", bold=True, figures=True)


class StatePill(Retranslates, _PillFace, QLabel):
    """The state of a seat, or of anything else with :meth:`show_as` (a receipt: void, held, on the hub)."""

    def __init__(
        self, text: str = "", tone: str = "muted", shape: Shape = Shape.DOT, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state: SeatState | None = None
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_as(text, tone, shape)

    @classmethod
    def of_seat(cls, state: SeatState, parent: QWidget | None = None) -> StatePill:
        """The pill of a seat's state, worded and re-worded by itself."""
        pill = cls(parent=parent)
        pill.set_state(state)
        return pill

    def set_state(self, state: SeatState) -> None:
        """Show a seat's state."""
        self._state = SeatState(state)
        self.retranslate()

    def retranslate(self) -> None:
        """A seat's state is worded here; other words belong to whoever set them."""
        if self._state is not None:
            tone, shape, words = SEAT_LOOKS[self._state]
            self.show_as(QCoreApplication.translate("SeatState", words), tone, shape)


class LightPill(_PillFace, QAbstractButton):
    """The link light in the header: shape, colour and words; pressing it opens the list of what is not on the hub."""

    HEIGHT = 28
    NARROWEST = 72

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_as("", "muted", Shape.QUESTION)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_link(self, state: LinkState, text: str) -> None:
        """Say how the seat stands to the hub, in the words given ("3 not on the hub · oldest 14:03")."""
        tone, shape = LINK_LOOKS[LinkState(state)]
        self.show_as(text, tone, shape)
