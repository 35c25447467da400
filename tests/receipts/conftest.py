"""A desk of one seat for the receipts' service and views: real store, real lane, an event that is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from agent_desk.base.clock import Clock
from agent_desk.base.ids import GroupId
from agent_desk.receipts.service import Place, ReceiptService
from agent_desk.storage.store import Store
from agent_desk.ui.lane import Lane
from agent_desk.ui.messages import Messages
from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Translation
from agent_desk.ui.widgets import StatusLine
from tests.receipts.rooms import a_receipts_store, at, the_catalog, the_form


@dataclass
class Seat:
    """What a view is built from, and a window to lay it in."""

    store: Store
    lane: Lane
    clock: Clock
    service: ReceiptService
    window: QWidget
    messages: Messages
    said: list[str] = field(default_factory=list)
    language: str = "en"

    def show(self, view: QWidget) -> None:
        """Lay a view into the window."""
        layout = self.window.layout()
        assert layout is not None
        layout.addWidget(view)
        self.window.resize(1290, 640)
        self.window.show()
        self.window.activateWindow()

    def speak(self) -> str:
        return self.language


@pytest.fixture
def event_loop_of_qt(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def run(event_loop_of_qt: qasync.QEventLoop) -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a story with the window's loop."""
    return lambda story: event_loop_of_qt.run_until_complete(asyncio.wait_for(story, 30))


@pytest.fixture
def seat(qapp: QApplication, event_loop_of_qt: qasync.QEventLoop, tmp_path: Path) -> Iterator[Seat]:
    """The desk on the day of the sample receipts, 14:03:22."""
    theme = Theme(qapp, "light")
    theme.start()
    translation = Translation(qapp)
    translation.choose("en")
    clock = Clock(lambda: at(21, 14, 3, 22))
    store = a_receipts_store(tmp_path, clock=clock)
    lane = Lane("receipts")
    service = ReceiptService(store, lane, clock, lambda: Place(GroupId("A"), "3"), the_catalog(), the_form())
    window = QWidget()
    QVBoxLayout(window)
    status = StatusLine(window)
    made = Seat(store, lane, clock, service, window, Messages(status, window))
    made.messages.told.connect(made.said.append)
    yield made
    lane.close()
    window.close()
    window.deleteLater()
    service.deleteLater()
    store.close()
    theme.deleteLater()
