"""What a test must not leave behind: threads, running timers, open windows, open event loops, unexpected warnings.

Each leak fails the test that made it.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

GRACE_SECONDS = 2.0
_loops: weakref.WeakSet[asyncio.BaseEventLoop] = weakref.WeakSet()


def watch_event_loops() -> None:
    """Note every event loop that is made from now on."""
    make = asyncio.BaseEventLoop.__init__

    def noted(self: asyncio.BaseEventLoop) -> None:
        make(self)
        _loops.add(self)

    asyncio.BaseEventLoop.__init__ = noted  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail the test that leaves a thread, timer, window or event loop behind."""
    looks = {"threads": _threads, "timers": _timers, "windows": _windows, "event loops": _event_loops}
    before = {name: look() for name, look in looks.items()}
    yield
    left = {name: _left(look, before[name]) for name, look in looks.items()}
    told = [f"{name}: {', '.join(map(_describe, things))}" for name, things in left.items() if things]
    if told:
        pytest.fail("left behind: " + "; ".join(told), pytrace=False)


@pytest.fixture(autouse=True)
def no_unexpected_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail the test in which the desk logged a warning; one that expects it looks, then says `caplog.clear()`."""
    yield
    loud = [record for when in ("setup", "call") for record in caplog.get_records(when) if _is_ours(record)]
    if loud:
        told = "; ".join(f"{record.name} {record.levelname}: {record.getMessage()}" for record in loud)
        pytest.fail(f"unexpected in the log: {told}", pytrace=False)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING and record.name.partition(".")[0] in {"agent_desk", "asyncio", "qasync"}


def _left(look: Callable[[], list[Any]], before: list[Any]) -> list[Any]:
    """Return what is new since `before`, after a moment for things that are just ending."""
    deadline = time.monotonic() + GRACE_SECONDS
    known = set(map(id, before))
    while new := [thing for thing in look() if id(thing) not in known]:
        if time.monotonic() > deadline:
            return new
        del new
        _settle()
    return []


def _settle() -> None:
    """Let Qt delete what is marked for it, Python collect what nobody holds, and threads end."""
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        core.QCoreApplication.processEvents()
    gc.collect()
    time.sleep(0.01)


def _threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.is_alive()]


def _timers() -> list[Any]:
    return [thing for thing in _qt_objects("QTimer", "PySide6.QtCore") if thing.isActive()]


def _windows() -> list[Any]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    return list(widgets.QApplication.topLevelWidgets())


def _event_loops() -> list[asyncio.BaseEventLoop]:
    return [loop for loop in _loops if not loop.is_closed()]


def _qt_objects(class_name: str, module: str) -> list[Any]:
    loaded, shiboken = sys.modules.get(module), sys.modules.get("shiboken6")
    if loaded is None or shiboken is None:
        return []
    kind = getattr(loaded, class_name)
    wrappers = [thing for thing in shiboken.getAllValidWrappers() if isinstance(thing, kind)]
    return [thing for thing in wrappers if shiboken.isValid(thing)]


def _describe(thing: Any) -> str:
    name = thing.objectName() if hasattr(thing, "objectName") else ""
    return f"{thing!r} {name}".strip()
