"""One thing under way on a thread of its own while its sender goes on with something else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Errand(Generic[T]):
    """Runs ``work`` at once; :meth:`result` waits for it and gives back what it gave or raised.

    The thread is a daemon: a desk that ends does not wait for a hub that never answers.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._done: list[T] = []
        self._problem: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="errand", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._done.append(self._work())
        except Exception as problem:  # noqa: BLE001 - raised again where the result is asked for
            self._problem = problem

    def wait(self) -> None:
        """Until it is over, well or badly."""
        self._thread.join()

    def result(self) -> T:
        """What it brought; raises what it raised."""
        self.wait()
        if self._problem is not None:
            raise self._problem
        return self._done[0]
