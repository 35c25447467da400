"""The receipts' page: write one, or look among all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QStackedWidget, QWidget

from agent_desk.receipts.receipt_view import ReceiptView
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import LatePage, Page, Segments

if TYPE_CHECKING:
    from agent_desk.receipts.list_view import ReceiptList

WRITE, ALL = "write", "all"


class ReceiptsPage(Retranslates, Page):
    """Two faces under one title: the form, and the list, which is made when somebody first looks at it."""

    def __init__(self, form: ReceiptView, make_table: Callable[[], ReceiptList], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.form = form
        self._late = LatePage(make_table)
        self.faces = Segments()
        self.faces.chosen.connect(self.show_face)
        self._stack = QStackedWidget()
        self._stack.addWidget(form)
        self._stack.addWidget(self._late)
        self.add_action(self.faces)
        self.body.addWidget(self._stack, 1)
        self.retranslate()
        self.show_face(WRITE)

    @property
    def table(self) -> ReceiptList:
        """The list."""
        return cast("ReceiptList", self._late.page())

    @property
    def has_table(self) -> bool:
        """Whether somebody has looked at the list."""
        return self._late.is_built

    @property
    def face(self) -> str:
        """``write`` or ``all``."""
        return ALL if self._stack.currentWidget() is self._late else WRITE

    def show_face(self, face: str) -> None:
        """Bring the form or the list to the front, with the keyboard in it."""
        shown: QWidget = self.table if face == ALL else self.form
        self._stack.setCurrentWidget(self._late if face == ALL else self.form)
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
