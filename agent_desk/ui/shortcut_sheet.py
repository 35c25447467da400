"""The sheet of all shortcuts, drawn from the declared actions, searchable, open while one works."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QHBoxLayout, QKeySequenceEdit, QScrollArea, QVBoxLayout, QWidget

from agent_desk.ui.actions import ActionBook, ActionSpec
from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets.bar import BarStack
from agent_desk.ui.widgets.buttons import Button, IconButton
from agent_desk.ui.widgets.card import Divider, SectionTitle, label
from agent_desk.ui.widgets.edits import TextLine
from agent_desk.ui.widgets.empty_state import EmptyState
from agent_desk.ui.widgets.key_cap import KeyCap


class ShortcutRow(QWidget):
    """One action: what it does, its keys as caps, and a way to give it others."""

    keys_chosen = Signal(str, str)

    def __init__(self, spec: ActionSpec, book: ActionBook) -> None:
        super().__init__()
        self.spec = spec
        words, keys = spec.words().replace("&", "").rstrip("…"), book.keys(spec.id)
        self.searched = f"{words} {spec.where()} {keys.toString()}".casefold()
        self.edit = QKeySequenceEdit(keys)
        self.edit.setMaximumSequenceLength(1)
        self.edit.setFixedWidth(150)
        self.edit.setAccessibleName(words)
        self.change_button = IconButton("edit", self.tr("Other keys for {0}").format(words))
        self.change_button.setFixedSize(28, 28)
        self.cap = KeyCap(keys)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 4, 2)
        row.setSpacing(Theme.current().space.s)
        row.addWidget(label(words))
        row.addStretch()
        row.addWidget(self.cap)
        row.addWidget(self.edit)
        row.addWidget(self.change_button)
        self.edit.hide()
        self.setAccessibleName(f"{words}: {keys.toString()}")
        self.change_button.clicked.connect(self.ask)
        self.edit.editingFinished.connect(self._answered)

    def ask(self) -> None:
        """Take the next chord pressed as the new keys."""
        self.cap.hide()
        self.change_button.hide()
        self.edit.show()
        self.edit.setFocus()

    def _answered(self) -> None:
        if self.edit.isHidden():
            return
        self.edit.hide()
        self.cap.show()
        self.change_button.show()
        self.keys_chosen.emit(self.spec.id, self.edit.keySequence().toString())


class ShortcutSheet(Retranslates, QDialog):
    """Every action that has keys, by the place where they work."""

    def __init__(self, book: ActionBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._sections: list[tuple[SectionTitle, list[ShortcutRow]]] = []
        self.setModal(False)
        self.resize(480, 560)
        space = Theme.current().space
        self.search = TextLine()
        glass = self.search.addAction(QIcon(), TextLine.ActionPosition.LeadingPosition)
        Icons.current().put(glass, "search", "muted")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.bars = BarStack()
        self.reset_button = Button(kind="quiet", icon="reset")
        self.reset_button.clicked.connect(book.reset)
        self._none = EmptyState("keyboard")
        self._none.hide()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(space.l, space.l, space.l, space.l)
        column.setSpacing(space.m)
        column.addWidget(self.search)
        column.addWidget(self.bars)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._none, 1)
        column.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignLeft)
        book.keys_changed.connect(self.retranslate)
        self.retranslate()

    def open(self) -> None:
        """Show it beside the work and put the keyboard into its search."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus()

    def rows(self) -> list[ShortcutRow]:
        """The rows that are in view now."""
        return [row for _, rows in self._sections for row in rows if not row.isHidden()]

    def retranslate(self) -> None:
        """Draw the sheet anew in the language and with the keys in force."""
        self.setWindowTitle(self.tr("Shortcuts"))
        self.search.setPlaceholderText(self.tr("Search actions or keys"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.reset_button.setText(self.tr("All keys as delivered"))
        self.reset_button.setVisible(bool(self._book.own_keys()))
        self._none.say(self.tr("No action fits"), self.tr("Search for what you want to do, or for a key."))
        old = self._scroll.widget()
        if old is not None:
            self._scroll.takeWidget().deleteLater()  # not at once: the switch may come from one of its own controls
        self._scroll.setWidget(self._page())
        self._filter(self.search.text())

    def _page(self) -> QWidget:
        page = QWidget()
        dress(page, role="page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(0)
        self._sections = []
        keyed = [spec for spec in self._book.specs() if not self._book.keys(spec.id).isEmpty()]
        order = {spec.context: at for at, spec in reversed(list(enumerate(keyed)))}
        for _, group in groupby(sorted(keyed, key=lambda spec: order[spec.context]), key=lambda spec: spec.context):
            rows = [ShortcutRow(spec, self._book) for spec in group]
            title = SectionTitle(rows[0].spec.where())
            title.setContentsMargins(0, 12, 0, 4)
            column.addWidget(title)
            for row in rows:
                row.keys_chosen.connect(self._rebind)
                column.addWidget(row)
            column.addSpacing(8)
            column.addWidget(Divider())
            self._sections.append((title, rows))
        column.addStretch()
        return page

    def _rebind(self, action_id: str, keys: str) -> None:
        """Give an action other keys, or say why not."""
        self.bars.drop("keys")
        try:
            conflicts = self._book.rebind(action_id, keys)
        except ValueError:
            self._refuse(
                self.tr("{0} alone is needed for typing. Hold Ctrl or Alt with it, or take a function key.").format(
                    keys
                )
            )
            return
        if conflicts:
            rival = self._book.spec(conflicts[0].second).words().replace("&", "")
            self._refuse(self.tr("{0} already belongs to: {1}. Choose other keys.").format(keys, rival))

    def _refuse(self, why: str) -> None:
        self.bars.show_bar("keys", why, "warn", dismissable=True)
        self.retranslate()

    def _filter(self, text: str) -> None:
        """Keep the rows that hold every word typed."""
        words = text.casefold().split()
        for title, rows in self._sections:
            for row in rows:
                row.setVisible(all(word in row.searched for word in words))
            title.setVisible(any(not row.isHidden() for row in rows))
        self._none.setVisible(not self.rows())
        self._scroll.setVisible(bool(self.rows()))
