"""The one door to the person: status line, bars, sentences, questions."""

from __future__ import annotations

import asyncio

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from agent_desk.base.errors import DeskError
from agent_desk.ui.messages import Messages
from agent_desk.ui.question import Question
from agent_desk.ui.translation import Translation
from agent_desk.ui.widgets import Page, StatusLine

pytestmark = pytest.mark.usefixtures("theme")


@pytest.fixture
def window(qtbot) -> QWidget:
    made = QWidget()
    made.page, made.line = Page("Receipts"), StatusLine()
    column = QVBoxLayout(made)
    column.addWidget(made.page)
    column.addWidget(made.line)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def messages(window) -> Messages:
    return Messages(window.line, window)


def test_the_last_thing_done_stands_on_the_status_line(messages: Messages, window, qtbot) -> None:
    with qtbot.waitSignal(messages.told):
        messages.tell("Receipt 0017 saved")
    assert window.line.text == "Receipt 0017 saved"


def test_what_was_done_can_be_taken_back(messages: Messages, window) -> None:
    taken = []
    messages.undo("Draft deleted", lambda: taken.append(1))
    window.line.undo_button.click()
    assert taken == [1]


def test_long_work_shows_how_far_and_can_be_stopped(messages: Messages, window) -> None:
    stopped = []
    messages.progress("Sending 412 of 1,000", 0.412, lambda: stopped.append(1))
    assert window.line.work_fraction() == pytest.approx(0.412)
    window.line.cancel_button.click()
    assert stopped == [1]
    messages.progress("Sending 1,000 of 1,000", 1.0)
    assert window.line.work_fraction() is None


def test_what_stays_true_stands_in_the_view(messages: Messages, window) -> None:
    pressed = []
    messages.bar(window.page, "hub", "The hub is down", "warn", ("Show", lambda: pressed.append(1)))
    messages.bar(window.page, "hub", "The hub is down, 3 wait", "warn")
    bar = window.page.bars.bars()["hub"]
    assert bar.text == "The hub is down, 3 wait"
    bar.action.click()
    assert pressed == [1]
    messages.unbar(window.page, "hub")
    assert window.page.bars.bars() == {}


def test_an_error_becomes_one_plain_sentence(messages: Messages, window, translation: Translation) -> None:
    error = DeskError("settings_bad_value", setting="sound.ring")
    assert "sound.ring" in messages.explain(error)
    assert window.line.text.startswith("This value does not fit")
    assert window.line.tone == "danger"
    translation.choose("zh_CN")
    assert messages.sentence(error) == "该值不适用于设置项 sound.ring\uff0c已保持原值。"


def test_an_error_without_a_sentence_still_says_something(messages: Messages) -> None:
    assert "no_such_code" in messages.sentence(DeskError("no_such_code", secret="x"))
    assert "x" not in messages.sentence(DeskError("no_such_code", secret="xyzzy")).split()


def test_a_missing_fact_never_breaks_the_sentence(messages: Messages) -> None:
    assert "{setting}" in messages.sentence(DeskError("settings_bad_value"))


def test_an_error_of_a_view_stands_in_that_view(messages: Messages, window) -> None:
    messages.explain(DeskError("settings_bad_value", setting="x"), window.page)
    assert window.page.bars.bars()["settings_bad_value"].tone == "danger"


def test_a_question_has_a_verb_and_a_way_out(messages: Messages, qtbot) -> None:
    asked = messages.question("Void leaf 0017?", "The number stays used.", "Void the leaf", danger=True)
    assert asked.verb_button.text() == "Void the leaf"
    assert asked.cancel_button.isDefault()
    assert not asked.verb_button.isDefault()
    with qtbot.waitSignal(asked.answered) as answered:
        qtbot.keyClick(asked, Qt.Key.Key_Escape)
    assert answered.args == [False]


@pytest.mark.parametrize(("button", "answer"), [("verb_button", True), ("cancel_button", False)])
def test_a_question_is_awaited_while_everything_else_goes_on(
    messages: Messages, qapp, button: str, answer: bool
) -> None:
    going_on = []

    async def ask() -> bool:
        asking = asyncio.ensure_future(messages.ask("Sign out?", "3 receipts wait.", "Sign out"))
        for _ in range(3):
            await asyncio.sleep(0.005)
            going_on.append(1)
        question = next(top for top in QApplication.topLevelWidgets() if isinstance(top, Question) and top.isVisible())
        getattr(question, button).click()
        return await asking

    with qasync.QEventLoop(qapp) as loop:
        assert loop.run_until_complete(ask()) is answer
    assert len(going_on) == 3


def test_a_given_up_wait_closes_its_question(messages: Messages, qapp) -> None:
    async def give_up() -> None:
        asking = asyncio.ensure_future(messages.ask("Sign out?", "", "Sign out"))
        await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.sleep(0.01)

    with qasync.QEventLoop(qapp) as loop:
        loop.run_until_complete(give_up())
    assert not [top for top in QApplication.topLevelWidgets() if isinstance(top, Question) and top.isVisible()]
