"""Tables: calm rows, keyboard first, an empty state instead of an empty grid."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from agent_desk.ui.theme import Theme
from agent_desk.ui.widgets.empty_state import EmptyState


class _CutTextDelegate(QStyledItemDelegate):
    """Shows the whole text in a tooltip when the column cut it short."""

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Only a cut text needs a tooltip of its own."""
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        wide = view.fontMetrics().horizontalAdvance(text) + 24
        if event.type() == QEvent.Type.ToolTip and text and wide > view.visualRect(index).width():
            QToolTip.showText(event.globalPos(), text, view)
            return True
        return super().helpEvent(event, view, option, index)


class Table(QTableView):
    """A list of rows. Enter opens the row, Ctrl+C copies it, Tab leaves the table, sorting by the header."""

    opened = Signal(QModelIndex)

    def __init__(self, empty: EmptyState | None = None, parent: QWidget | None = None, *, row_height: int = 36) -> None:
        super().__init__(parent)
        self._empty = empty
        self.setItemDelegate(_CutTextDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setFont(Theme.current().font("body", figures=True))
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setDefaultSectionSize(row_height)
        rows.setMinimumSectionSize(row_height)
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setStretchLastSection(True)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        columns.setMinimumSectionSize(48)
        self.doubleClicked.connect(self.opened)
        if empty is not None:
            empty.setParent(self.viewport())
            empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, on=empty.focusProxy() is None)
            empty.hide()

    def setModel(self, model: QAbstractItemModel | None) -> None:  # noqa: N802 - Qt's name
        """Show rows; the empty state appears by itself when there are none."""
        before = self.model()
        if before is not None:
            self._follow(before, on=False)
        super().setModel(model)
        if model is not None:
            self._follow(model, on=True)
        self._show_empty()

    def current_row(self) -> int:
        """The row in hand, or -1."""
        return self.currentIndex().row()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; copy takes the whole row as text."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            QGuiApplication.clipboard().setText(self._row_text(self.current_row()))
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The empty state fills the free room."""
        super().resizeEvent(event)
        if self._empty is not None:
            self._empty.setGeometry(self.viewport().rect())

    def _follow(self, model: QAbstractItemModel, *, on: bool) -> None:
        """Hear when rows come and go."""
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.layoutChanged):
            if on:
                signal.connect(self._show_empty)
            else:
                signal.disconnect(self._show_empty)

    def _show_empty(self) -> None:
        if self._empty is None:
            return
        model = self.model()
        nothing = model is None or model.rowCount() == 0
        self._empty.setGeometry(self.viewport().rect())
        self._empty.setVisible(nothing)
        self.horizontalHeader().setVisible(not nothing)

    def _row_text(self, row: int) -> str:
        """The cells of a row, separated by tabs, as a spreadsheet takes them."""
        model = self.model()
        return "\t".join(str(model.index(row, column).data() or "") for column in range(model.columnCount()))
