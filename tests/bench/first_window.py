"""Run as a program of its own, on the account its surroundings name: says when something was there, in ms after
the parent's stroke (``STARTED_NS``).

``minimal`` is the least window Qt can show; ``paint`` the desk's first paint with a live sign-in field; ``save`` the
first receipt saved in the trial centre, typed into the form by its own widgets.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable


def tell() -> None:
    """Print the time and leave at once: what comes after does not count."""
    print((time.time_ns() - int(os.environ["STARTED_NS"])) / 1e6, flush=True)
    os._exit(0)


def minimal() -> None:
    """A window with a field to type into."""
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

    class Window(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            tell()

    app = QApplication(sys.argv[:1])
    window = Window()
    QVBoxLayout(window).addWidget(QLineEdit())
    window.resize(1366, 728)
    window.show()
    app.exec()


def paint() -> None:
    """The desk as ``run_window`` opens it, up to its first paint."""
    from PySide6.QtWidgets import QApplication

    from agent_desk.bootstrap.parts import Parts
    from agent_desk.bootstrap.start import paint
    from agent_desk.bootstrap.workstation import Workstation
    from agent_desk.people.sign_in_view import SignInView

    app = QApplication(sys.argv[:1])
    station = Workstation(app, Parts(trial=True))

    def see() -> None:
        door = station.window.door
        assert isinstance(door, SignInView)
        assert door.number.isEnabled()
        assert station.window.focusWidget() is door.number
        tell()

    station.window.painted.connect(see)
    station.open()
    paint(app, station)
    raise SystemExit("it was never painted")


def save() -> None:
    """The desk as ``run_window`` serves it, with a person who types without a pause."""
    from PySide6.QtWidgets import QApplication

    from agent_desk.bootstrap import start
    from agent_desk.bootstrap.parts import Parts
    from agent_desk.bootstrap.workstation import Workstation

    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    station = Workstation(app, Parts(trial=True))
    station.open()
    start.paint(app, station)
    station.engine_built.connect(lambda: station.spawn(write_one(station)))
    start.serve(app, station)


async def until(true: Callable[[], object]) -> None:
    """Look every 2 ms, with the window alive."""
    import asyncio

    while not true():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0.002)


async def write_one(station: object) -> None:
    """Number, password, one receipt."""
    import asyncio
    from typing import Any, cast

    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    desk = cast("Any", station)
    door, key = desk.window.door, Qt.Key.Key_Return
    QTest.keyClicks(door.number, "8012")
    QTest.keyClick(door.number, key)
    QTest.keyClicks(door.password, "trial")
    QTest.keyClick(door.password, key)
    await until(lambda: desk.shift is not None)
    desk.window.work.go("receipts")
    form = desk.window.work.page("receipts").form
    await until(lambda: form.draft.fact and form.draft.number)
    form.saved.connect(lambda _written: tell())
    booth, line, method = form.field("booth").control, form.lines.rows[0], form.field("method").control
    QTest.keyClicks(booth, "1B16")
    QTest.keyClick(booth, key)
    QTest.keyClicks(line.item, "P004")
    QTest.keyClick(line.item, key)
    QTest.keyClick(line.quantity, key)
    method.set_value("cash")
    QTest.mouseClick(form.save_button, Qt.MouseButton.LeftButton)
    await asyncio.sleep(30)


if __name__ == "__main__":
    {"minimal": minimal, "paint": paint, "save": save}[sys.argv[1]]()
