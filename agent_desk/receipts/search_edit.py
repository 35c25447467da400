"""A field that finds things while one types: items by code, pinyin or name, booths and exhibitors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from agent_desk.ui.theme import Theme
from agent_desk.ui.widgets import TextLine
from agent_desk.ui.widgets.edits import half_width

Index = QModelIndex | QPersistentModelIndex
_ROW_HEIGHT = 32
_MOST_ROWS = 8
_NARROWEST = 380


@dataclass(frozen=True)
class Suggestion:
    """One thing that fits what was typed: ``key`` is handed back, the others are shown."""

    key: str
    code: str
    name: str
    note: str = ""


class SearchEdit(TextLine):
    """Type a part, see what fits, Enter takes the first or the marked one. Never takes the focus away."""

    picked = Signal(str)
    """The key of the suggestion a person took."""

    def __init__(self, search: Callable[[str], Sequence[Suggestion]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._search = search
        self._found: list[Suggestion] = []
        self._made: _SuggestionList | None = None
        self.textEdited.connect(self._look)

    @property
    def _list(self) -> _SuggestionList:
        """Made when it is needed: a form has many fields, and most are never searched in."""
        if self._made is None:
            self._made = made = _SuggestionList(self)
            made.itemClicked.connect(self._click)
            self.destroyed.connect(made.deleteLater)  # it lies on the window, but belongs to this field
        return self._made

    @property
    def suggestions(self) -> list[Suggestion]:
        """What is offered now; empty while the list is closed."""
        return list(self._found)

    def take(self) -> bool:
        """Take the marked suggestion, or the only or exact one; False when there is none."""
        if not self._found:
            return False
        at = max(0, self._list.currentRow())
        self._pick(self._found[at])
        return True

    def dismiss(self) -> None:
        """Close the list without taking anything."""
        self._found = []
        if self._made is not None:
            self._made.hide()

    def _look(self, text: str) -> None:
        self._found = list(self._search(half_width(text)))
        self._list.show_all(self._found, self)

    def _pick(self, suggestion: Suggestion) -> None:
        self.dismiss()
        self.picked.emit(suggestion.key)

    def _click(self, item: QListWidgetItem) -> None:
        at = self._list.row(item)
        if 0 <= at < len(self._found):
            self._pick(self._found[at])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move the mark, Esc closes the list; the rest is typing."""
        if self._found:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._list.setCurrentRow((self._list.currentRow() + step) % len(self._found))
                return
            if event.key() == Qt.Key.Key_Escape:
                self.dismiss()
                return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The list belongs to the field that has the keyboard."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.dismiss()


class _SuggestionList(QListWidget):
    """The list under the field: lies over the window's other parts and never takes the keyboard."""

    def __init__(self, edit: QWidget) -> None:
        super().__init__(edit)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_SuggestionDelegate(self))
        self.setUniformItemSizes(True)
        self.hide()

    def show_all(self, found: Sequence[Suggestion], edit: QWidget) -> None:
        """Offer these below the field, or above it where there is no room."""
        self.clear()
        if not found:
            self.hide()
            return
        for each in found:
            item = QListWidgetItem(f"{each.code}  {each.name}  {each.note}".strip())
            item.setData(Qt.ItemDataRole.UserRole, (each.code, each.name, each.note))
            self.addItem(item)
        self.setCurrentRow(0)
        self._lay_over(edit, len(found))

    def _lay_over(self, edit: QWidget, rows: int) -> None:
        window = edit.window()
        self.setParent(window)
        height = min(rows, _MOST_ROWS) * _ROW_HEIGHT + 2 * self.frameWidth() + 2
        width = min(max(edit.width(), _NARROWEST), window.width() - 16)
        below = edit.mapTo(window, QPoint(0, edit.height() + 2))
        x = max(8, min(below.x(), window.width() - width - 8))
        fits_below = below.y() + height <= window.height() - 8
        y = below.y() if fits_below else max(8, below.y() - edit.height() - 4 - height)
        self.setGeometry(QRect(x, y, width, height))
        self.raise_()
        self.show()

    def event(self, event: QEvent) -> bool:
        """Clicks must not reach what lies underneath."""
        if event.type() == QEvent.Type.MouseButtonPress:
            event.accept()
        return super().event(event)


class _SuggestionDelegate(QStyledItemDelegate):
    """Code, name, and the price at the right edge, in columns that line up."""

    CODE_WIDTH = 64

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows of one height."""
        return QSize(200, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Ground, then three texts."""
        self.initStyleOption(option, index)
        code, name, note = index.data(Qt.ItemDataRole.UserRole)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        theme = Theme.current()
        box: QRect = option.rect.adjusted(10, 0, -10, 0)
        painter.save()
        painter.setFont(theme.font("body", figures=True))
        metrics = painter.fontMetrics()
        aside = metrics.horizontalAdvance(note)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(theme.colour("muted"))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, code)
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, note)
        painter.setPen(theme.colour("text"))
        room = box.adjusted(self.CODE_WIDTH, 0, -aside - 12, 0)
        painter.drawText(
            room,
            middle | Qt.AlignmentFlag.AlignLeft,
            metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width()),
        )
        painter.restore()
