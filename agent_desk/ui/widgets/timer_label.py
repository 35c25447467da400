"""A clock that counts up (time in state, time in call) in digits that do not dance."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QWidget

from agent_desk.ui.theme import Theme


class TimerLabel(QLabel):
    """Shows ``00:12:41``; counts by the monotonic clock, so a corrected wall clock does not disturb it."""

    def __init__(
        self, parent: QWidget | None = None, *, role: str = "timer", clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._since: float | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show)
        self.setProperty("role", role)
        self.setFont(
            Theme.current().font(role if role in {"timer", "figure", "small"} else "body", bold=True, figures=True)
        )
        self.show_seconds(0)

    def start(self, already: float = 0.0) -> None:
        """Count up from ``already`` seconds."""
        self._since = self._clock() - already
        self._tick.start()
        self._show()

    def stop(self) -> None:
        """Stand still at the last value."""
        self._tick.stop()

    def show_seconds(self, seconds: int) -> None:
        """Show a length of time."""
        self.setText(clock_text(seconds))
        self.setAccessibleName(self.text())

    def _show(self) -> None:
        if self._since is not None:
            self.show_seconds(int(self._clock() - self._since))


def clock_text(seconds: int) -> str:
    """3605 seconds → ``01:00:05``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest:02d}"
