"""The frame: keys, folds, words and themes in an open window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from agent_desk.ui.capability import Room
from agent_desk.ui.shortcut_sheet import ShortcutSheet
from agent_desk.ui.theme import Theme
from agent_desk.window.frame import DeskWindow
from agent_desk.window.settings_dialog import SettingsDialog
from tests.probes.desk import Desk, press


def test_alt_and_a_digit_jump_to_a_place_and_back_to_where_the_keyboard_was(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        window, work = desk.window, desk.window.work
        window.activateWindow()
        for digit, place in enumerate(work.places, start=1):
            QTest.keyClick(window, Qt.Key(Qt.Key.Key_0 + digit), Qt.KeyboardModifier.AltModifier)
            assert work.front == place
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
        hands = window.focusWidget()
        assert work.page("receipts").isAncestorOf(hands)
        QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
        assert window.focusWidget() is hands

    desk.live(story)


def test_the_language_changes_in_the_open_window_and_is_remembered(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        press(desk.window.header.switch("language"))
        await desk.until(lambda: desk.window.header.seated.endswith("No. 8012 张伟"), "the header speaks English")
        assert desk.light == "linked to the hub"
        assert desk.window.work.rail.button("outbox").text() == "Outbox"
        assert desk.settings.read()["window.language"] == "en"
        press(desk.window.header.switch("language"))
        await desk.until(lambda: desk.light == "已连接 中心库", "the light speaks Chinese again")

    desk.live(story)


def test_the_theme_changes_in_the_open_window_and_is_remembered(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        press(desk.window.header.switch("theme"))
        assert Theme.current().name == "dark"
        assert desk.settings.read()["window.theme"] == "dark"
        press(desk.window.header.switch("theme"))
        assert Theme.current().name == "light"

    desk.live(story)


def test_settings_and_shortcuts_open_beside_the_work_once_each(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        for _ in range(2):
            desk.station.show_settings()
            desk.station.show_shortcuts()
        assert len(desk.window.findChildren(SettingsDialog)) == 1
        sheets = desk.window.findChildren(ShortcutSheet)
        assert len(sheets) == 1
        told = [row.spec.words() for row in sheets[0].rows()] if hasattr(sheets[0].rows()[0], "spec") else []
        assert not told or "待上传" in told
        assert desk.window.isEnabled()

    desk.live(story)


def test_no_two_actions_want_the_same_keys(desk: Desk) -> None:
    async def story() -> None:
        assert desk.station.actions is not None
        assert desk.station.actions.conflicts() == []

    desk.live(story)


def test_a_form_left_half_written_waits_on_the_today_page(desk: Desk) -> None:
    async def first() -> None:
        await desk.sign_in()
        await desk.linked()
        desk.window.work.go("receipts")
        view = desk.window.work.page("receipts").form
        await desk.until(lambda: view.draft.number, "the form has its number")
        booth = view.field("booth").control
        booth.setFocus()
        QTest.keyClicks(booth, "1B16")
        await desk.until(lambda: desk.shift.store.drafts(), "the draft is on disk")

    async def after_a_crash() -> None:
        await desk.sign_in()
        today = desk.window.work.page("today")
        await desk.until(lambda: today.rows, "the form waits")
        assert "1B16" in today.rows[0].item.what
        press(today.rows[0].button)
        assert desk.window.work.front == "receipts"
        assert not today.rows

    desk.live(first)
    desk.again(after_a_crash)


def test_an_empty_day_teaches_the_first_step_and_does_it(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        today = desk.window.work.page("today")
        assert today.first_step.isVisible()
        assert today._empty.key.caps == ["Ctrl", "N"]
        press(today.first_step)
        assert desk.window.work.front == "receipts"

    desk.live(story)


def test_the_header_gives_way_before_the_link_does(desk: Desk) -> None:
    """On the narrowest window the words of the link are whole; the place is cut and told by its tooltip."""

    async def story() -> None:
        await desk.sign_in()
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.write("LJ000001")
        await desk.down()
        desk.window.resize(960, 600)
        pill = desk.window.header.pill
        await desk.until(lambda: pill.width() >= pill.sizeHint().width(), "the words are whole")
        assert desk.window.width() == 960

    desk.live(story)


def test_the_keys_of_the_first_step_work_on_the_empty_day(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        today = desk.window.work.page("today")
        today.first_step.setFocus()
        QTest.keyClick(today.first_step, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        assert desk.window.work.front == "receipts"

    desk.live(story)


def test_the_side_column_shows_the_panel_of_the_page_in_front_and_folds_in_a_narrow_window(qapp: QApplication) -> None:
    window = DeskWindow()
    work = window.work
    with_side, without = QWidget(), QWidget()
    work.add("one", "today", lambda: "One", Room(with_side, side=QLabel("beside")))
    work.add("two", "receipt", lambda: "Two", Room(without))
    window._middle.setCurrentWidget(work)
    window.resize(1366, 728)
    window.show()
    assert work.side.isVisibleTo(window)
    assert work.side.width() == 280
    work.go("two")
    assert not work.side.isVisibleTo(window)
    work.go("one")
    window.resize(1100, 728)
    assert work.side.is_folded
    assert work.side.width() == 40
    press(work.side.fold_button)
    assert work.side.width() == 280
    window.resize(1366, 728)
    assert not work.side.is_folded
    window.close_now()
    window.deleteLater()


def test_a_capability_reads_a_declared_setting_by_its_key(desk: Desk) -> None:
    async def story() -> None:
        assert desk.station.look.choice("window.language") == "zh_CN"
        desk.station.look.toggle_language()
        assert desk.station.look.choice("window.language") == "en"

    desk.live(story)
