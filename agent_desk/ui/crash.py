"""When the desk itself fails: the fault goes to a log without a word of a caller's data, the person gets a calm page.

The report holds the kind of the fault and the places in the code, never values, messages or local variables: those could
hold a customer's name or number.
"""

from __future__ import annotations

import faulthandler
import logging
import platform
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import platformdirs
from PySide6.QtCore import QObject, Qt, Signal

from agent_desk import __version__
from agent_desk.base.errors import DeskError

LOG_NAME: Final = "agent-desk.log"
NATIVE_NAME: Final = "native-crash.log"
LOG_BYTES: Final = 512 * 1024
LOG_COPIES: Final = 3
DEEPEST: Final = 40


@dataclass(frozen=True, slots=True)
class CrashReport:
    """What may be told about a fault."""

    when: str
    kind: str
    places: tuple[str, ...]
    thread: str

    @property
    def signature(self) -> str:
        """Equal for the same fault at the same place."""
        return f"{self.kind} @ {self.places[-1] if self.places else '?'}"

    def text(self) -> str:
        """The report as it is copied and logged."""
        head = (
            f"Agent Desk {__version__} · Python {platform.python_version()} · {platform.system()} {platform.release()}"
        )
        lines = [head, f"{self.when} · thread {self.thread}", self.kind, *(f"  {place}" for place in self.places)]
        return "\n".join(lines)


def report_of(error: BaseException, thread: str) -> CrashReport:
    """The report of an exception: its kind and the code's places, its causes first."""
    kinds: list[str] = []
    places: list[str] = []
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        kinds.append(_kind(step))
        places[:0] = _places(step.__traceback__)
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    return CrashReport(when, " ← ".join(kinds), tuple(places[-DEEPEST:]), thread)


def _kind(error: BaseException) -> str:
    """The class, and for our own errors the code, which names no person."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name} {error.code}" if isinstance(error, DeskError) else name


def _places(trace: TracebackType | None) -> list[str]:
    """``folder/file.py:line function`` for each frame, outermost first."""
    frames = traceback.walk_tb(trace)
    return [f"{_short(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}" for frame, line in frames]


def _short(file: str) -> str:
    """The last three parts of a path: enough to find the code, too little to name a Windows account."""
    return "/".join(Path(file).parts[-3:])


class CrashNet(QObject):
    """Catches what nobody caught: in the window, in threads, in tasks of the loop, and native crashes.

    Signal ``fault`` comes on the window's thread, once per fault and place; what happens while a fault is being shown is only
    logged, so that a fault in the crash page can never call the crash page.
    """

    fault = Signal(object)
    _caught = Signal(object)

    def __init__(self, folder: Path | None = None) -> None:
        """``folder``: where logs go; default: the account's log folder."""
        super().__init__()
        self.folder = folder or platformdirs.user_log_path("agent-desk", appauthor=False)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = logging.getLogger("agent_desk")
        self._handler = _open_log(self.folder / LOG_NAME)
        self._native: TextIOWrapper | None = None
        self._before: list[Callable[[], None]] = []
        self._catching = threading.local()
        self._counts: dict[str, int] = {}
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each fault came, by signature."""
        return dict(self._counts)

    def spread(self) -> None:
        """Put every hook in place."""
        self.log.addHandler(self._handler)
        self._native = (self.folder / NATIVE_NAME).open("a", encoding="utf-8")
        was_enabled = faulthandler.is_enabled()
        faulthandler.enable(self._native)
        hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        self._before = [
            lambda: setattr(sys, "excepthook", hooks[0]),
            lambda: setattr(threading, "excepthook", hooks[1]),
            lambda: setattr(sys, "unraisablehook", hooks[2]),
            lambda: _restore_faulthandler(was_enabled=was_enabled),
        ]

    def take_up(self) -> None:
        """Take every hook away again and close the files."""
        for undo in self._before:
            undo()
        self._before = []
        self.log.removeHandler(self._handler)
        self._handler.close()
        if self._native is not None:
            self._native.close()
            self._native = None

    def loop_handler(self, loop: object, context: Mapping[str, Any]) -> None:
        """For ``loop.set_exception_handler``: a task's exception nobody awaited."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.catch(error)
        else:
            self.log.error("event loop: %s", context.get("message"))  # asyncio's own fixed words

    def catch(self, error: BaseException) -> None:
        """Log a fault and have it shown; safe from any thread, and never raises."""
        if isinstance(error, KeyboardInterrupt | SystemExit) or getattr(self._catching, "now", False):
            return
        self._catching.now = True
        try:
            report = report_of(error, threading.current_thread().name)
            self.log.error("unexpected fault\n%s", report.text())
            self._caught.emit(report)
        except Exception:  # noqa: BLE001 - the last net must hold: there is nobody left to tell
            faulthandler.dump_traceback(sys.__stderr__) if sys.__stderr__ else None
        finally:
            self._catching.now = False

    def _show(self, report: CrashReport) -> None:
        """Tell the window, but only the first time for the same fault at the same place."""
        self._counts[report.signature] = self._counts.get(report.signature, 0) + 1
        if self._counts[report.signature] > 1:
            return
        self._catching.now = True
        try:
            self.fault.emit(report)
        finally:
            self._catching.now = False

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.catch(error.with_traceback(trace))

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.catch(args.exc_value)

    def _on_unraisable(self, args: sys.UnraisableHookArgs) -> None:
        if isinstance(args.exc_value, Exception):
            self.catch(args.exc_value)


def _open_log(path: Path) -> RotatingFileHandler:
    """The rotating log: four files of half a megabyte at most."""
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_COPIES, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return handler


def _restore_faulthandler(*, was_enabled: bool) -> None:
    """Leave native crash reports as they were before."""
    faulthandler.disable()
    if was_enabled:
        faulthandler.enable(sys.__stderr__) if sys.__stderr__ else None
