"""Actions: declared once, worded, remapped, and never in each other's way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow, QWidget

from agent_desk.ui.actions import EVERYWHERE, ActionBook, ActionSpec, is_bare
from agent_desk.ui.shortcut_sheet import ShortcutSheet
from agent_desk.ui.widgets import KeyCap

pytestmark = pytest.mark.usefixtures("theme")

SPECS = (
    ActionSpec("receipt.new", "&New receipt", "add", "Ctrl+N", "Receipts", "Begin a new receipt"),
    ActionSpec("receipt.save", "Save", "save", "Ctrl+S", "Receipts"),
    ActionSpec("call.answer", "Answer", "phone", "F9"),
    ActionSpec("complaint.save", "Save", "save", "Ctrl+S", "Complaints"),
    ActionSpec("help.about", "About"),
)


def test_a_bare_letter_would_disturb_typing() -> None:
    for keys in ("A", "Shift+A", "1", ".", "Space", "Return", "Ctrl+K, C"):
        assert is_bare(QKeySequence(keys)), keys
    for keys in ("Ctrl+A", "Alt+1", "F9", "Shift+F9", "Esc", "Ctrl+K, Ctrl+C", ""):
        assert not is_bare(QKeySequence(keys)), keys
    with pytest.raises(ValueError, match="disturb typing"):
        ActionBook([ActionSpec("x", "x", shortcut="S")])


def test_an_action_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        ActionBook([SPECS[0], SPECS[0]])


def test_the_same_keys_clash_only_where_both_work() -> None:
    assert ActionBook(SPECS).conflicts() == []
    clash = ActionBook([*SPECS, ActionSpec("z.everywhere", "Z", shortcut="Ctrl+S", context=EVERYWHERE)]).conflicts()
    assert {(found.first, found.second) for found in clash} == {
        ("receipt.save", "z.everywhere"),
        ("complaint.save", "z.everywhere"),
    }


def test_pressing_the_keys_does_it(qtbot) -> None:
    window, done = QMainWindow(), []
    qtbot.addWidget(window)
    book = ActionBook(SPECS)
    book.make("call.answer", window, lambda: done.append("answered"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert done == ["answered"]


def test_other_keys_work_at_once_and_are_remembered(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    book = ActionBook(SPECS)
    action = book.make("call.answer", window, lambda: None)
    assert action.toolTip() == "Answer  F9"
    with qtbot.waitSignal(book.keys_changed):
        assert book.rebind("call.answer", "Ctrl+Return") == []
    assert action.shortcut() == QKeySequence("Ctrl+Return")
    assert book.own_keys() == {"call.answer": "Ctrl+Return"}
    assert ActionBook(SPECS, book.own_keys()).keys("call.answer") == QKeySequence("Ctrl+Return")
    book.reset()
    assert action.shortcut() == QKeySequence("F9")
    assert book.own_keys() == {}


def test_keys_that_are_taken_are_refused_with_the_rival(qtbot) -> None:
    book = ActionBook(SPECS)
    told = book.rebind("call.answer", "Ctrl+N")
    assert [conflict.second for conflict in told] == ["receipt.new"]
    assert book.keys("call.answer") == QKeySequence("F9")
    with pytest.raises(ValueError, match="A"):
        book.rebind("call.answer", "A")


def test_a_closed_window_takes_its_actions_along(qtbot) -> None:
    book = ActionBook(SPECS)
    window = QWidget()
    book.make("call.answer", window, lambda: None)
    window.deleteLater()
    qtbot.waitUntil(lambda: book.living() == [])
    book.retranslate()


def test_the_sheet_shows_every_action_that_has_keys_as_caps(qtbot) -> None:
    sheet = ShortcutSheet(ActionBook(SPECS))
    qtbot.addWidget(sheet)
    sheet.open()
    assert not sheet.isModal()
    assert [row.spec.id for row in sheet.rows()] == ["receipt.new", "receipt.save", "call.answer", "complaint.save"]
    assert sheet.rows()[0].findChild(KeyCap).caps == ["Ctrl", "N"]


def test_other_keys_are_given_on_the_sheet(qtbot) -> None:
    book = ActionBook(SPECS)
    sheet = ShortcutSheet(book)
    qtbot.addWidget(sheet)
    sheet.open()
    assert sheet.reset_button.isHidden()
    for keys, told in (("Ctrl+N", "New receipt"), ("A", "typing"), ("Ctrl+J", "")):
        row = next(row for row in sheet.rows() if row.spec.id == "call.answer")
        row.change_button.click()
        assert row.edit.isVisible()
        row.edit.setKeySequence(QKeySequence(keys))
        row.edit.editingFinished.emit()
        bar = sheet.bars.bars().get("keys")
        assert told in (bar.text if bar else "")
        assert (bar is None) == (told == "")
    assert book.keys("call.answer") == QKeySequence("Ctrl+J")
    sheet.reset_button.click()
    assert book.keys("call.answer") == QKeySequence("F9")
    assert sheet.reset_button.isHidden()


def test_the_sheet_is_searched_by_word_and_by_key(qtbot) -> None:
    book = ActionBook(SPECS)
    sheet = ShortcutSheet(book)
    qtbot.addWidget(sheet)
    sheet.open()
    sheet.search.setText("rec new")
    assert [row.spec.id for row in sheet.rows()] == ["receipt.new"]
    sheet.search.setText("f9")
    assert [row.spec.id for row in sheet.rows()] == ["call.answer"]
    sheet.search.setText("nothing like this")
    assert sheet.rows() == []
    sheet.search.clear()
    book.rebind("call.answer", "Ctrl+J")
    assert sheet.rows()[2].findChild(KeyCap).caps == ["Ctrl", "J"]
