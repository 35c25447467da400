"""Icons in the theme's colours: named, sharp at every screen scale, tinted again when the theme changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol, cast, runtime_checkable

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QImage, QPainter, QPixmap, QScreen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from agent_desk.base.places import resources
from agent_desk.ui.theme import Theme

ICONS_NAME: Final = "desk-icons"
MARK: Final = "deskIcon"
SIZES: Final = (16, 20, 24)


@runtime_checkable
class CarriesIcon(Protocol):
    """A button, an action, a tab: anything of Qt with ``setIcon``."""

    def setIcon(self, icon: QIcon) -> None: ...  # noqa: N802 - Qt's name


class Icons(QObject):
    """The icon box of the application, cached by name, tone and look."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setObjectName(ICONS_NAME)
        self._theme = theme
        self._drawings: dict[str, QByteArray] = {}
        self._icons: dict[tuple[str, str, bool], QIcon] = {}
        theme.changed.connect(self._tint_again)
        self._ratios: set[float] = set()
        cast("QApplication", QApplication.instance()).screenAdded.connect(self._heed_screen)
        for screen in QApplication.screens():
            self._heed_screen(screen)

    @staticmethod
    def current() -> Icons:
        """The icon box that belongs to the application's theme."""
        theme = Theme.current()
        found = theme.findChild(Icons, ICONS_NAME, Qt.FindChildOption.FindDirectChildrenOnly)
        return found if found is not None else Icons(theme)

    def icon(self, name: str, tone: str = "text", *, filled: bool = False) -> QIcon:
        """The icon ``resources/icons/<name>.svg`` in a tone; ``FileNotFoundError`` when there is no such drawing."""
        key = (name, tone, filled)
        if key not in self._icons:
            self._icons[key] = self._make(name, tone, filled=filled)
        return self._icons[key]

    def pixmap(
        self, name: str, tone: str = "text", size: int = 20, ratio: float = 1.0, *, filled: bool = False
    ) -> QPixmap:
        """One picture of ``size`` px at 100 %, drawn for a screen with ``ratio`` device pixels a pixel."""
        side = max(1, round(size * ratio))
        pixmap = _tinted(_drawn(QSvgRenderer(self._drawing(name, filled=filled)), side), self._theme.colour(tone))
        pixmap.setDevicePixelRatio(side / size)
        return pixmap

    def put(self, target: CarriesIcon, name: str, tone: str = "text", *, filled: bool = False) -> None:
        """Set the icon of a button or action and keep it in the theme's colours from now on."""
        if isinstance(target, QObject):
            target.setProperty(MARK, f"{name}|{tone}|{int(filled)}")
        target.setIcon(self.icon(name, tone, filled=filled))

    def _make(self, name: str, tone: str, *, filled: bool) -> QIcon:
        """An icon with a picture for each size and each screen scale in use, and a dimmed twin for "disabled"."""
        icon = QIcon()
        drawing = QSvgRenderer(self._drawing(name, filled=filled))
        normal, dimmed = self._theme.colour(tone), self._theme.colour("disabled")
        for side in sorted({round(size * ratio) for size in SIZES for ratio in self._ratios or {1.0}}):
            image = _drawn(drawing, side)
            icon.addPixmap(_tinted(image, normal), QIcon.Mode.Normal)
            icon.addPixmap(_tinted(image, dimmed), QIcon.Mode.Disabled)
        return icon

    def _drawing(self, name: str, *, filled: bool) -> QByteArray:
        """The SVG text, read once."""
        file = f"{name}-filled" if filled else name
        if file not in self._drawings:
            self._drawings[file] = QByteArray((resources() / "icons" / f"{file}.svg").read_bytes())
        return self._drawings[file]

    def _heed_screen(self, screen: QScreen) -> None:
        """A screen that is plugged in, or set to another scale, gets pictures of its own."""
        screen.geometryChanged.connect(self._look_at_screens)
        self._look_at_screens()

    def _look_at_screens(self) -> None:
        new = {screen.devicePixelRatio() for screen in QApplication.screens()} - self._ratios
        self._ratios |= new
        if new and self._icons:
            self._tint_again()

    def _tint_again(self) -> None:
        """Redraw every icon that was put on a living widget or action."""
        self._icons.clear()
        for target in self._targets():
            mark = target.property(MARK)
            if mark:
                name, tone, filled = str(mark).split("|")
                cast(CarriesIcon, target).setIcon(self.icon(name, tone, filled=filled == "1"))

    @staticmethod
    def _targets() -> Iterable[QObject]:
        """All widgets and all actions of all windows."""
        seen: set[int] = set()
        for widget in QApplication.allWidgets():
            yield widget
            for action in [
                *widget.actions(),
                *widget.findChildren(QAction, options=Qt.FindChildOption.FindDirectChildrenOnly),
            ]:
                if id(action) not in seen:
                    seen.add(id(action))
                    yield action


def _drawn(drawing: QSvgRenderer, side: int) -> QImage:
    """The drawing as it is, ``side`` device pixels wide and high."""
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    drawing.render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image


def _tinted(image: QImage, colour: QColor) -> QPixmap:
    """The same in one colour; ``image`` may be tinted again."""
    painter = QPainter(image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), colour)
    painter.end()
    return QPixmap.fromImage(image)
