"""Start the window: paint first, import after."""

from __future__ import annotations

import gc
import sys
import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from agent_desk.base.steady import hold_steady, leave_alone
from agent_desk.bootstrap.parts import Parts
from agent_desk.bootstrap.workstation import Workstation

PAINT_SECONDS = 5.0
"""Longer than this the first paint is not waited for (a window opened behind a locked screen is not painted)."""


def run_window(*, trial: bool = False, parts: Parts | None = None) -> int:
    """Open the desk and serve until its window is closed; returns the exit code."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Agent Desk")
    app.setQuitOnLastWindowClosed(False)
    station = Workstation(app, parts or Parts(trial=trial))
    station.open()
    paint(app, station)
    serve(app, station)
    return 0


def paint(app: QApplication, station: Workstation) -> None:
    """Let the window appear with a live field before anything heavy is imported."""
    done: list[bool] = []
    station.window.painted.connect(lambda: done.append(True))
    until = time.monotonic() + PAINT_SECONDS
    while not done and time.monotonic() < until:
        app.processEvents()


class Sweeper(QObject):
    """Collects garbage on the window's thread only.

    Python's collector runs on whichever thread happens to allocate; on the pump's it would destroy
    widgets away from their own thread, which Qt forbids. What is there when the engine stands is
    frozen, so that a full sweep stays short.
    """

    QUICK_MS, FULL_EVERY = 1000, 60

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sweeps = 0
        self._timer = QTimer(self)
        self._timer.setInterval(self.QUICK_MS)
        self._timer.timeout.connect(self._sweep)

    def start(self) -> None:
        """Take over from the automatic collector."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Give it back."""
        self._timer.stop()
        gc.enable()

    def _sweep(self) -> None:
        self._sweeps += 1
        gc.collect(2 if self._sweeps % self.FULL_EVERY == 0 else 1)


def serve(app: QApplication, station: Workstation) -> None:
    """Run the loop until the desk is closed, with a net under it."""
    import asyncio

    import qasync

    from agent_desk.ui.crash import CrashNet

    net = CrashNet()
    net.spread()
    net.fault.connect(station.show_fault)
    sweeper = Sweeper(station)
    sweeper.start()
    station.engine_built.connect(leave_alone)
    station.shift_began.connect(hold_steady)
    loop = qasync.QEventLoop(app)
    loop.set_exception_handler(net.loop_handler)
    asyncio.set_event_loop(loop)
    try:
        with loop:
            loop.run_until_complete(station.live())
    finally:
        asyncio.set_event_loop(None)
        sweeper.stop()
        net.take_up()
