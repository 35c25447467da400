"""The crash net: everything is caught once, nothing personal is written, and it never catches itself."""

from __future__ import annotations

import asyncio
import faulthandler
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import qasync
from PySide6.QtGui import QGuiApplication

from agent_desk.base.errors import DeskError
from agent_desk.ui.crash import LOG_NAME, CrashNet, CrashReport, report_of
from agent_desk.ui.crash_page import CrashPage
from agent_desk.ui.translation import Translation

SECRET = "13812345678"


@pytest.fixture
def net(tmp_path: Path, qapp) -> Iterator[CrashNet]:
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook, faulthandler.is_enabled())
    made = CrashNet(tmp_path)
    made.spread()
    yield made
    made.take_up()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook, faulthandler.is_enabled()) == hooks


def fail_with(number: str) -> None:
    caller = number
    raise ValueError(f"cannot call {caller}")


def caught() -> ValueError:
    try:
        fail_with(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def test_a_fault_is_shown_once_and_logged_each_time(net: CrashNet, qtbot, caplog) -> None:
    told: list[CrashReport] = []
    net.fault.connect(told.append)
    error = caught()
    for _ in range(3):
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: sum(net.counts.values()) == 3)
    assert len(told) == 1
    assert (net.folder / LOG_NAME).read_text(encoding="utf-8").count("unexpected fault") == 3
    caplog.clear()


def test_no_value_reaches_the_log_or_the_report(net: CrashNet, qtbot, caplog) -> None:
    error = caught()
    with qtbot.waitSignal(net.fault) as fault:
        net.catch(error)
    logged = (net.folder / LOG_NAME).read_text(encoding="utf-8")
    for text in (logged, fault.args[0].text()):
        assert SECRET not in text
        assert "ValueError" in text
        assert "fail_with" in text
        assert "cannot call" not in text
    caplog.clear()


def test_causes_are_told_and_desk_errors_keep_their_code() -> None:
    try:
        try:
            fail_with(SECRET)
        except ValueError as error:
            raise DeskError("store_busy", number=SECRET) from error
    except DeskError as error:
        report = report_of(error, "MainThread")
    assert report.kind.startswith("agent_desk.base.errors.DeskError store_busy ← ValueError")
    assert SECRET not in report.text()
    assert any("fail_with" in place for place in report.places)


def test_a_fault_in_a_thread_comes_to_the_window(net: CrashNet, qtbot, caplog) -> None:
    here = threading.current_thread()
    seen: list[threading.Thread] = []
    net.fault.connect(lambda _report: seen.append(threading.current_thread()))
    worker = threading.Thread(target=fail_with, args=(SECRET,), name="pump")
    with qtbot.waitSignal(net.fault) as fault:
        worker.start()
        worker.join()
    assert fault.args[0].thread == "pump"
    assert seen == [here]
    caplog.clear()


def test_a_task_nobody_awaited_is_caught(net: CrashNet, qapp, qtbot, caplog) -> None:
    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(net.loop_handler)
        asyncio.get_running_loop().call_soon(fail_with, SECRET)
        await asyncio.sleep(0.05)

    with qtbot.waitSignal(net.fault) as fault, qasync.QEventLoop(qapp) as loop:
        loop.run_until_complete(main())
    assert fault.args[0].kind == "ValueError"
    caplog.clear()


def test_a_fault_while_showing_a_fault_is_not_shown_again(net: CrashNet, qtbot, caplog) -> None:
    shown: list[CrashReport] = []

    def broken_page(report: CrashReport) -> None:
        shown.append(report)
        try:
            fail_with("in the page")
        except ValueError as error:
            net.catch(error)

    net.fault.connect(broken_page)
    with qtbot.waitSignal(net.fault):
        net.catch(RuntimeError("first"))
    qtbot.wait(30)
    assert [report.kind for report in shown] == ["RuntimeError"]
    caplog.clear()


def test_control_c_is_no_fault(net: CrashNet, qtbot) -> None:
    with qtbot.assertNotEmitted(net.fault, wait=30):
        net.catch(KeyboardInterrupt())


def test_a_full_disk_does_not_break_the_net(net: CrashNet, qtbot, monkeypatch) -> None:
    monkeypatch.setattr("agent_desk.ui.crash.report_of", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    net.catch(RuntimeError())


def test_the_page_is_calm_and_offers_three_ways_on(theme, qtbot, translation: Translation) -> None:
    restarted = []
    report = report_of(caught(), "MainThread")
    page = CrashPage(report, lambda: restarted.append(1))
    qtbot.addWidget(page)
    page.show()
    assert not page.isModal()
    page.copy_button.click()
    assert QGuiApplication.clipboard().text() == report.text()
    page.restart_button.click()
    assert restarted == [1]
    page.details_button.click()
    assert page.details.isVisible()
    translation.choose("zh_CN")
    assert page.continue_button.text() == "继续工作"
    with qtbot.waitSignal(page.finished):
        page.continue_button.click()
