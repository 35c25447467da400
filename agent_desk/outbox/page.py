"""The page "not on the hub": what, when, since, why, and the one button that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QHeaderView, QWidget

from agent_desk.facts.bundle import SUFFIX
from agent_desk.outbox import words
from agent_desk.outbox.model import Entry, Help, Outbox, Standing
from agent_desk.outbox.ruling import may_count, may_rule
from agent_desk.outbox.ruling_question import RulingQuestion
from agent_desk.outbox.table_model import SINCE, WHAT, WHEN, OutboxTableModel
from agent_desk.ui.time_words import clock_time
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets import Button, EmptyState, Page, Shape, StatePill, Table

if TYPE_CHECKING:
    from agent_desk.ui.capability import LinkSeen, Who

_TONES = {
    Standing.DISPUTED: ("danger", Shape.CROSS),
    Standing.CONFLICT: ("danger", Shape.CROSS),
    Standing.HELD: ("warn", Shape.BARS),
    Standing.UNPROVEN: ("warn", Shape.QUESTION),
    Standing.UNSENT: ("warn", Shape.TRIANGLE),
}


class OutboxPage(Retranslates, Page):
    """A plain list. ``describe`` names a fact by its kind and fields; ``now_us`` is the desk's clock; ``who`` answers
    who sits here, with the rights they have now."""

    try_requested = Signal()
    open_requested = Signal(str, str)
    """Kind and id of the fact to bring to the front."""
    confirm_requested = Signal()
    export_requested = Signal(str)
    """The folder to write the unsent entries to."""
    bring_requested = Signal(str)
    """The file with another seat's entries to bring to the hub."""
    rule_requested = Signal(str, bool, str)
    """Id of a held fact, whether it counts from now on, and why."""

    def __init__(
        self,
        describe: Callable[[str, Mapping[str, Any]], str],
        now_us: Callable[[], int],
        who: Callable[[], Who],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._who = who
        self._describe = describe
        self._now_us = now_us
        self._link: LinkSeen | None = None
        self._outbox = Outbox((), {})
        self._sent_at: int | None = None
        self.try_button = Button(kind="filled", icon="refresh")
        self.try_button.clicked.connect(self.try_requested)
        self.help_button = Button()
        self.help_button.clicked.connect(self._help)
        self.export_button = Button(icon="export")
        self.export_button.clicked.connect(self.ask_folder)
        self.bring_button = Button(icon="download")
        self.bring_button.clicked.connect(self.ask_file)
        self.void_button = Button()
        self.release_button = Button()
        self.void_button.clicked.connect(lambda: self._ask_ruling(counts=False))
        self.release_button.clicked.connect(lambda: self._ask_ruling(counts=True))
        self.add_action(self.export_button)
        self.add_action(self.bring_button)
        self.add_action(self.help_button)
        self.add_action(self.void_button)
        self.add_action(self.release_button)
        self.add_action(self.try_button)
        self._pills = {one: StatePill() for one in Standing}
        pills = QHBoxLayout()
        for pill in self._pills.values():
            pills.addWidget(pill)
            pill.hide()
        pills.addStretch(1)
        self._empty = EmptyState("cloud_ok")
        self.table = Table(self._empty)
        self.model = OutboxTableModel(self._cell, self._heads, self)
        self.table.setModel(self.model)
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._show_help)
        self.body.addLayout(pills)
        self.body.addWidget(self.table, 1)
        self._size_columns()
        self.setFocusProxy(self.table)
        self.retranslate()

    def _size_columns(self) -> None:
        columns = self.table.horizontalHeader()
        for column, width in ((WHAT, 300), (WHEN, 112), (SINCE, 112)):
            self.table.setColumnWidth(column, width)
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)

    # -- what it is told --------------------------------------------------------------------------

    def show_outbox(self, outbox: Outbox) -> None:
        """Show what waits now; what stays keeps its row and its selection."""
        if self._outbox.total and not outbox.total:
            self._sent_at = self._now_us()
        self._outbox = outbox
        self.model.tell(outbox.entries)
        self._show_words()

    def show_link(self, link: LinkSeen | None) -> None:
        """The state of the link has changed: some reasons read differently."""
        kind = (link.kind, link.why) if link is not None else None
        before = (self._link.kind, self._link.why) if self._link is not None else None
        self._link = link
        if kind != before:
            self.model.say_anew()
        self._show_words()

    @property
    def outbox(self) -> Outbox:
        """What is shown."""
        return self._outbox

    def current(self) -> Entry | None:
        """The entry in hand."""
        row = self.table.current_row()
        return self.model.entry(row) if 0 <= row < self.model.rowCount() else None

    # -- what a person does -------------------------------------------------------------------------

    def _open(self, index: QModelIndex) -> None:
        entry = self.model.entry(index.row())
        self.open_requested.emit(entry.kind, entry.fact)

    def ask_folder(self) -> None:
        """Ask for the folder or stick, beside the work."""
        dialog = self.findChild(QFileDialog)
        if dialog is None:
            dialog = QFileDialog(self, self.tr("Write the unsent entries to a folder"))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(self.export_requested)
        dialog.open()

    def ask_file(self) -> None:
        """Ask for the file another seat has written, beside the work."""
        dialog = self.findChild(QFileDialog)
        if dialog is None:
            dialog = QFileDialog(self, self.tr("Bring another seat's entries to the hub"))
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setNameFilter(self.tr("Entries of a seat (*{0})").format(SUFFIX))
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(self.bring_requested)
        dialog.open()

    def choose(self, fact: str) -> None:
        """Take this entry in hand."""
        for row in range(self.model.rowCount()):
            if self.model.entry(row).fact == fact:
                self.table.selectRow(row)
                self.table.setFocus()
                return

    def may_rule(self, entry: Entry) -> bool:
        """Whether who sits here decides on it."""
        return may_rule(entry, self._who())

    def hear_rights(self) -> None:
        """Who sits here may decide on other things now."""
        self.model.say_anew()
        self._show_words()

    def _ask_ruling(self, *, counts: bool) -> None:
        """Ask for the reason; what is asked about stays the same, whatever is selected meanwhile."""
        entry = self.current()
        if entry is None or not self.may_rule(entry):
            return
        question = RulingQuestion(
            self._describe(entry.kind, entry.fields),
            words.why(entry, self._link, self._who()),
            counts=counts,
            parent=self,
        )
        question.confirmed.connect(lambda reason: self.rule_requested.emit(entry.fact, counts, reason))
        question.open()

    def _help(self) -> None:
        entry = self.current()
        if entry is None:
            return
        if entry.help is Help.TRY_NOW:
            self.try_requested.emit()
        elif entry.help is Help.CONFIRM:
            self.confirm_requested.emit()
        else:
            self.open_requested.emit(entry.kind, entry.fact)

    # -- words ----------------------------------------------------------------------------------------

    def _cell(self, entry: Entry, column: int) -> str:
        now = self._now_us()
        if column == WHAT:
            return self._describe(entry.kind, entry.fields)
        if column == WHEN:
            return clock_time(entry.happened_us, now)
        if column == SINCE:
            return clock_time(entry.since_us, now)
        return words.why(entry, self._link, self._who())

    def _heads(self) -> tuple[str, ...]:
        return (self.tr("What"), self.tr("Written"), self.tr("Waits since"), self.tr("Why, and what comes of it"))

    def _show_words(self) -> None:
        counts = self._outbox.counts
        for which, pill in self._pills.items():
            count = counts.get(which, 0)
            tone, shape = _TONES[which]
            pill.show_as(f"{words.standing(which)} {count}", tone, shape)
            pill.setVisible(bool(count))
        more = self._outbox.left_out
        shown = self.tr("the first %n are listed", None, len(self._outbox.entries)) if more > 0 else ""
        self.set_title(self.tr("Not on the hub"), shown)
        unsent = counts.get(Standing.UNSENT, 0)
        self.try_button.setVisible(bool(unsent) and not self._offered_above())
        self.export_button.setVisible(bool(unsent))
        self.bring_button.setVisible(self._is_reached())
        self._say_empty()
        self._show_help()

    def _offered_above(self) -> bool:
        """While the hub is away the bar over every page offers to try: once is enough."""
        return self._link is not None and self._link.kind == "down" and self._link.why != "unproven"

    def _is_reached(self) -> bool:
        """Whether the hub can be asked for something now."""
        return self._link is not None and self._link.kind in {"linked", "lagging"}

    def _say_empty(self) -> None:
        at = self._last_good()
        title = self.tr("Everything is on the hub · {0}").format(at) if at else self.tr("Nothing waits here")
        self._empty.say(
            title,
            self.tr(
                "What you save appears here until the hub has confirmed it, and stays here if it is held or disputed."
            ),
        )

    def _last_good(self) -> str:
        """When everything was known to be on the hub."""
        if self._outbox.total or self._link is None:
            return ""
        at = self._link.last_linked_us if self._link.kind != "linked" else (self._sent_at or self._link.last_linked_us)
        return clock_time(at, self._now_us()) if at else ""

    def _show_help(self, *_index: object) -> None:
        entry = self.current()
        offered = entry is not None and entry.help is not Help.TRY_NOW
        self.help_button.setVisible(offered)
        if entry is not None and offered:
            self.help_button.setText(words.help_word(entry.help))
        self._show_ruling(entry)

    def _show_ruling(self, entry: Entry | None) -> None:
        """The two buttons for who decides; without the hub nothing can be decided."""
        decides = entry is not None and self.may_rule(entry)
        reached = self._is_reached()
        hint = "" if reached else self.tr("Needs the hub; it is out of reach now.")
        for button in (self.void_button, self.release_button):
            button.setVisible(decides)
            button.setEnabled(reached)
            button.setToolTip(hint)
        if entry is not None:
            self.release_button.setVisible(decides and may_count(entry))

    def retranslate(self) -> None:
        """Say every word anew."""
        self.try_button.setText(self.tr("Try now"))
        self.void_button.setText(self.tr("Void …"))
        self.release_button.setText(self.tr("Release …"))
        self.export_button.setText(self.tr("Write to a stick …"))
        self.export_button.setToolTip(
            self.tr("For a long outage: a file that only the hub can read. Any seat that reaches the hub takes it in.")
        )
        self.bring_button.setText(self.tr("Bring in from a stick …"))
        self.bring_button.setToolTip(
            self.tr(
                "A seat that cannot reach the hub wrote its entries to a stick: bring them in here. Twice does no harm."
            )
        )
        self.table.setAccessibleName(self.tr("Entries that are not on the hub"))
        self.model.say_anew()
        self._show_words()
