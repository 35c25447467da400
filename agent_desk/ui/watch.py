"""Watches that the window never stands still: how long its event loop was blocked, and by which line."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot

LIMIT_MS = 50.0
PING_EVERY_S = 0.005


@dataclass(slots=True)
class Stand:
    """One time the window stood still: how long (ms), and the innermost lines of our code seen meanwhile."""

    ms: float
    where: str


@dataclass(slots=True)
class WatchReport:
    """What was seen while watching. Times in ms."""

    longest_ms: float = 0.0
    pings: int = 0
    over_limit: int = 0
    limit_ms: float = LIMIT_MS
    stands: list[Stand] = field(default_factory=list)


class _Echo(QObject):
    """Answers pings on the window's thread."""

    pinged = Signal()

    def __init__(self, answered: threading.Event) -> None:
        super().__init__()
        self._answered = answered
        self.pinged.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _answer(self) -> None:
        self._answered.set()


class Watch:
    """Pings the window's event loop from a thread of its own and measures how long each answer takes.

    Needs no timer in the window. Start and stop it on the window's thread; also a context manager.
    """

    def __init__(self, limit_ms: float = LIMIT_MS) -> None:
        self._answered = threading.Event()
        self._stop = threading.Event()
        self._echo = _Echo(self._answered)
        self._watched = threading.get_ident()
        self._report = WatchReport(limit_ms=limit_ms)
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> Watch:
        """Begin to watch the thread that calls this."""
        self._watched = threading.get_ident()
        self._thread.start()
        return self

    def stop(self) -> WatchReport:
        """End the watch and say what was seen."""
        self._stop.set()
        self._answered.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        return self._report

    @property
    def report(self) -> WatchReport:
        """What was seen so far."""
        return self._report

    def __enter__(self) -> Watch:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        planned = time.perf_counter()
        while not self._stop.is_set():
            # a late start counts too: then something held the interpreter and not even this thread could run
            self._answered.clear()
            self._echo.pinged.emit()
            where = self._wait_for_answer(planned)
            if self._stop.is_set():
                return
            self._note((time.perf_counter() - planned) * 1000, where)
            planned = time.perf_counter() + PING_EVERY_S
            self._stop.wait(PING_EVERY_S)

    def _wait_for_answer(self, since: float) -> str:
        """Wait until the window answers; past the limit look once where it stands."""
        where = ""
        while not self._answered.wait(self._report.limit_ms / 1000):
            where = where or self._where_it_stands()
            if time.perf_counter() - since > 60:
                break
        return where

    def _note(self, ms: float, where: str) -> None:
        report = self._report
        report.pings += 1
        report.longest_ms = max(report.longest_ms, ms)
        if ms > report.limit_ms:
            report.over_limit += 1
            if len(report.stands) < 100:
                report.stands.append(Stand(round(ms, 1), where))

    def _where_it_stands(self) -> str:
        """The innermost three lines of the watched thread, ``file:line function``."""
        frame = sys._current_frames().get(self._watched)
        lines: list[str] = []
        while frame is not None and len(lines) < 3:
            code = frame.f_code
            lines.append(f"{code.co_filename.replace(chr(92), '/').rsplit('/', 1)[-1]}:{frame.f_lineno} {code.co_name}")
            frame = frame.f_back
        return " < ".join(lines)
