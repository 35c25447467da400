"""The settings dialog, drawn from the declarations: searchable, in force at once, open beside the work."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QIcon, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from agent_desk.base.errors import DeskError
from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.settings.declared import AnySetting, Scope, Settings
from agent_desk.ui.icons import Icons
from agent_desk.ui.theme import Theme, dress
from agent_desk.ui.translation import Retranslates
from agent_desk.ui.widgets.buttons import IconButton
from agent_desk.ui.widgets.card import Divider, SectionTitle, label
from agent_desk.ui.widgets.edits import TextLine
from agent_desk.ui.widgets.empty_state import EmptyState

SOURCES: Final[dict[Scope, str]] = {
    Scope.SEAT: QT_TRANSLATE_NOOP("SettingRow", "Set by this seat"),
    Scope.CENTRE: QT_TRANSLATE_NOOP("SettingRow", "Set by the centre"),
}


def words(text: str) -> str:
    """A declared word in the language in force."""
    return QCoreApplication.translate("Setting", text) if text else ""


class _CalmSpinBox(QSpinBox):
    """The wheel scrolls the page unless the box has the keyboard."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the number only on purpose."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _CalmComboBox(QComboBox):
    """The wheel scrolls the page unless the box has the keyboard."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the choice only on purpose."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SettingRow(QWidget):
    """One setting: its words, its control, whose value it is, and the way back to the default."""

    failed = Signal(object)

    def __init__(self, setting: AnySetting, settings: Settings) -> None:
        super().__init__()
        self.setting, self._settings = setting, settings
        self._showing = False
        self.control = self._make_control()
        self.control.setAccessibleName(words(setting.text))
        self.control.setAccessibleDescription(words(setting.hint))
        self.control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.searched = f"{words(setting.text)} {words(setting.hint)} {words(setting.group)} {setting.id}".casefold()
        self._source = label(role="hint")
        self._reset = IconButton("reset", self.tr("Back to the default"))
        self._reset.setFixedSize(28, 28)
        self._reset.clicked.connect(lambda: self._put(None))
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(words(setting.text)))
        if setting.hint:
            column.addWidget(label(words(setting.hint), role="hint", wrap=True))
        column.addWidget(self._source)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(Theme.current().space.s)
        row.addLayout(column, 1)
        row.addWidget(self._reset)
        row.addWidget(self.control)
        keeps_room = self._reset.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(keeps_room)
        self.show_value()

    def show_value(self) -> None:
        """Show the value in force and where it comes from."""
        value, source = self._settings.get(self.setting), self._settings.source(self.setting)
        self._showing = True
        match self.control:
            case QCheckBox():
                self.control.setChecked(bool(value))
            case QComboBox():
                self.control.setCurrentIndex(self.control.findData(value))
            case QSpinBox():
                self.control.setValue(int(value))
            case TextLine():
                self.control.set_value(str(value))
        self._showing = False
        mine = self.setting.scope == Scope.AGENT
        self.control.setEnabled(mine)
        self._reset.setVisible(mine and source == Scope.AGENT)
        told = SOURCES.get(source) if source is not None else None
        self._source.setText(QCoreApplication.translate("SettingRow", told) if told else "")
        self._source.setVisible(bool(told))

    def _make_control(self) -> QWidget:
        """The control that fits the type: tick, list, number or line."""
        setting = self.setting
        if setting.choices:
            box = _CalmComboBox()
            for value, text in setting.choices:
                box.addItem(words(text), value)
            box.setMinimumWidth(200)
            box.activated.connect(lambda at: self._put(box.itemData(at)))
            return box
        if setting.type is bool:
            tick = QCheckBox()
            dress(tick, bare=True)
            tick.toggled.connect(self._put)
            return tick
        if setting.type is int:
            number = _CalmSpinBox()
            number.lineEdit().setTextMargins(8, 0, 0, 0)  # the style sheet's padding does not reach a spin box's text
            number.setRange(
                setting.least if setting.least is not None else 0, setting.most if setting.most is not None else 999_999
            )
            number.setSuffix(f" {words(setting.unit)}" if setting.unit else "")
            number.setMinimumWidth(120)
            number.setKeyboardTracking(False)
            number.valueChanged.connect(self._put)
            return number
        line = TextLine()
        line.setMinimumWidth(200)
        line.editingFinished.connect(lambda: self._put(line.value()))
        return line

    def _put(self, value: object) -> None:
        """Set it at once; what cannot be kept is told, what does not fit is shown as it was."""
        if self._showing:
            return
        try:
            self._settings.set(self.setting, value)
        except DeskError as error:
            self.failed.emit(error)
        self.show_value()


class SettingsDialog(Retranslates, QDialog):
    """All settings by group. Nothing to confirm: a change is in force when it is made."""

    failed = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """``failed(DeskError)``: a value could not be kept; the window says so."""
        super().__init__(parent)
        self._settings = settings
        self._sections: list[tuple[SectionTitle, list[SettingRow]]] = []
        self.setModal(False)
        self.resize(600, 600)
        space = Theme.current().space
        self.search = TextLine()
        glass = self.search.addAction(QIcon(), TextLine.ActionPosition.LeadingPosition)
        Icons.current().put(glass, "search", "muted")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self._none = EmptyState("search")
        self._none.hide()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(space.l, space.l, space.l, space.l)
        column.setSpacing(space.m)
        column.addWidget(self.search)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._none, 1)
        end_listening = settings.changed(self._follow)
        self.destroyed.connect(lambda: end_listening())
        self.retranslate()

    def open(self) -> None:
        """Show it beside the work and put the keyboard into its search."""
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus()

    def rows(self) -> list[SettingRow]:
        """The rows that are in view now."""
        return [row for _, rows in self._sections for row in rows if not row.isHidden()]

    def row(self, setting_id: str) -> SettingRow:
        """The row of one setting; ``KeyError`` when it is not declared."""
        for _, rows in self._sections:
            for row in rows:
                if row.setting.id == setting_id:
                    return row
        raise KeyError(setting_id)

    def retranslate(self) -> None:
        """Draw the dialog anew in the language in force."""
        self.setWindowTitle(self.tr("Settings"))
        self.search.setPlaceholderText(self.tr("Search settings"))
        self.search.setAccessibleName(self.search.placeholderText())
        self._none.say(self.tr("No setting fits"), self.tr("Try another word."))
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
        declared = list(self._settings.declared)
        order = {setting.group: at for at, setting in reversed(list(enumerate(declared)))}
        for group, members in groupby(sorted(declared, key=lambda one: order[one.group]), key=lambda one: one.group):
            title = SectionTitle(words(group))
            title.setContentsMargins(0, 12, 0, 4)
            column.addWidget(title)
            rows = [SettingRow(setting, self._settings) for setting in members]
            for row in rows:
                row.failed.connect(self.failed)
                column.addWidget(row)
            column.addWidget(Divider())
            self._sections.append((title, rows))
        column.addStretch()
        return page

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for title, rows in self._sections:
            for row in rows:
                row.setVisible(all(word in row.searched for word in wanted))
            title.setVisible(any(not row.isHidden() for row in rows))
        self._none.setVisible(not self.rows())
        self._scroll.setVisible(bool(self.rows()))

    def _follow(self, setting_id: str) -> None:
        """Show what changed elsewhere."""
        for row in (row for _, rows in self._sections for row in rows if row.setting.id == setting_id):
            row.show_value()
