"""The receipts' page: write one, or look among all of them."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from agent_desk.receipts.list_view import ReceiptList
from agent_desk.receipts.receipt_view import ReceiptView
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Page, Segments

WRITE, ALL = "write", "all"


class ReceiptsPage(Retranslates, Page):
    """Two faces under one title: the form, and the list."""

    def __init__(self, form: ReceiptView, table: ReceiptList, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.form = form
        self.table = table
        self.faces = Segments()
        self.faces.chosen.connect(self.show_face)
        self._stack = QStackedWidget()
        self._stack.addWidget(form)
        self._stack.addWidget(table)
        self.add_action(self.faces)
        self.body.addWidget(self._stack, 1)
        self.retranslate()
        self.show_face(WRITE)

    @property
    def face(self) -> str:
        """``write`` or ``all``."""
        return ALL if self._stack.currentWidget() is self.table else WRITE

    def show_face(self, face: str) -> None:
        """Bring the form or the list to the front, with the keyboard in it."""
        shown: QWidget = self.table if face == ALL else self.form
        self._stack.setCurrentWidget(shown)
        self.faces.set_value(face)
        self._show_title()
        self.setFocusProxy(shown)
        shown.setFocus()
        if face == ALL:
            self.table.look()

    def retranslate(self) -> None:
        """Title and faces."""
        self._show_title()
        self.faces.set_choices([(WRITE, self.tr("Write")), (ALL, self.tr("All receipts"))])

    def _show_title(self) -> None:
        if self.face == WRITE:
            self.set_title(*self.form.titles)
        else:
            self.set_title(self.tr("All receipts"))
