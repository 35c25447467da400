"""The X screen of the tests is real: a window on it becomes active and takes what is typed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.peers.screen import XScreen

WINDOW = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
app = QApplication([])
line = QLineEdit()
line.show()
line.activateWindow()
active = QTest.qWaitForWindowActive(line, 10000)
QTest.keyClicks(line, "8012")
print(app.platformName(), active, line.text(), app.primaryScreen().size().toTuple())
"""


@pytest.mark.xvfb
def test_a_window_becomes_active_on_the_screen(x_screen: XScreen) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WINDOW],
        env=x_screen.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["xcb", "True", "8012", "(1366,", "768)"], done.stderr
