"""A lane: one worker thread on which slow work waits its turn, so that the seat never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, TypeVar

from agent_desk.base.errors import DeskError

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """Runs functions one after another on a thread of its own.

    ``await lane.run(fn, …)`` from the window's loop. Cancelling the awaiting task drops work that has not begun; work that
    has begun runs to its end and its result is dropped, since a half-done write would be worse.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._closed = False
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"lane-{name}")

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Wait for the work without holding up the window; its exception comes back here."""
        return await asyncio.wrap_future(self.submit(work, *args, **kwargs))

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Put work on the lane from a place without a loop. ``DeskError("lane_closed")`` after :meth:`close`."""
        if self._closed:
            raise DeskError("lane_closed", lane=self._name)
        return self._worker.submit(work, *args, **kwargs)

    def close(self) -> None:
        """Drop what has not begun, wait for what has, and end the thread; safe to call twice."""
        self._closed = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Lane:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
