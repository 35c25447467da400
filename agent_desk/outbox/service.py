"""Keeps the outbox up to date while the page is open and counts it for the rail while it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.outbox import records
from agent_desk.outbox.model import Outbox

if TYPE_CHECKING:
    from agent_desk.storage.store import Store
    from agent_desk.ui.capability import Light
    from agent_desk.ui.lane import Lane

Rule = Callable[[FactId, bool, str], Awaitable[None]]
"""Decides on a held fact at the hub: whether it counts, and why. Raises what the hub says."""
AT_MOST_EVERY_MS = 300
"""While thousands of facts drain, the list is looked at this often: calm to read, and never in the pump's way."""


class OutboxService(QObject):
    """Looks again whenever the pump has news or something was saved, at most every 300 ms."""

    changed = Signal(object)
    """The newest :class:`Outbox`."""
    fallen = Signal(object)
    """A :class:`DeskError`: the store could not be read."""
    ruled = Signal(bool)
    """A held fact was decided on: whether it counts."""
    try_requested = Signal()
    open_requested = Signal(str, str)
    """Kind and id of the fact to bring to the front."""
    decide_requested = Signal(str)
    """Id of a held fact that waits for who sits here: bring the page to the front with it."""
    confirm_requested = Signal()
    export_requested = Signal(str)
    """The folder to write the unsent entries to."""
    bring_requested = Signal(str)
    """The file with another seat's entries to bring to the hub."""
    _touched = Signal()

    def __init__(self, store: Store, lane: Lane, light: Light, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._lane = lane
        self._light = light
        self._now = Outbox((), {})
        self._looking = False
        self._again = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AT_MOST_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._touched.connect(self._soon)
        light.state_changed.connect(self._soon)
        light.news_arrived.connect(self._soon)
        store.listeners.append(self._touched.emit)
        self._listener = store.listeners[-1]
        self._soon()

    @property
    def now(self) -> Outbox:
        """What was seen last."""
        return self._now

    def look_again(self) -> None:
        """Look soon."""
        self._soon()

    def rule(self, ask: Rule, fact: str, counts: bool, reason: str) -> None:
        """Let the hub decide so; the entry goes from the list when its word comes back."""
        self._begin(self._rule(ask, FactId(fact), counts, reason))

    async def _rule(self, ask: Rule, fact: FactId, counts: bool, reason: str) -> None:
        try:
            await ask(fact, counts, reason)
        except DeskError as problem:
            self.fallen.emit(problem)
            return
        self.ruled.emit(counts)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Hear no more news."""
        if self._listener in self._store.listeners:
            self._store.listeners.remove(self._listener)
        self._light.state_changed.disconnect(self._soon)
        self._light.news_arrived.disconnect(self._soon)
        self._timer.stop()
        for task in tuple(self._tasks):
            task.cancel()

    def _soon(self, *_news: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        if self._looking:
            self._again = True
            return
        self._looking = True
        self._begin(self._read())

    async def _read(self) -> None:
        try:
            found = await self._lane.run(records.look, self._store)
        except DeskError as problem:
            self.fallen.emit(problem)
            return
        finally:
            self._looking = False
        self._now = found
        self.changed.emit(found)
        if self._again:
            self._again = False
            self._soon()
