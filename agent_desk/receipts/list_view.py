"""All receipts of this seat: found by number, exhibitor, booth or payer, with where each one stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from agent_desk.base.ids import FactId
from agent_desk.base.money import Fen, figures
from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.receipts.errands import Errands
from agent_desk.receipts.model import State
from agent_desk.receipts.records import Row
from agent_desk.receipts.service import ReceiptService
from agent_desk.receipts.state_words import STATE_LOOKS, state_word
from agent_desk.receipts.void_question import VoidQuestion
from agent_desk.ui.messages import Messages
from agent_desk.ui.theme import Theme
from agent_desk.ui.time_words import clock_time
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import BarStack, Button, EmptyState, Table, TextLine, label
from agent_desk.ui.widgets.pills import draw_shape

Index = QModelIndex | QPersistentModelIndex
LOOK_AFTER_MS = 150
"""Typing settles this long before the list looks again."""
MOST_SHOWN = 500

STATE, NUMBER, WHEN, BOOTH, EXHIBITOR, PAYER, INCOME, METHOD, TOTAL = range(9)
HEADS: Final = (
    QT_TRANSLATE_NOOP("ReceiptTable", "Where it is"),
    QT_TRANSLATE_NOOP("ReceiptTable", "No."),
    QT_TRANSLATE_NOOP("ReceiptTable", "Date"),
    QT_TRANSLATE_NOOP("ReceiptTable", "Booth"),
    QT_TRANSLATE_NOOP("ReceiptTable", "Exhibitor"),
    QT_TRANSLATE_NOOP("ReceiptTable", "Payer"),
    QT_TRANSLATE_NOOP("ReceiptTable", "Kind"),
    QT_TRANSLATE_NOOP("ReceiptTable", "Paid by"),
    QT_TRANSLATE_NOOP("ReceiptTable", "Total"),
)
WIDTHS: Final = {
    STATE: 176,
    NUMBER: 96,
    WHEN: 96,
    BOOTH: 64,
    EXHIBITOR: 240,
    PAYER: 96,
    INCOME: 120,  # "On-site service" in full
    METHOD: 80,
    TOTAL: 112,
}


class ReceiptTable(QAbstractTableModel):
    """The rows as the table shows them."""

    def __init__(self, service: ReceiptService, language: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._service = service
        self._language = language
        self._rows: list[Row] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """One a receipt."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Fixed."""
        return 0 if parent.isValid() else len(HEADS)

    def row(self, at: int) -> Row:
        """The receipt in a row."""
        return self._rows[at]

    def tell(self, rows: Sequence[Row]) -> None:
        """Show these; nothing moves when nothing changed."""
        fresh = list(rows)
        if fresh == self._rows:
            return
        same = [row.fact for row in fresh] == [row.fact for row in self._rows]
        if same:
            self._rows = fresh
            self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(HEADS) - 1))
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def say_anew(self) -> None:
        """The language has changed."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HEADS) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(HEADS) - 1))

    def place(self, fact: FactId) -> int:
        """The row of a receipt, or -1."""
        return next((at for at, row in enumerate(self._rows) if row.fact == fact), -1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, alignment, and the state for the delegate."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.UserRole and index.column() == STATE:
            return row.state.value
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == TOTAL:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the columns are called."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._head(section)
        if role == Qt.ItemDataRole.TextAlignmentRole and section == TOTAL:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    @staticmethod
    def _head(section: int) -> str:
        from PySide6.QtCore import QCoreApplication

        return QCoreApplication.translate("ReceiptTable", HEADS[section])

    def _text(self, row: Row, column: int) -> str:
        form, language = self._service.form, self._language()
        texts = {
            STATE: lambda: state_word(row.state),
            NUMBER: lambda: row.number,
            WHEN: lambda: clock_time(row.happened, self._service.now()),
            BOOTH: lambda: row.booth,
            EXHIBITOR: lambda: row.exhibitor,
            PAYER: lambda: row.payer_name,
            INCOME: lambda: form.choice("income", row.income, language),
            METHOD: lambda: form.choice("method", row.method, language),
            TOTAL: lambda: figures(Fen(row.total)),
        }
        return texts[column]()


class _StateDelegate(QStyledItemDelegate):
    """Shape before the word, both in the state's tone."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row's ground, the shape, the word."""
        self.initStyleOption(option, index)
        word = option.text
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        tone, shape = STATE_LOOKS[State(index.data(Qt.ItemDataRole.UserRole))]
        colour = Theme.current().colour(tone)
        box = option.rect.adjusted(0, -1, 0, -2)
        draw_shape(painter, shape, QRectF(box.left() + 12, box.center().y() - 4.5, 10, 10), colour)
        painter.save()
        painter.setPen(colour)
        painter.setFont(Theme.current().font("body"))
        room = box.adjusted(30, 0, -4, 0)
        shown = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()


class ReceiptList(Retranslates, QWidget):
    """Search, filter, list. Enter opens the paper."""

    paper_made = Signal(str, bytes)
    """Number and PDF of a receipt somebody wants to see."""

    def __init__(
        self,
        service: ReceiptService,
        messages: Messages,
        language: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._messages = messages
        self._language = language
        self._errands = Errands(messages, self)
        self._wanted: FactId | None = None
        self.bars = BarStack()
        self.search = TextLine()
        self.search.setClearButtonEnabled(True)
        self.state = QComboBox()
        self.paper_button = Button(icon="pdf")
        self.void_button = Button(kind="quiet", icon="remove")
        self._count = label(tone="muted", figures=True)
        self._empty = EmptyState("receipt", key="Ctrl+N")
        self.model = ReceiptTable(service, language, self)
        self.table = Table(self._empty)
        self.table.setModel(self.model)
        self.table.setItemDelegateForColumn(STATE, _StateDelegate(self.table))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_AFTER_MS)
        self._timer.timeout.connect(self.look)
        self._build()
        self._connect()
        self.setFocusProxy(self.search)
        self.retranslate()

    def _build(self) -> None:
        space = Theme.current().space
        self.search.setMinimumWidth(260)
        self.state.setMinimumWidth(200)
        row = QHBoxLayout()
        row.setSpacing(space.s)
        row.addWidget(self.search, 1)
        row.addWidget(self.state)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.void_button)
        row.addWidget(self.paper_button)
        columns = self.table.horizontalHeader()
        columns.setStretchLastSection(False)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        columns.setSectionResizeMode(EXHIBITOR, QHeaderView.ResizeMode.Stretch)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(space.m)
        outer.addWidget(self.bars)
        outer.addLayout(row)
        outer.addWidget(self.table, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _: self._timer.start())
        self.search.returnPressed.connect(self.table.setFocus)
        self.state.activated.connect(lambda _: self.look())
        self.table.opened.connect(lambda _: self.open_paper())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_buttons())
        self.model.modelReset.connect(self._show_buttons)
        self.paper_button.clicked.connect(self.open_paper)
        self.void_button.clicked.connect(self.ask_void)
        self._service.receipt_saved.connect(self._look_soon)
        self._service.receipt_voided.connect(self._look_soon)

    # Verbs -----------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask the store again, for what stands in the search field."""
        self._errands.begin(self._look())

    def _look_soon(self, _news: object) -> None:
        if self.isVisible():
            self._timer.start()

    async def _look(self) -> None:
        chosen = self.state.currentData()
        state = State(chosen) if chosen else None
        rows = await self._service.rows(self.search.value(), state, MOST_SHOWN)
        kept = self.current()  # only now: another look may have ended meanwhile
        self.model.tell(rows)
        wanted, self._wanted = self._wanted or (kept.fact if kept else None), None
        at = self.model.place(wanted) if wanted else -1
        if rows:
            self.table.selectRow(max(0, at))
        self._show_count(len(rows))
        self._show_empty()
        self._show_buttons()

    def show_fact(self, fact: FactId) -> None:
        """Bring one receipt to the front, however old; others with its number stand beside it."""
        self._errands.begin(self._show_fact(fact))

    async def _show_fact(self, fact: FactId) -> None:
        receipt = await self._service.receipt(fact)
        self.state.setCurrentIndex(0)
        self.search.setText(receipt.number)
        self._timer.stop()
        self._wanted = fact
        await self._look()

    def current(self) -> Row | None:
        """The receipt in hand."""
        at = self.table.current_row()
        return self.model.row(at) if 0 <= at < self.model.rowCount() else None

    def open_paper(self) -> None:
        """Make the PDF of the receipt in hand."""
        row = self.current()
        if row is not None:
            self._errands.begin(self._open_paper(row))

    async def _open_paper(self, row: Row) -> None:
        made = await self._service.pdf(row.fact, self._language())
        self.paper_made.emit(row.number, made)

    def ask_void(self) -> VoidQuestion | None:
        """Ask why the receipt in hand is void; a dialog that stops nothing else."""
        row = self.current()
        if row is None or row.state is State.VOID:
            return None
        asked = VoidQuestion(row.number, self.window())
        asked.confirmed.connect(lambda reason, copies: self._errands.begin(self._void(row, reason, copies)))
        asked.open()
        return asked

    async def _void(self, row: Row, reason: str, copies: int) -> None:
        await self._service.void(row.fact, reason, copies)
        self._messages.tell(self.tr("Receipt {0} is void; keep its copies").format(row.number), "ok")

    def close_list(self) -> None:
        """Let go of timers and tasks."""
        self._timer.stop()
        self._errands.end()

    # Showing ---------------------------------------------------------------------------------

    def _show_count(self, count: int) -> None:
        more = count >= MOST_SHOWN
        words = self.tr("the newest %n receipt(s)", None, count) if more else self.tr("%n receipt(s)", None, count)
        self._count.setText(words)

    def _show_buttons(self) -> None:
        row = self.current()
        self.paper_button.setEnabled(row is not None)
        self.void_button.setEnabled(row is not None and row.state is not State.VOID)

    def _show_empty(self) -> None:
        if self.search.value() or self.state.currentData():
            self._empty.say(self.tr("Nothing found"), self.tr("Search by number, exhibitor, booth, payer or phone."))
        else:
            words = self.tr("Write the first one; it is kept here even while the hub is down.")
            self._empty.say(self.tr("No receipts yet"), words)

    def retranslate(self) -> None:
        """All words of the list."""
        self.search.setPlaceholderText(self.tr("Number, exhibitor, booth, payer or phone"))
        self.search.setAccessibleName(self.tr("Search receipts"))
        self.state.setAccessibleName(self.tr("Where it is"))
        self.table.setAccessibleName(self.tr("Receipts"))
        self.paper_button.setText(self.tr("Open paper"))
        self.void_button.setText(self.tr("Make void…"))
        before = self.state.currentData()
        self.state.clear()
        self.state.addItem(self.tr("Wherever they are"), "")
        for state in State:
            self.state.addItem(state_word(state), state.value)
        self.state.setCurrentIndex(max(0, self.state.findData(before)))
        self.model.say_anew()
        self._show_count(self.model.rowCount())
        self._show_empty()
        self._show_buttons()
