"""The live receipt: left the paper as it lies on the desk, right what it comes to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.receipts.beside import Beside
from agent_desk.receipts.draft import Draft, Problem
from agent_desk.receipts.entry import told
from agent_desk.receipts.errands import Errands
from agent_desk.receipts.lines_edit import LinesEdit
from agent_desk.receipts.model import State
from agent_desk.receipts.service import ReceiptService, Written
from agent_desk.receipts.sheet import Sheet
from agent_desk.receipts.sheet_keys import SheetKeys
from agent_desk.ui.messages import Messages
from agent_desk.ui.theme import Theme
from agent_desk.ui.time_words import local
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.typed_ahead import Key, type_again
from agent_desk.ui.widgets import BarStack, Button, Field

KEEP_EVERY_MS = 500
"""A form in the making is on disk at most this long after a key stroke, also while typing goes on."""
PAPER_WIDTH = 1040
"""Wider than this the eye loses the line."""
NO_NUMBER = (
    "receipts.no_book", "receipts.range_used_up", "receipts.numbers_asked", "receipts.numbers_elsewhere",
)  # fmt: skip
"""Why a form has no number of its own; gone as soon as there is one."""


class ReceiptView(Retranslates, QWidget):
    """One form at a time. Nothing typed is ever lost; saving opens the next form."""

    saved = Signal(object)
    """A :class:`Written`, after it is on disk and the next form is open."""

    def __init__(
        self,
        service: ReceiptService,
        messages: Messages,
        language: Callable[[], str],
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._messages = messages
        self._language = language
        self._errands = Errands(messages, self)
        self._draft = Draft(FactId(""))
        self._last: Written | None = None
        self._left: int | None = None
        self._news = 0
        self._saving = False
        self._keep_timer = QTimer(self)
        self._keep_timer.setSingleShot(True)
        self._keep_timer.setInterval(KEEP_EVERY_MS)
        self._keep_timer.timeout.connect(self._keep)
        self._clock_timer = QTimer(self)
        self._clock_timer.setInterval(20_000)
        self._clock_timer.timeout.connect(self._show_sums)
        self.bars = BarStack()
        self.building = self._build()
        """What is still to be built, step by step; nothing is left unless told otherwise."""
        if at_once:
            deque(self.building, maxlen=0)

    # Building --------------------------------------------------------------------------------

    def _build(self) -> Iterator[None]:
        self.sheet = Sheet(self._service.catalog, self._service.form, self._language)
        self.sheet.changed.connect(self._touched)
        self.beside = Beside()
        self.beside.save_requested.connect(self.save)
        self.beside.clear_requested.connect(self.clear)
        scroll = self._lay_out()  # before the sheet is filled: to move a full one costs as much as to fill it
        yield
        yield from self.sheet.build()
        self._keys = SheetKeys(self.sheet, self._service.form, scroll)
        self._keys.done.connect(self.save)
        self._service.draft_refused.connect(self._tell_refused)
        self.setFocusProxy(self.sheet.control("booth"))
        self.retranslate()
        yield

    def _lay_out(self) -> QScrollArea:
        space = Theme.current().space
        scroll = QScrollArea()
        scroll.setWidget(self.sheet)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMaximumWidth(PAPER_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(space.m)
        row.addWidget(scroll, 1)
        row.addWidget(self.beside)
        row.addStretch(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(space.s)
        outer.addWidget(self.bars)
        outer.addLayout(row, 1)
        return scroll

    def field(self, name: str) -> Field:
        """The field of a box of the form."""
        return self.sheet.fields[name]

    @property
    def lines(self) -> LinesEdit:
        """The lines of the receipt."""
        return self.sheet.lines

    @property
    def save_button(self) -> Button:
        """The one filled button."""
        return self.beside.save_button

    # Verbs -----------------------------------------------------------------------------------

    @property
    def titles(self) -> tuple[str, str]:
        """What the form is called and for which event, in the language in force."""
        language = self._language()
        return told(self._service.form.titles, language), told(self._service.catalog.event.names, language)

    def start(self) -> None:
        """Open the form that was left unfinished, or a fresh one."""
        self._clock_timer.start()
        self._errands.begin(self.resume())

    def close_form(self) -> None:
        """Put what was typed on disk and let go of timers and tasks."""
        if self._keep_timer.isActive():
            self._keep()
        self._keep_timer.stop()
        self._clock_timer.stop()
        self._errands.end()

    @property
    def draft(self) -> Draft:
        """The form in hand."""
        return self._draft

    async def resume(self) -> None:
        """Bring back the newest unfinished form, also after a power cut; else open a fresh one."""
        drafts = [draft for draft in await self._service.drafts() if draft.touched]
        if drafts and not self._has_begun:
            await self.open_draft(drafts[-1])
        if not drafts or self._has_begun:
            await self.open_fresh()
            return
        words = self.tr("This receipt was left unfinished. Go on writing, or clear the form.")
        self._messages.bar(self, "unfinished", words, "accent", dismissable=True)

    def open_kept(self, fact: FactId) -> None:
        """Bring one unfinished form to the front; the one in hand is put on disk first."""
        self._keep()
        self._errands.begin(self._open_kept(fact))

    async def _open_kept(self, fact: FactId) -> None:
        for draft in await self._service.drafts():
            if draft.fact == fact and draft.fact != self._draft.fact:
                await self.open_draft(draft)

    async def open_draft(self, draft: Draft) -> None:
        """Show a form left in the making; one that lost its number gets the next one."""
        if not draft.number:
            await self._give_number(draft)
        if not self._has_begun:
            self._show(draft)

    @property
    def _has_begun(self) -> bool:
        """Whether somebody types already while no form has been opened yet."""
        return not self._draft.fact and self._draft.touched

    async def open_fresh(self) -> None:
        """Open a form with the next number; what was typed before there was one stays in it."""
        draft = Draft(self._service.new_id())
        await self._give_number(draft)
        if self._has_begun:
            self._go_on_with(draft)
        else:
            self._show(draft)

    def _go_on_with(self, draft: Draft) -> None:
        self._draft = draft
        self.sheet.set_text("number", draft.number)
        self.sheet.give_income()
        self._touched()

    def begin_with(self, keys: Sequence[Key]) -> None:
        """Begin with what was typed before the form was there; an unfinished one keeps what it holds."""
        if self._draft.touched:
            self._keep()
            self._errands.begin(self._open_fresh_with(keys))
        else:
            self._keys.go("booth")
            type_again(keys)

    async def _open_fresh_with(self, keys: Sequence[Key]) -> None:
        await self.open_fresh()
        self._keys.go("booth")
        type_again(keys)

    async def _give_number(self, draft: Draft) -> None:
        heard = self._news
        try:
            leaf = await self._service.next_leaf(draft.fact)
        except DeskError as problem:
            if heard != self._news:  # the books came while there was no form yet to number
                await self._give_number(draft)
                return
            self._messages.explain(problem, self, "warn")
            self._left = None
            self._say_left()
            return
        for key in NO_NUMBER:
            self._messages.unbar(self, key)
        draft.book, draft.number = leaf.book, leaf.number
        self._left = leaf.left
        self._say_left()

    def _say_left(self) -> None:
        """How many leaves the book holds after this one."""
        left = self._left
        self.sheet.left_words.setText("" if left is None else self.tr("%n leaf(s) left after this", None, left))

    def save(self) -> None:
        """Save the form if nothing is wrong with it; a second click while saving is nothing."""
        if self._saving:
            return
        self._take_typed()
        problems = self._service.check.problems(self._draft, self._service.now())
        self._show_problems(problems)
        if problems:
            self._messages.tell(self._count_words(len(problems)), "danger")
            return
        self._saving = True
        self.save_button.setEnabled(False)
        self._errands.begin(self._save())

    async def _save(self) -> None:
        try:
            written = await self._service.write(self._draft, self._language())
        except DeskError as problem:
            self._show_refusal(problem)
            return
        finally:
            self._saving = False
            self.save_button.setEnabled(True)
        self._keep_timer.stop()
        self._messages.unbar(self, "unfinished")
        self._last = written
        await self._show_last()
        when = f"{local(written.stored):%H:%M:%S}"
        self._messages.tell(
            self.tr("Receipt {0} saved here {1} · not yet on the hub").format(written.number, when), "ok"
        )
        await self.open_fresh()
        self._keys.go("booth")
        self.saved.emit(written)

    def clear(self) -> None:
        """Throw the form away; it can be taken back from the status line."""
        self._take_typed()
        thrown = self._draft
        self._keep_timer.stop()
        self._errands.begin(self._clear(thrown))

    async def _clear(self, thrown: Draft) -> None:
        await self._service.drop_draft(thrown.fact)
        self._messages.unbar(self, "unfinished")
        await self.open_fresh()
        self._keys.go("booth")
        if thrown.touched:
            undo = lambda: self._errands.begin(self._take_back(thrown))  # noqa: E731 - handed on once
            self._messages.undo(self.tr("Form cleared"), undo)

    async def _take_back(self, thrown: Draft) -> None:
        await self._service.bring_back(thrown)
        self._show(thrown)

    def look_again(self) -> None:
        """News of the hub: say anew where the last receipt is; a book that has just come numbers the form."""
        self._news += 1
        if self._last is not None:
            self._errands.begin(self._show_last())
        if self._draft.fact and not self._draft.number:
            self._errands.begin(self._number_late(self._draft))

    async def _number_late(self, draft: Draft) -> None:
        """On a first sign-in the books come with the first pull, a moment after the form."""
        try:
            await self._service.next_leaf(draft.fact)
        except DeskError:
            return
        if draft is self._draft and not draft.number:
            await self._give_number(draft)
            if draft is self._draft:  # another form may have been opened meanwhile: its number stays
                self.sheet.set_text("number", draft.number)

    # Typing ----------------------------------------------------------------------------------

    def _touched(self) -> None:
        self._take_typed()
        self._show_sums()
        if not self._keep_timer.isActive():
            self._keep_timer.start()

    def _keep(self) -> None:
        self._take_typed()
        if self._draft.fact and self._draft.touched:
            self._service.keep_draft(self._draft)

    def _take_typed(self) -> None:
        self.sheet.take_into(self._draft)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys the buttons of a choice let through."""
        if not self._keys.take(event):
            super().keyPressEvent(event)

    # Showing ---------------------------------------------------------------------------------

    def _show(self, draft: Draft) -> None:
        """Fill the form; nothing of the form before it stays."""
        self._draft = draft
        self.sheet.show_draft(draft)
        self._take_typed()
        self._show_sums()

    def _show_sums(self) -> None:
        sums = self._service.check.reckon(self._draft, self._service.now(), self._language())
        self.beside.sums.show_sums(sums)

    def _show_problems(self, problems: Sequence[Problem]) -> None:
        self.sheet.show_problems(problems, lambda problem: self._messages.sentence(problem.error))
        if not problems:
            return
        first = problems[0]
        if first.field == "lines":
            self.sheet.lines.focus_line(first.line or 0)
        else:
            self._keys.go(first.field)

    def _show_refusal(self, problem: DeskError) -> None:
        """The store said no: at the field when it is the number's fault, else above the form."""
        if problem.code.startswith("receipts.number_"):
            self.field("number").set_error(self._messages.sentence(problem))
            self._keys.go("number")
        else:
            self._messages.explain(problem, self)

    def _tell_refused(self, problem: DeskError) -> None:
        self._messages.explain(problem, self)

    async def _show_last(self) -> None:
        if self._last is None:
            return
        rows = await self._service.rows(self._last.number, limit=1)
        self.beside.show_last(self._last.number, self._last.stored, rows[0].state if rows else State.HERE)

    def _count_words(self, count: int) -> str:
        return self.tr("%n field(s) to look at before this can be saved; nothing is lost", None, count)

    def retranslate(self) -> None:
        """Labels from the form, the rest from the catalogue of sentences."""
        self.sheet.say(self.tr("now"), self.tr("14:03, or 11-20 14:03"))
        self._say_left()
        self._show_sums()
        self.look_again()
