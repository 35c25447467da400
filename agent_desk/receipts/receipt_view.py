"""The live receipt: left the paper as it lies on the desk, right what it comes to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.receipts.catalog import Exhibitor
from agent_desk.receipts.draft import Draft, Problem
from agent_desk.receipts.entry import told
from agent_desk.receipts.errands import Errands
from agent_desk.receipts.form import GRID, Box, BoxRow, BoxType
from agent_desk.receipts.lines_edit import LinesEdit
from agent_desk.receipts.model import Income, State
from agent_desk.receipts.search_edit import SearchEdit, Suggestion
from agent_desk.receipts.service import ReceiptService, Written
from agent_desk.receipts.state_words import STATE_LOOKS, state_word
from agent_desk.receipts.sums_card import SumsCard
from agent_desk.ui.messages import Messages
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.time_words import local
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.typed_ahead import Key, type_again
from agent_desk.ui.widgets import (
    BarStack,
    Button,
    Card,
    Divider,
    Field,
    Segments,
    Shape,
    StatePill,
    TextLine,
    label,
)
from agent_desk.ui.widgets.edits import half_width

KEEP_EVERY_MS = 500
"""A form in the making is on disk at most this long after a key stroke, also while typing goes on."""

WORKED_OUT = frozenset({"surcharge", "subtotal", "capitals", "total", "signature", "cashier"})
LETTER_FREE = frozenset({"number", "booth", "happened", "ordered_at", "reference", "payer_phone"})
"""Fields of figures and signs: the input method is off in them."""
SKIPPED_BY_ENTER = frozenset({"happened", "income"})
"""They are filled in already; Tab still reaches them."""
PAPER_WIDTH = 900
NO_NUMBER = (
    "receipts.no_book", "receipts.range_used_up", "receipts.numbers_asked", "receipts.numbers_elsewhere",
)  # fmt: skip
"""Why a form has no number of its own; gone as soon as there is one."""
SUMS_WIDTH = 300


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
        self._filling = False
        self._saving = False
        self._own_income = False
        self._fields: dict[str, Field] = {}
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
        space = Theme.current().space
        self.lines = LinesEdit(self._service.catalog, self._service.form, self._language)
        self.lines.changed.connect(self._lines_changed)
        self.lines.left.connect(lambda: self._go(self._control("method")))
        yield
        paper = Card()
        yield from self._fill_paper(paper)
        side = self._build_side()
        yield
        self._scroll = scroll = QScrollArea()
        scroll.setWidget(paper)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMaximumWidth(PAPER_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(space.m)
        row.addWidget(scroll, 1)
        row.addLayout(side)
        row.addStretch(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(space.s)
        outer.addWidget(self.bars)
        outer.addLayout(row, 1)
        yield
        self._service.draft_refused.connect(self._tell_refused)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._follow_focus)
        self.setFocusProxy(self._control("booth"))
        self.retranslate()
        yield

    def _fill_paper(self, card: Card) -> Iterator[None]:
        space = Theme.current().space
        card.body.setSpacing(space.s)
        form = self._service.form
        self._left_words = label(role="hint", figures=True)
        number = self._make_field(form.box("number"), 8, below=False)
        number.control.setFixedWidth(168)
        dress(number.control, role="figure")
        head = QHBoxLayout()
        head.setSpacing(space.m)
        head.addWidget(self._left_words, 1, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight)
        head.addWidget(number)
        card.body.addLayout(head)
        yield
        card.body.addLayout(self._build_grid(form.head))
        card.add(self.lines)
        card.add(Divider())
        yield
        card.body.addLayout(self._build_grid(form.foot))
        card.body.addStretch(1)
        yield

    def _build_grid(self, rows: Sequence[BoxRow]) -> QGridLayout:
        """Boxes in the order and the proportions of the paper."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(Theme.current().space.m)
        grid.setVerticalSpacing(Theme.current().space.xs)
        for column in range(GRID):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 0)
        for line, row in enumerate(rows):
            at = 0
            for name, span in row.cells:
                if name not in WORKED_OUT:
                    wide = GRID - at if self._ends_row(row, name) else span
                    grid.addWidget(self._make_field(self._service.form.box(name), wide), line, at, 1, wide)
                at += span
        return grid

    @staticmethod
    def _ends_row(row: BoxRow, name: str) -> bool:
        """Whether only boxes that are not typed follow: then it takes their room."""
        names = [each for each, _ in row.cells]
        return all(each in WORKED_OUT for each in names[names.index(name) + 1 :])

    def _make_field(self, box: Box, span: int, *, below: bool = True) -> Field:
        control = self._make_control(box, span)
        field = Field("", control, required=box.required and box.type is not BoxType.TIME, below=below)
        control.installEventFilter(self)
        self._fields[box.name] = field
        return field

    def _make_control(self, box: Box, span: int) -> QWidget:
        if box.name in {"booth", "exhibitor"}:
            search = SearchEdit(self._suggest_booths)
            search.picked.connect(self._pick_booth)
            search.textEdited.connect(lambda _: self._changed(box.name))
            search.editingFinished.connect(self._complete_booth)
            control: QWidget = search
        elif box.name == "hall" or (box.type is BoxType.CHOICE and span < GRID // 2):
            combo = QComboBox()
            combo.activated.connect(lambda _: self._chosen(box.name))
            control = combo
        elif box.type is BoxType.CHOICE:
            segments = Segments()
            segments.chosen.connect(lambda _: self._changed(box.name))
            control = segments
        else:
            line = TextLine(longest=max(box.longest, 30))
            line.textEdited.connect(lambda _: self._changed(box.name))
            control = line
        if box.name in LETTER_FREE:
            control.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        return control

    def _build_side(self) -> QVBoxLayout:
        space = Theme.current().space
        self.sums = SumsCard()
        self.sums.setFixedWidth(SUMS_WIDTH)
        self.save_button = Button(kind="filled", icon="save")
        dress(self.save_button, big=True)
        self.save_button.clicked.connect(self.save)
        self.clear_button = Button(kind="quiet", icon="reset")
        self.clear_button.clicked.connect(self.clear)
        self.sums.body.addSpacing(space.s)
        self.sums.add(self.save_button)
        self.sums.add(self.clear_button)
        self._last_card = Card()
        self._last_card.setFixedWidth(SUMS_WIDTH)
        self._last_number = label(role="section", figures=True)
        self._last_words = label(tone="muted", wrap=True, figures=True)
        self._last_pill = StatePill("", "muted", Shape.UP)
        self._last_card.add(self._last_number)
        self._last_card.add(self._last_words)
        self._last_card.add(self._last_pill)
        self._last_card.hide()
        side = QVBoxLayout()
        side.setSpacing(space.m)
        side.addWidget(self.sums)
        side.addWidget(self._last_card)
        side.addStretch(1)
        return side

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
        self._set_text("number", draft.number)
        if not self._text("income"):
            self._set_text("income", Income.SERVICE.value)
        self._touched()

    def begin_with(self, keys: Sequence[Key]) -> None:
        """Begin with what was typed before the form was there; an unfinished one keeps what it holds."""
        if self._draft.touched:
            self._keep()
            self._errands.begin(self._open_fresh_with(keys))
        else:
            self._go(self._control("booth"))
            type_again(keys)

    async def _open_fresh_with(self, keys: Sequence[Key]) -> None:
        await self.open_fresh()
        self._go(self._control("booth"))
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
        self._left_words.setText("" if left is None else self.tr("%n leaf(s) left after this", None, left))

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
        self._go(self._control("booth"))
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
        self._go(self._control("booth"))
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
                self._set_text("number", draft.number)

    # Typing ----------------------------------------------------------------------------------

    def _changed(self, name: str) -> None:
        if self._filling:
            return
        if name in LETTER_FREE:
            self._to_half_width(name)
        self._fields[name].set_error(None)
        self._touched()

    def _chosen(self, name: str) -> None:
        if name == "income":
            self._own_income = True
            self.lines.clear_errors()
        self._changed(name)

    def _lines_changed(self) -> None:
        if self._filling:
            return
        self.lines.set_problem("")
        first = self.lines.first_income()
        if first and not self._own_income:
            self._set_text("income", first)
        self._touched()

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
        for name in self._fields:
            setattr(self._draft, name, self._text(name))
        self._draft.lines = self.lines.lines()

    def _to_half_width(self, name: str) -> None:
        edit = cast("TextLine", self._control(name))
        plain = half_width(edit.text()).replace("：", ":")
        if plain != edit.text():
            at = edit.cursorPosition()
            edit.setText(plain)
            edit.setCursorPosition(at)

    def _suggest_booths(self, typed: str) -> list[Suggestion]:
        language = self._language()
        halls = {hall.code: told(hall.names, language) for hall in self._service.catalog.halls}
        return [
            Suggestion(each.booth, each.booth, told(each.names, language), halls.get(each.hall, each.hall))
            for each in self._service.catalog.search_booths(typed)
        ]

    def _pick_booth(self, booth: str) -> None:
        found = self._service.catalog.at_booth(booth)
        if found is not None:
            self._fill_exhibitor(found)

    def _complete_booth(self) -> None:
        """A booth typed in full says who stands there, unless that was written already."""
        found = self._service.catalog.at_booth(self._text("booth"))
        if found is not None and not self._text("exhibitor"):
            self._fill_exhibitor(found)

    def _fill_exhibitor(self, found: Exhibitor) -> None:
        self._set_text("booth", found.booth)
        self._set_text("exhibitor", told(found.names, self._language()))
        self._set_text("hall", found.hall)
        for name in ("booth", "exhibitor", "hall"):
            self._fields[name].set_error(None)
        self._touched()

    # Keys ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes what is marked and goes on to the next field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and _is_enter(event):
            name = next((each for each, field in self._fields.items() if field.control is watched), "")
            if name:
                self._enter(name)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys the buttons of a choice let through: Enter goes on, a digit chooses."""
        name = self._choice_with_focus()
        if name and _is_enter(event):
            self._enter(name)
        elif name and half_width(event.text()).isdigit():
            self._choose_by_digit(name, int(half_width(event.text())))
        else:
            super().keyPressEvent(event)

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The field in hand is always in view, on a long receipt too; its row may have just been made."""
        if now is not None and self._scroll.isAncestorOf(now):
            QTimer.singleShot(0, now, lambda: self._scroll.ensureWidgetVisible(now, 0, 48))

    def _choice_with_focus(self) -> str:
        focus = self.focusWidget()
        for name, field in self._fields.items():
            if isinstance(field.control, Segments) and focus is not None and field.control.isAncestorOf(focus):
                return name
        return ""

    def _choose_by_digit(self, name: str, digit: int) -> None:
        values = self.choices(name)
        if 1 <= digit <= len(values):
            self._set_text(name, values[digit - 1])
            self._changed(name)

    def _enter(self, name: str) -> None:
        control = self._control(name)
        if isinstance(control, SearchEdit):
            control.take()
        order = [box.name for box in self._service.form.boxes if box.name in self._fields or box.name == "lines"]
        for later in order[order.index(name) + 1 :]:
            if later == "lines":
                self.lines.focus_line(0)
                return
            if later in SKIPPED_BY_ENTER or (later in {"exhibitor", "hall"} and self._text(later)):
                continue
            self._go(self._control(later))
            return
        self.save()

    def _go(self, control: QWidget) -> None:
        if isinstance(control, Segments):
            buttons = control.findChildren(Button)
            chosen = next((button for button in buttons if button.isChecked()), buttons[0])
            chosen.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            control.setFocus(Qt.FocusReason.TabFocusReason)
            if isinstance(control, TextLine):
                control.selectAll()

    # Showing ---------------------------------------------------------------------------------

    def _show(self, draft: Draft) -> None:
        """Fill the form; nothing of the form before it stays."""
        self._filling = True
        self._draft = draft
        self._own_income = bool(draft.income)
        for name, field in self._fields.items():
            self._set_text(name, getattr(draft, name))
            field.set_error(None)
        if not draft.income:
            self._set_text("income", Income.SERVICE.value)
        self.lines.set_lines(draft.lines)
        self.lines.retranslate()
        self._filling = False
        self._take_typed()
        self._show_sums()

    def _show_sums(self) -> None:
        self.sums.show_sums(self._service.check.reckon(self._draft, self._service.now(), self._language()))

    def _show_problems(self, problems: Sequence[Problem]) -> None:
        for field in self._fields.values():
            field.set_error(None)
        self.lines.clear_errors()
        for problem in reversed(problems):
            sentence = self._messages.sentence(problem.error)
            if problem.field == "lines":
                self.lines.set_error(problem.line or 0, sentence)
            else:
                self._fields[problem.field].set_error(sentence)
        if problems:
            self._focus_problem(problems[0])

    def _focus_problem(self, problem: Problem) -> None:
        if problem.field == "lines":
            self.lines.focus_line(problem.line or 0)
        else:
            self._go(self._control(problem.field))

    def _show_refusal(self, problem: DeskError) -> None:
        """The store said no: at the field when it is the number's fault, else above the form."""
        if problem.code.startswith("receipts.number_"):
            self._fields["number"].set_error(self._messages.sentence(problem))
            self._go(self._control("number"))
        else:
            self._messages.explain(problem, self)

    def _tell_refused(self, problem: DeskError) -> None:
        self._messages.explain(problem, self)

    async def _show_last(self) -> None:
        """Where the last receipt is, in a word and a shape."""
        if self._last is None:
            return
        rows = await self._service.rows(self._last.number, limit=1)
        state = rows[0].state if rows else State.HERE
        tone, shape = STATE_LOOKS[state]
        self._last_pill.show_as(state_word(state), tone, shape)
        self._last_number.setText(self._last.number)
        when = f"{local(self._last.stored):%H:%M:%S}"
        self._last_words.setText(self.tr("Saved here {0}").format(when))
        self._last_card.show()

    def _count_words(self, count: int) -> str:
        return self.tr("%n field(s) to look at before this can be saved; nothing is lost", None, count)

    def retranslate(self) -> None:
        """Labels from the form, the rest from the catalogue of sentences."""
        language = self._language()
        form = self._service.form
        for name, field in self._fields.items():
            field.set_label(form.label(name, language))
            self._word_choices(name, field.control)
        now = self.tr("now")
        cast("TextLine", self._control("happened")).setPlaceholderText(now)
        cast("TextLine", self._control("ordered_at")).setPlaceholderText(now)
        self._fields["ordered_at"].set_hint(self.tr("14:03, or 11-20 14:03"))
        self.save_button.setText(self.tr("Save receipt"))
        self.clear_button.setText(self.tr("Clear the form"))
        self._last_card.set_title(self.tr("Last receipt"))
        self.lines.retranslate()
        self._say_left()
        self._show_sums()
        self.look_again()

    def _word_choices(self, name: str, control: QWidget) -> None:
        box, language = self._service.form.box(name), self._language()
        if isinstance(control, Segments):
            words = [
                (value, f"{at} {told(names, language)}")
                for at, (value, names) in enumerate(box.choices.items(), start=1)
            ]
            control.set_choices(words)
        elif isinstance(control, QComboBox):
            before = control.currentData()
            choices = dict(box.choices) if box.choices else {h.code: h.names for h in self._service.catalog.halls}
            with QSignalBlocker(control):
                control.clear()
                for value, names in choices.items():
                    control.addItem(told(names, language), value)
                control.setCurrentIndex(control.findData(before))

    # The controls by name --------------------------------------------------------------------

    def _control(self, name: str) -> QWidget:
        return self._fields[name].control

    def field(self, name: str) -> Field:
        """The field of a box of the form."""
        return self._fields[name]

    def choices(self, name: str) -> tuple[str, ...]:
        """The values of a choice in the order they are shown: the first is chosen by the digit 1."""
        return tuple(self._service.form.box(name).choices)

    def _text(self, name: str) -> str:
        control = self._control(name)
        if isinstance(control, Segments):
            return control.value()
        if isinstance(control, QComboBox):
            return str(control.currentData() or "")
        return cast("TextLine", control).value()

    def _set_text(self, name: str, text: str) -> None:
        control = self._control(name)
        if isinstance(control, Segments):
            control.set_value(text)
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(text))
        else:
            cast("TextLine", control).set_value(text)


def _is_enter(event: QKeyEvent) -> bool:
    chords = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() & chords
