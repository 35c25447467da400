"""The paper as it lies on the desk: its boxes in the order of the form, and what was typed into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import cast

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from agent_desk.receipts.catalog import Catalog, Exhibitor
from agent_desk.receipts.draft import Draft, Problem
from agent_desk.receipts.entry import told
from agent_desk.receipts.form import GRID, Box, BoxRow, BoxType, Form
from agent_desk.receipts.lines_edit import LinesEdit
from agent_desk.receipts.model import Income
from agent_desk.receipts.search_edit import SearchEdit, Suggestion
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.widgets import Card, Divider, Field, Segments, TextLine, label
from agent_desk.ui.widgets.edits import half_width

WORKED_OUT = frozenset({"surcharge", "subtotal", "capitals", "total", "signature", "cashier"})
LETTER_FREE = frozenset({"number", "booth", "happened", "ordered_at", "reference", "payer_phone"})
"""Fields of figures and signs: the input method is off in them."""


class Sheet(Card):
    """All boxes of one form. It knows what stands in them, not what becomes of it."""

    changed = Signal()
    """A person typed or chose something."""

    def __init__(
        self, catalog: Catalog, form: Form, language: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._catalog = catalog
        self._form = form
        self._language = language
        self._filling = False
        self._own_income = False
        self._fields: dict[str, Field] = {}
        self.left_words = label(role="hint", figures=True)
        """How many leaves the book holds after this one."""

    # Building --------------------------------------------------------------------------------

    def build(self) -> Iterator[None]:
        """Make the boxes, step by step."""
        self.lines = LinesEdit(self._catalog, self._form, self._language)
        self.lines.changed.connect(self._lines_changed)
        yield
        space = Theme.current().space
        self.body.setContentsMargins(space.l, space.m, space.l, space.xs)  # all of it in view on the smallest seat
        self.body.setSpacing(space.s)
        number = self._make_field(self._form.box("number"), 8, below=False, beside=True)
        number.control.setFixedWidth(168)
        dress(number.control, role="figure")
        head = QHBoxLayout()
        head.setSpacing(space.m)
        head.addWidget(self.left_words, 1, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        head.addWidget(number)
        self.body.addLayout(head)
        yield
        self.body.addLayout(self._build_grid(self._form.head))
        self.add(self.lines)
        self.add(Divider())
        yield
        self.body.addLayout(self._build_grid(self._form.foot))
        self.body.addStretch(1)
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
                    wide = GRID - at if _ends_row(row, name) else span
                    grid.addWidget(self._make_field(self._form.box(name), wide), line, at, 1, wide)
                at += span
        return grid

    def _make_field(self, box: Box, span: int, *, below: bool = True, beside: bool = False) -> Field:
        control = self._make_control(box, span)
        required = box.required and box.type is not BoxType.TIME
        field = Field("", control, required=required, below=below, beside=beside)
        self._fields[box.name] = field
        return field

    def _make_control(self, box: Box, span: int) -> QWidget:
        if box.name in {"booth", "exhibitor"}:
            search = SearchEdit(self._suggest_booths)
            search.picked.connect(self._pick_booth)
            search.textEdited.connect(lambda _: self._typed(box.name))
            search.editingFinished.connect(self._complete_booth)
            control: QWidget = search
        elif box.name == "hall" or (box.type is BoxType.CHOICE and span < GRID // 2):
            combo = QComboBox()
            combo.activated.connect(lambda _: self._chosen(box.name))
            control = combo
        elif box.type is BoxType.CHOICE:
            segments = Segments()
            segments.chosen.connect(lambda _: self._typed(box.name))
            control = segments
        else:
            line = TextLine(longest=max(box.longest, 30))
            line.textEdited.connect(lambda _: self._typed(box.name))
            control = line
        if box.name in LETTER_FREE:
            control.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        return control

    # Typing ----------------------------------------------------------------------------------

    def _typed(self, name: str) -> None:
        if self._filling:
            return
        if name in LETTER_FREE:
            self._to_half_width(name)
        self._fields[name].set_error(None)
        self.changed.emit()

    def _chosen(self, name: str) -> None:
        if name == "income":
            self._own_income = True
            self.lines.clear_errors()
        self._typed(name)

    def _lines_changed(self) -> None:
        if self._filling:
            return
        self.lines.set_problem("")
        first = self.lines.first_income()
        if first and not self._own_income:
            self.set_text("income", first)
        self.changed.emit()

    def choose(self, name: str, value: str) -> None:
        """Choose as a person does."""
        self.set_text(name, value)
        self._typed(name)

    def _to_half_width(self, name: str) -> None:
        edit = cast("TextLine", self.control(name))
        plain = half_width(edit.text()).replace("：", ":")
        if plain != edit.text():
            at = edit.cursorPosition()
            edit.setText(plain)
            edit.setCursorPosition(at)

    def _suggest_booths(self, typed: str) -> list[Suggestion]:
        language = self._language()
        halls = {hall.code: told(hall.names, language) for hall in self._catalog.halls}
        return [
            Suggestion(each.booth, each.booth, told(each.names, language), halls.get(each.hall, each.hall))
            for each in self._catalog.search_booths(typed)
        ]

    def _pick_booth(self, booth: str) -> None:
        found = self._catalog.at_booth(booth)
        if found is not None:
            self._fill_exhibitor(found)

    def _complete_booth(self) -> None:
        """A booth typed in full says who stands there, unless that was written already."""
        found = self._catalog.at_booth(self.text("booth"))
        if found is not None and not self.text("exhibitor"):
            self._fill_exhibitor(found)

    def _fill_exhibitor(self, found: Exhibitor) -> None:
        self.set_text("booth", found.booth)
        self.set_text("exhibitor", told(found.names, self._language()))
        self.set_text("hall", found.hall)
        for name in ("booth", "exhibitor", "hall"):
            self._fields[name].set_error(None)
        self.changed.emit()

    # What stands in it -------------------------------------------------------------------------

    def take_into(self, draft: Draft) -> None:
        """Write into a draft what stands in the boxes."""
        for name in self._fields:
            setattr(draft, name, self.text(name))
        draft.lines = self.lines.lines()

    def show_draft(self, draft: Draft) -> None:
        """Fill the boxes; nothing of what stood in them before stays."""
        self._filling = True
        self._own_income = bool(draft.income)
        for name, field in self._fields.items():
            self.set_text(name, getattr(draft, name))
            field.set_error(None)
        self.give_income()
        self.lines.set_lines(draft.lines)
        self.lines.retranslate()
        self._filling = False

    def give_income(self) -> None:
        """The usual kind, where nobody chose one."""
        if not self.text("income"):
            self.set_text("income", Income.SERVICE.value)

    def show_problems(self, problems: Sequence[Problem], sentence: Callable[[Problem], str]) -> None:
        """Say at each box what is wrong with it, and nothing at all others."""
        for field in self._fields.values():
            field.set_error(None)
        self.lines.clear_errors()
        for problem in reversed(problems):
            if problem.field == "lines":
                self.lines.set_error(problem.line or 0, sentence(problem))
            else:
                self._fields[problem.field].set_error(sentence(problem))

    def say(self, now: str, order_hint: str) -> None:
        """Labels and choices from the form, in the language in force; what an empty time means; how one is typed."""
        language = self._language()
        for name, field in self._fields.items():
            field.set_label(self._form.label(name, language))
            self._word_choices(name, field.control)
        cast("TextLine", self.control("happened")).setPlaceholderText(now)
        cast("TextLine", self.control("ordered_at")).setPlaceholderText(now)
        self._fields["ordered_at"].set_hint(order_hint)
        self.lines.retranslate()

    def _word_choices(self, name: str, control: QWidget) -> None:
        box, language = self._form.box(name), self._language()
        if isinstance(control, Segments):
            words = [
                (value, f"{at} {told(names, language)}")
                for at, (value, names) in enumerate(box.choices.items(), start=1)
            ]
            control.set_choices(words)
        elif isinstance(control, QComboBox):
            before = control.currentData()
            choices = dict(box.choices) if box.choices else {h.code: h.names for h in self._catalog.halls}
            with QSignalBlocker(control):
                control.clear()
                for value, names in choices.items():
                    control.addItem(told(names, language), value)
                control.setCurrentIndex(control.findData(before))

    # The controls by name --------------------------------------------------------------------

    @property
    def fields(self) -> Mapping[str, Field]:
        """The boxes by name, in the order they were made."""
        return self._fields

    def control(self, name: str) -> QWidget:
        """What a box is typed into."""
        return self._fields[name].control

    def choices(self, name: str) -> tuple[str, ...]:
        """The values of a choice in the order they are shown: the first is chosen by the digit 1."""
        return tuple(self._form.box(name).choices)

    def text(self, name: str) -> str:
        """What stands in a box."""
        control = self.control(name)
        if isinstance(control, Segments):
            return control.value()
        if isinstance(control, QComboBox):
            return str(control.currentData() or "")
        return cast("TextLine", control).value()

    def set_text(self, name: str, text: str) -> None:
        """Write into a box, as if it had always stood there."""
        control = self.control(name)
        if isinstance(control, Segments):
            control.set_value(text)
        elif isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(text))
        else:
            cast("TextLine", control).set_value(text)


def _ends_row(row: BoxRow, name: str) -> bool:
    """Whether only boxes that are not typed follow: then it takes their room."""
    names = [each for each, _ in row.cells]
    return all(each in WORKED_OUT for each in names[names.index(name) + 1 :])
