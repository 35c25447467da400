"""The leak-finding fixtures go red for each kind of leak, and stay green for a tidy test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.rooms import ROOT

pytest_plugins = ["pytester"]

CONFTEST = """
from tests.house.leaks import no_unexpected_warnings, nothing_left_behind, watch_event_loops
from tests.house import leaks
leaks.GRACE_SECONDS = 0.2
def pytest_configure(config):
    watch_event_loops()
"""

LEAKS = {
    "thread": (
        "import threading, time\ndef test_it(): threading.Thread(target=time.sleep, args=(1.5,), daemon=True).start()",
        "threads:",
    ),
    "timer": (
        "from PySide6.QtCore import QTimer\nkept = []\n"
        "def test_it(qapp):\n    t = QTimer(); t.start(1000); kept.append(t)",
        "timers:",
    ),
    "window": (
        "from PySide6.QtWidgets import QLabel\nkept = []\ndef test_it(qapp):\n    kept.append(QLabel('left')); kept[0].show()",
        "windows:",
    ),
    "event loop": (
        "import asyncio\nkept = []\ndef test_it(): kept.append(asyncio.new_event_loop())",
        "event loops:",
    ),
    "warning in the log": (
        "import logging\ndef test_it(): logging.getLogger('agent_desk.sync').warning('odd')",
        "unexpected in the log: agent_desk.sync WARNING: odd",
    ),
    "Qt warning": (
        "from PySide6.QtCore import qWarning\ndef test_it(qapp): qWarning('odd')",
        "Qt messages with level WARNING or above",
    ),
    "Python warning": (
        "import warnings\ndef test_it(): warnings.warn('odd', stacklevel=1)",
        "UserWarning: odd",
    ),
}


def _run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, source: str) -> pytest.RunResult:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(CONFTEST)
    pytester.path.joinpath("pyproject.toml").write_bytes(Path(ROOT / "pyproject.toml").read_bytes())
    pytester.path.joinpath("tests").mkdir()
    pytester.path.joinpath("test_one.py").write_text(source, encoding="utf-8")
    return pytester.runpytest_subprocess("test_one.py", "--import-mode=prepend", "-o", "testpaths=.")


@pytest.mark.parametrize("kind", LEAKS)
def test_a_leak_fails_the_test_that_made_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    source, told = LEAKS[kind]
    done = _run(pytester, monkeypatch, source)
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines([f"*{told}*"])


def test_a_tidy_test_passes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
import asyncio, logging, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel
def test_it(qtbot, caplog):
    label = QLabel("shown"); qtbot.addWidget(label); label.show()
    timer = QTimer(label); timer.start(10); timer.stop()
    thread = threading.Thread(target=lambda: None); thread.start()
    asyncio.run(asyncio.sleep(0))
    logging.getLogger("agent_desk.sync").warning("expected")
    assert "expected" in caplog.text
    caplog.clear()
"""
    done = _run(pytester, monkeypatch, source)
    done.assert_outcomes(passed=1)
