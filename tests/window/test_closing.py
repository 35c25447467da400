"""Closing never cuts anything off: the pump stops, the files close, and what is not on the hub is said once."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from PySide6.QtWidgets import QApplication

from agent_desk.bootstrap.engine import build
from agent_desk.hub.port import HubSession
from agent_desk.storage.store import open_store
from agent_desk.ui.question import Question
from tests.probes.desk import Desk, press


def test_closing_with_everything_on_the_hub_asks_nothing_and_leaves_nothing_running(desk: Desk) -> None:
    store = None

    async def story() -> None:
        nonlocal store
        await desk.sign_in()
        await desk.linked()
        store = desk.shift.store
        desk.window.close()
        await desk.until(lambda: desk.station._ended is not None and desk.station._ended.is_set(), "it closes")

    desk.live(story)
    names = {thread.name for thread in threading.enumerate()}
    assert not any(name == "pump" or name.startswith("lane-") for name in names)
    assert store is not None
    assert not Path(f"{store.path}.lock").exists() or _can_open(store)


def _can_open(store) -> bool:  # type: ignore[no-untyped-def]
    again = open_store(store.path, store._key, store.catalogue, store.clock)
    again.close()
    return True


def test_closing_with_unsent_entries_says_how_many_and_where_they_are_and_lets_the_person_stay(desk: Desk) -> None:
    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.write("LJ000001", "LJ000002", "LJ000003")
        desk.window.close()
        await desk.until(lambda: desk.window.findChild(Question) is not None, "it asks")
        question = desk.window.findChild(Question)
        assert question._text.text() == "还有 3 条未上传。内容已安全保存在本机，下次在此打开工作台时自动上传。"
        press(question.cancel_button)
        await desk.until(lambda: not desk.station._ending, "the person stays")
        assert desk.window.isVisible()
        desk.window.close()
        await desk.until(lambda: desk.window.findChild(Question) is not None, "it asks again")
        press(desk.window.findChild(Question).verb_button)
        await desk.until(lambda: desk.station._ended is not None and desk.station._ended.is_set(), "it closes")

    async def next_day() -> None:
        await desk.sign_in()
        await desk.until(lambda: desk.engine_numbers() >= {"LJ000001", "LJ000002", "LJ000003"}, "the hub has them")

    desk.live(story)
    desk.again(next_day)


def test_a_second_window_of_the_same_account_is_told_in_a_sentence(qapp: QApplication, tmp_path: Path) -> None:
    first, second = Desk(qapp, tmp_path, engine=build), Desk(qapp, tmp_path, engine=build)

    async def story() -> None:
        await first.sign_in()
        await first.linked()
        second.station.open()
        living = asyncio.ensure_future(second.station.live())
        await first.until(lambda: second.door.bar.text, "the second window says why it waits")
        assert second.door.bar.text == "本账户中已经打开了座席工作台。请使用那个窗口，可以关闭本窗口。"
        second.window.close()
        await living
        await first.linked()

    async def after() -> None:
        await first.sign_in()

    first.live(story)
    first.again(after)


def test_closing_while_the_password_is_being_checked_waits_for_the_answer_and_ends_cleanly(desk: Desk) -> None:
    asked, answer = threading.Event(), threading.Event()

    async def story() -> None:
        assert desk.cable is not None
        connect = desk.cable.connect

        def slowly(number: str, password: str) -> HubSession:
            asked.set()
            answer.wait(10)
            return connect(number, password)

        desk.cable.connect = slowly  # type: ignore[method-assign]
        desk.door.number.setText("8012")
        desk.door.password.setText("trial")
        press(desk.door.enter_button)
        await desk.until(asked.is_set, "the hub is being asked")
        desk.window.close()
        await desk.until(lambda: desk.station._ended is not None and desk.station._ended.is_set(), "it closes")
        asyncio.get_running_loop().call_later(0.2, answer.set)

    desk.live(story)
    assert desk.station.shift is None
