"""The widgets do what a clerk in a hurry expects of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QImage, QInputMethodEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.ui.focus_ring import REACH, Ring
from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Translation
from agent_desk.ui.widgets import (
    Bar,
    BarStack,
    Button,
    Card,
    EmptyState,
    Field,
    IconButton,
    KeyCap,
    LightPill,
    LinkState,
    MoneyEdit,
    NumberEdit,
    Page,
    RailButton,
    SeatState,
    Segments,
    Shape,
    StatePill,
    StatusLine,
    Table,
    TextLine,
    TextNote,
    TimerLabel,
)
from agent_desk.ui.widgets.edits import format_fen, parse_fen

pytestmark = pytest.mark.usefixtures("theme")


def show(widget: QWidget, qtbot) -> None:
    """Open a window and wait until it has the keyboard."""
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def picture(widget: QWidget) -> QImage:
    widget.resize(widget.sizeHint())
    return widget.grab().toImage()


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12", 1200), ("12.5", 1250), ("12.50", 1250), (".5", 50), ("1,234.56", 123456),
        ("\uff11\uff12\uff13\uff0e\uff14\uff15", 12345), ("\uff11\uff0c\uff12\uff13\uff14", 123400), ("¥88", 8800),
        ("\uffe588", 8800), ("-3.10", -310), ("", None), ("12\u30025", 1250), ("0.00", 0),
    ],
)  # fmt: skip
def test_money_is_read_as_people_type_it(typed: str, fen: int | None) -> None:
    assert parse_fen(typed) == fen


@pytest.mark.parametrize("typed", [".", "12.345", "a", "1.2.3", "--1", "12元"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_fen(typed)


def test_money_reads_back_what_it_writes() -> None:
    for fen in (0, 1, 99, 100, 123456789, -5, -12345):
        assert parse_fen(format_fen(fen)) == fen


def test_money_takes_full_width_digits_and_settles_when_left(qtbot) -> None:
    edit, told = MoneyEdit(), []
    qtbot.addWidget(edit)
    edit.amount_changed.connect(told.append)
    QApplication.clipboard().setText("\uff11\uff12\uff18\uff10\u3002\uff15")
    edit.paste()
    assert edit.fen() == 128050
    assert edit.text() == "1280.5"
    edit.editingFinished.emit()
    assert edit.text() == "1,280.50"
    assert told[-1] == 128050


def test_money_refuses_letters_and_a_third_decimal(qtbot) -> None:
    edit = MoneyEdit()
    qtbot.addWidget(edit)
    qtbot.keyClicks(edit, "12a.3456")
    assert edit.text() == "12.34"
    assert edit.fen() == 1234


def test_figures_keep_the_input_method_out(qtbot) -> None:
    for edit in (MoneyEdit(), NumberEdit()):
        qtbot.addWidget(edit)
        assert not edit.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        assert edit.alignment() & Qt.AlignmentFlag.AlignRight


def test_chinese_composes_undisturbed_in_a_line(qtbot) -> None:
    line = TextLine()
    qtbot.addWidget(line)
    line.show()
    line.setFocus()
    QApplication.sendEvent(line, QInputMethodEvent("ouyang", []))
    assert line.value() == ""
    commit = QInputMethodEvent("", [])
    commit.setCommitString("欧阳")
    QApplication.sendEvent(line, commit)
    assert line.value() == "欧阳"


def test_a_number_stays_within_its_bounds(qtbot) -> None:
    edit = NumberEdit(least=1, most=50)
    qtbot.addWidget(edit)
    qtbot.keyClicks(edit, "51")
    assert edit.number() is None
    assert edit.property("tone") == "danger"
    edit.clear()
    qtbot.keyClicks(edit, "50")
    assert edit.number() == 50
    assert edit.property("tone") == ""
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.number() == 50
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert edit.number() == 49
    with pytest.raises(ValueError, match="0"):
        edit.set_number(0)


def test_a_line_gives_clean_words(qtbot) -> None:
    line, note = TextLine(), TextNote()
    qtbot.addWidget(line)
    qtbot.addWidget(note)
    line.setText("  张\0伟 ")
    assert line.value() == "张伟"
    note.setPlainText(" a\nb ")
    assert note.value() == "a\nb"


def test_a_field_says_what_is_wrong_and_tells_the_screen_reader(qtbot) -> None:
    line = TextLine()
    field = Field("Booth", line, hint="as on the plan", required=True)
    qtbot.addWidget(field)
    assert line.accessibleName() == "Booth"
    assert line.accessibleDescription() == "as on the plan"
    height = field.sizeHint().height()
    field.set_error("No such booth")
    assert field.error == "No such booth"
    assert line.property("tone") == "danger"
    assert line.accessibleDescription() == "No such booth"
    assert field.sizeHint().height() == height
    field.set_error(None)
    assert field.error == ""
    assert line.accessibleDescription() == "as on the plan"


def test_a_click_on_a_fields_question_leads_to_its_answer(qtbot) -> None:
    line = TextLine()
    field = Field("Booth", line)
    qtbot.addWidget(field)
    assert field.focusProxy() is line


def test_states_differ_in_word_and_shape_and_colour(qtbot) -> None:
    pills = [StatePill.of_seat(state) for state in SeatState]
    for pill in pills:
        qtbot.addWidget(pill)
        assert pill.accessibleName() == pill.text() != ""
    seen = {(pill.text(), pill.shape, pill.tone) for pill in pills}
    assert len(seen) == len(SeatState)
    shapes = {pill.shape for pill in pills}
    assert len(shapes) == len(SeatState) - 1  # a break is a kind of not ready


def test_every_shape_is_drawn_and_no_two_are_alike(qtbot) -> None:
    drawn = []
    for shape in Shape:
        pill = StatePill("x", "text", shape)
        qtbot.addWidget(pill)
        drawn.append(picture(pill))
    assert all(one != other for at, one in enumerate(drawn) for other in drawn[at + 1 :])


def test_states_are_worded_in_the_language_in_force(qtbot, translation: Translation) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    pill = StatePill.of_seat(SeatState.AFTER_CALL, holder)
    translation.choose("zh_CN")
    assert pill.text() == "话后整理"
    translation.choose("en")
    assert pill.text() == "After-call work"


def test_the_link_light_can_be_pressed_by_keyboard(qtbot) -> None:
    light = LightPill()
    qtbot.addWidget(light)
    light.show_link(LinkState.DOWN, "3 not on the hub · oldest 14:03")
    assert light.accessibleName() == "3 not on the hub · oldest 14:03"
    light.show()
    with qtbot.waitSignal(light.clicked):
        qtbot.keyClick(light, Qt.Key.Key_Space)


def test_a_screen_reader_takes_a_state_for_words_and_the_light_for_a_button(qtbot) -> None:
    state, light = StatePill.of_seat(SeatState.READY), LightPill()
    for widget, role in ((state, QAccessible.Role.StaticText), (light, QAccessible.Role.Button)):
        qtbot.addWidget(widget)
        assert QAccessible.queryAccessibleInterface(widget).role() == role
    assert QAccessible.queryAccessibleInterface(state).text(QAccessible.Text.Name) == "Ready"


def test_the_rail_shows_what_waits(qtbot) -> None:
    button = RailButton("receipt", "Receipts")
    qtbot.addWidget(button)
    plain = picture(button)
    button.set_count(3)
    assert picture(button) != plain
    assert button.accessibleDescription() == "3"
    button.set_count(0)
    assert button.accessibleDescription() == ""
    assert picture(button) == plain


def test_long_words_fit_the_rail(qtbot) -> None:
    button = RailButton("receipt", "a very long word for such a narrow rail")
    qtbot.addWidget(button)
    assert button.sizeHint().width() == 64
    picture(button)


def test_of_several_choices_one_is_chosen(qtbot) -> None:
    pay, told = Segments([("cash", "Cash"), ("card", "Card"), ("wechat", "WeChat")]), []
    qtbot.addWidget(pay)
    pay.chosen.connect(told.append)
    assert pay.value() == ""
    pay.set_value("card")
    assert pay.value() == "card"
    assert told == []
    qtbot.keyClick(pay, Qt.Key.Key_Right)
    assert pay.value() == "wechat"
    assert told == ["wechat"]
    pay.set_choices([("wechat", "微信"), ("cash", "现金")])
    assert pay.value() == "wechat"


def test_key_caps_split_a_shortcut(qtbot) -> None:
    cap = KeyCap("Ctrl+Shift+P")
    qtbot.addWidget(cap)
    assert cap.caps == ["Ctrl", "Shift", "P"]
    assert cap.accessibleName() == "Ctrl+Shift+P"
    cap.set_keys("Ctrl++")
    assert cap.caps == ["Ctrl", "+"]
    cap.set_keys("")
    assert cap.isHidden()


def test_a_bar_offers_one_thing_to_do(qtbot) -> None:
    done, bar = [], Bar("The hub is down", "warn")
    qtbot.addWidget(bar)
    bar.offer("Show", lambda: done.append("shown"))
    qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    assert done == ["shown"]
    assert bar.accessibleName() == "The hub is down"


def test_the_same_bar_is_changed_not_piled_up(qtbot) -> None:
    stack = BarStack()
    qtbot.addWidget(stack)
    stack.show_bar("hub", "down since 14:03", "warn")
    stack.show_bar("hub", "down since 14:03, 3 wait", "warn")
    assert [bar.text for bar in stack.bars().values()] == ["down since 14:03, 3 wait"]
    stack.drop("hub")
    stack.drop("hub")
    assert stack.bars() == {}
    assert stack.isHidden()


def test_the_status_line_cuts_a_long_sentence_and_keeps_it_whole_in_the_tooltip(qtbot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(200, 32)
    line.show()
    long = "收据已保存 " * 30
    line.say(long)
    assert line.text == long
    assert line._words.text().endswith("…")
    assert line._words.toolTip() == long


@pytest.mark.parametrize(("tone", "stays"), [("muted", False), ("ok", False), ("warn", True), ("danger", True)])
def test_what_was_said_of_work_done_goes_with_its_language(
    qtbot, translation: Translation, tone: str, stays: bool
) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.say("Receipt 0017 saved", tone)
    translation.choose("zh_CN")
    assert (line.text == "Receipt 0017 saved") is stays


def test_undo_works_once(qtbot) -> None:
    line, taken = StatusLine(), []
    qtbot.addWidget(line)
    line.say("saved", undo=lambda: taken.append(1))
    line.undo_button.click()
    line.undo_button.click()
    assert taken == [1]
    assert line.undo_button.isHidden()


def test_a_timer_counts_by_the_monotonic_clock(qtbot) -> None:
    now = [100.0]
    timer = TimerLabel(clock=lambda: now[0])
    qtbot.addWidget(timer)
    timer.start(already=60)
    assert timer.text() == "00:01:00"
    now[0] += 3541
    timer._show()
    assert timer.text() == "01:00:01"
    timer.stop()


def rows(parent: QWidget, *texts: str) -> QStandardItemModel:
    model = QStandardItemModel(0, 2, parent)
    for text in texts:
        model.appendRow([QStandardItem(text), QStandardItem("1.00")])
    return model


def test_an_empty_table_teaches_the_first_step(qtbot) -> None:
    empty = EmptyState("receipt", "No receipts yet", "Write the first one.", "Ctrl+N")
    table = Table(empty)
    qtbot.addWidget(table)
    model = rows(table)
    table.setModel(model)
    table.show()
    assert empty.isVisible()
    assert table.horizontalHeader().isHidden()
    model.appendRow([QStandardItem("0001"), QStandardItem("1.00")])
    assert not empty.isVisible()
    model.clear()
    assert empty.isVisible()


def test_enter_opens_a_row_and_copy_takes_it_whole(qtbot) -> None:
    table = Table()
    qtbot.addWidget(table)
    table.setModel(rows(table, "0001", "0002"))
    table.selectRow(1)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args[0].row() == 1
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "0002\t1.00"


def test_tab_leaves_the_table(qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    table, after = Table(), TextLine()
    column = QVBoxLayout(holder)
    column.addWidget(table)
    column.addWidget(after)
    table.setModel(rows(table, "0001", "0002"))
    show(holder, qtbot)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after


def test_another_model_ends_the_watch_over_the_first(qtbot) -> None:
    table = Table(EmptyState("receipt", "nothing"))
    qtbot.addWidget(table)
    first, second = rows(table, "a"), rows(table, "b")
    table.setModel(first)
    table.setModel(second)
    first.clear()
    assert table.model() is second


def test_the_focus_ring_follows_the_keyboard(qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = QHBoxLayout(holder)
    row.setContentsMargins(10, 10, 10, 10)
    first, second, line = Button("a"), Button("b"), TextLine()
    for widget in (first, second, line):
        row.addWidget(widget)
    show(holder, qtbot)
    first.setFocus()
    ring = holder.findChild(Ring)
    assert ring.control is first
    assert ring.isVisible()
    second.setFocus()
    assert ring.control is second
    holder.resize(600, 90)
    QApplication.processEvents()
    assert ring.geometry() == second.geometry().adjusted(-REACH, -REACH, REACH, REACH)
    second.hide()
    assert not ring.isVisible()
    second.show()
    second.setFocus()
    line.setFocus()
    assert ring.control is None
    assert not ring.isVisible()


def test_a_ring_outlives_the_window_it_was_in(qtbot) -> None:
    for _ in range(2):
        holder = QWidget()
        button = Button("a", parent=holder)
        show(holder, qtbot)
        button.setFocus()
        assert holder.findChild(Ring).control is button
        holder.close()
        holder.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_buttons_without_words_have_a_name(qtbot) -> None:
    button = IconButton("settings", "Settings")
    qtbot.addWidget(button)
    assert button.accessibleName() == button.toolTip() == "Settings"


def test_no_widget_flashes_up_as_a_window_of_its_own(qtbot) -> None:
    made = [
        Card("title"), Page("title"), Page("title", widest=720), Field("a", TextLine(), hint="h", required=True), KeyCap("F9"),
        EmptyState("receipt", "t", "h", "F9"), Bar("x"), BarStack(), StatusLine(), Segments([("a", "A")]),
        Table(EmptyState("help")),
    ]  # fmt: skip
    for widget in made:
        qtbot.addWidget(widget)
        shown = [inner for inner in widget.findChildren(QWidget) if inner.isVisible()]
        assert shown == []
        assert not widget.isVisible()
    assert [top for top in QApplication.topLevelWidgets() if top.isVisible()] == []
    assert Theme.current().name == "light"
