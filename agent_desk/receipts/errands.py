"""What a view has asked for and does not wait for: each ends with its view, and what goes wrong is said there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.ui.messages import HasBars, Messages


class Errands:
    """The running tasks of one view. A :class:`DeskError` becomes a sentence on it, anything else is a fault."""

    def __init__(self, messages: Messages, view: HasBars) -> None:
        self._messages = messages
        self._view = view
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start one."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    def end(self) -> None:
        """Call off what still runs: its view goes."""
        for task in tuple(self._running):
            task.cancel()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        problem = task.exception()
        if isinstance(problem, DeskError):
            self._messages.explain(problem, self._view)
        elif problem is not None:
            raise problem
