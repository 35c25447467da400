"""The lines of a receipt as a grid to type into: item, quantity, unit, price, amount."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from agent_desk.base.money import Fen, figures, plain_figures
from agent_desk.receipts import sums
from agent_desk.receipts.catalog import Catalog, Item
from agent_desk.receipts.draft import DraftLine
from agent_desk.receipts.entry import told
from agent_desk.receipts.form import Form
from agent_desk.receipts.search_edit import SearchEdit, Suggestion
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import IconButton, NumberEdit, label

ITEM, QUANTITY, UNIT, PRICE, AMOUNT, REMOVE = range(6)
_WIDTHS = {QUANTITY: 84, UNIT: 84, PRICE: 92, AMOUNT: 104, REMOVE: 32}
_FIRST_ROWS = 3
"""Empty rows a fresh form shows, as the bought form has ruled lines."""
_PER_LINE = 2
"""Grid rows a line takes: its boxes, and what is wrong with it."""


class LineRow(QObject):
    """One line: its widgets in the grid, and what was typed into them."""

    changed = Signal()
    next_requested = Signal()
    """The line is complete: go to the next one."""
    done_requested = Signal()
    """Enter on an empty line: no further lines."""
    remove_requested = Signal()

    def __init__(self, catalog: Catalog, language: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._language = language
        self._item: Item | None = None
        self._kept = DraftLine()
        self.item = SearchEdit(self._suggest)
        self.quantity = NumberEdit(least=1, most=sums.LARGEST_QUANTITY)
        self.quantity.setFixedWidth(_WIDTHS[QUANTITY])
        self.unit = label(tone="muted")
        self.price = label(tone="muted", figures=True)
        self.amount = label(figures=True)
        self.remove = IconButton("dismiss", "")
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.error = label(role="hint", tone="danger")
        self.error.hide()
        self.remove.hide()
        for figure in (self.price, self.amount):
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.item.picked.connect(self._pick)
        self.item.textEdited.connect(self._forget)
        self.quantity.textEdited.connect(self._tell)
        self.remove.clicked.connect(self.remove_requested)
        for edit in (self.item, self.quantity):
            edit.installEventFilter(self)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """In the order of the columns."""
        return (self.item, self.quantity, self.unit, self.price, self.amount, self.remove)

    def line(self) -> DraftLine:
        """As typed; the item is named only once it was found in the price list."""
        if self._item is None:
            return DraftLine(code=self.item.text().strip(), quantity=self.quantity.text())
        language = self._language()
        return DraftLine(
            code=self._item.code,
            item=told(self._item.names, language),
            quantity=self.quantity.text(),
            unit=told(self._item.units, language),
            unit_price=plain_figures(Fen(self._item.price)),
        )

    def set_line(self, line: DraftLine) -> None:
        """Show a kept line."""
        self._item = self._catalog.item(line.code) if line.item else None
        self.item.dismiss()
        self.item.setText(line.code)
        self.quantity.set_number(None)
        self.quantity.setText(line.quantity)
        self.set_error("")
        quantity = line.quantity.replace(",", "")
        if quantity.isascii() and quantity.isdigit() and 1 <= int(quantity) <= sums.LARGEST_QUANTITY:
            self.quantity.set_number(int(quantity))
        self.show_words()

    @property
    def chosen(self) -> Item | None:
        """The item of the price list, once it was found."""
        return self._item

    @property
    def blank(self) -> bool:
        """Nothing was typed."""
        return not self.item.text().strip() and not self.quantity.text()

    def set_error(self, sentence: str) -> None:
        """Say what is wrong with the line, below it; nothing when it is right."""
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        for edit in (self.item, self.quantity):
            edit.setAccessibleDescription(sentence)
        dress(self.item, tone="danger" if sentence else "")

    def show_words(self) -> None:
        """Item, unit, price and amount in the language in force."""
        if self._item is None:
            self.unit.clear()
            self.price.clear()
        else:
            language = self._language()
            if not self.item.hasFocus() or not self.item.isModified():
                self.item.set_value(f"{self._item.code}  {told(self._item.names, language)}")
            self.unit.setText(told(self._item.units, language))
            self.price.setText(figures(Fen(self._item.price), sign=""))
        self.remove.setVisible(not self.blank)
        self._show_amount()

    def _show_amount(self) -> None:
        quantity = self.quantity.number()
        if self._item is None or quantity is None:
            self.amount.clear()
            return
        amount = sums.line_amount(quantity, self._item.price)
        self.amount.setText(figures(Fen(amount), sign=""))

    def _suggest(self, typed: str) -> Sequence[Suggestion]:
        language = self._language()
        return [
            Suggestion(
                item.code,
                item.code,
                told(item.names, language),
                f"{figures(Fen(item.price))} / {told(item.units, language)}",
            )
            for item in self._catalog.search(typed)
        ]

    def _pick(self, code: str) -> None:
        self._item = self._catalog.item(code)
        self.item.setModified(False)
        if not self.quantity.text():
            self.quantity.set_number(1)
        self.show_words()
        self._tell()

    def _forget(self, _typed: str) -> None:
        self._item = None
        self.item.setModified(True)
        self.show_words()
        self._tell()

    def _tell(self) -> None:
        self._show_amount()
        self.remove.setVisible(not self.blank)
        self.set_error("")
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on, + begins the next line; both keys lie on the number pad."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & _CHORDS:
            self._enter(at_item=watched is self.item)
            return True
        if event.text() in {"+", "＋"}:
            self.item.take()
            self.next_requested.emit()
            return True
        return False

    def _enter(self, *, at_item: bool) -> None:
        if at_item and self.blank:
            self.done_requested.emit()
        elif at_item:
            self.item.take()
            self.quantity.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.next_requested.emit()


_CHORDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class LinesEdit(Retranslates, QWidget):
    """All lines of a receipt. There is always an empty one at the end to type into."""

    changed = Signal()
    left = Signal()
    """The person has no further lines."""

    def __init__(
        self, catalog: Catalog, form: Form, language: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._form = form
        self._language = language
        self.rows: list[LineRow] = []
        self._heads = {column: label(role="label") for column in (ITEM, QUANTITY, UNIT, PRICE, AMOUNT)}
        self._problem = label(role="hint", tone="danger")
        self._problem.hide()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Theme.current().space.s)
        self._grid.setVerticalSpacing(Theme.current().space.xs)
        self._grid.setColumnStretch(ITEM, 1)
        for column, width in _WIDTHS.items():
            self._grid.setColumnMinimumWidth(column, width)
        for column, head in self._heads.items():
            side = Qt.AlignmentFlag.AlignRight if column in {PRICE, AMOUNT} else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(head, 0, column, side)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._grid)
        outer.addWidget(self._problem)
        self.set_lines([])
        self.retranslate()

    def lines(self) -> list[DraftLine]:
        """What was typed; empty lines at the end do not count."""
        typed = [row.line() for row in self.rows]
        while typed and typed[-1].blank:
            typed.pop()
        return typed

    def set_lines(self, lines: Sequence[DraftLine]) -> None:
        """Show kept lines, and at least a few empty ones."""
        wanted = max(_FIRST_ROWS, len(lines) + 1)
        while len(self.rows) > wanted:
            self._take_away(self.rows[-1])
        while len(self.rows) < wanted:
            self._add()
        for at, row in enumerate(self.rows):  # rows are dear to make: those that are there are written anew
            row.set_line(lines[at] if at < len(lines) else DraftLine())
        self.set_problem("")

    def set_error(self, at: int, sentence: str) -> None:
        """Say what is wrong with one line."""
        if 0 <= at < len(self.rows):
            self.rows[at].set_error(sentence)
        else:
            self.set_problem(sentence)

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong with the lines as a whole."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def clear_errors(self) -> None:
        """All is well as far as anybody knows."""
        self.set_problem("")
        for row in self.rows:
            row.set_error("")

    def focus_line(self, at: int) -> None:
        """Put the keyboard into one line's item."""
        while at >= len(self.rows):
            self._add()
        self.rows[at].item.setFocus(Qt.FocusReason.TabFocusReason)

    def first_income(self) -> str:
        """The kind of income of the first item that was found, or ``""``."""
        return next((row.chosen.income.value for row in self.rows if row.chosen is not None), "")

    def last_edit(self) -> QWidget:
        """The last field, for the order of the Tab key."""
        return self.rows[-1].quantity

    def retranslate(self) -> None:
        """Heads, units and items in the language in force."""
        language = self._language()
        names = {"item": ITEM, "quantity": QUANTITY, "unit": UNIT, "unit_price": PRICE, "amount": AMOUNT}
        for column in self._form.columns:
            if column.name in names:
                self._heads[names[column.name]].setText(told(column.labels, language))
        for at, row in enumerate(self.rows, start=1):
            self._name(row, at)
            row.show_words()

    def _name(self, row: LineRow, at: int) -> None:
        """What a screen reader calls the fields of a line."""
        row.item.setAccessibleName(self.tr("Item, line {0}").format(at))
        row.quantity.setAccessibleName(self.tr("Quantity, line {0}").format(at))
        row.remove.set_meaning(self.tr("Remove line {0}").format(at))
        row.item.setPlaceholderText(self.tr("Code, pinyin or name") if at == 1 else "")

    def _add(self) -> LineRow:
        row = LineRow(self._catalog, self._language, self)
        at = len(self.rows)
        self.rows.append(row)
        place = 1 + at * _PER_LINE
        for column, widget in enumerate(row.widgets):
            self._grid.addWidget(widget, place, column)
        self._grid.addWidget(row.error, place + 1, 0, 1, len(row.widgets))
        for widget in row.widgets[:REMOVE]:
            widget.show()  # at once: the keyboard may be wanted in it before the window comes round
        row.changed.connect(self._grow)
        row.changed.connect(self.changed)
        row.next_requested.connect(lambda: self._next(row))
        row.done_requested.connect(lambda: self._done(row))
        row.remove_requested.connect(lambda: self._remove(row))
        self._name(row, at + 1)
        self._order_tabs()
        return row

    def _next(self, row: LineRow) -> None:
        at = self.rows.index(row) + 1
        self.focus_line(at)

    def _grow(self) -> None:
        """Another empty line, once something stands in the last one."""
        if not self.rows[-1].blank:
            self._add()

    def _done(self, row: LineRow) -> None:
        if any(not each.blank for each in self.rows[self.rows.index(row) + 1 :]):
            self.focus_line(self.rows.index(row) + 1)
        else:
            self.left.emit()

    def _remove(self, row: LineRow) -> None:
        at = self.rows.index(row)
        kept = [each.line() for each in self.rows]
        del kept[at]
        while kept and kept[-1].blank:
            kept.pop()
        self.set_lines(kept)
        self.retranslate()
        self.focus_line(min(at, len(self.rows) - 1))
        self.changed.emit()

    def _take_away(self, row: LineRow) -> None:
        self.rows.remove(row)
        for widget in (*row.widgets, row.error):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        row.deleteLater()

    def _order_tabs(self) -> None:
        before: QWidget | None = None
        for row in self.rows:
            for edit in (row.item, row.quantity):
                if before is not None:
                    QWidget.setTabOrder(before, edit)
                before = edit
