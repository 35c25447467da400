"""The pump's voice in the window: signals on the main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from agent_desk.sync.link_state import LinkState
from agent_desk.sync.pump import News


class StatusLight(QObject):
    """Carries the pump's news to the main thread; keeps the last state for late listeners."""

    state_changed = Signal(object)
    """A :class:`LinkState`."""
    news_arrived = Signal(object)
    """A :class:`News`: facts were pulled, pushed or purged, or people changed."""

    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: LinkState | None = None
        self._heard.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def hear(self, news: News) -> None:
        """Called by the pump on its own thread."""
        self._heard.emit(news)

    @property
    def state(self) -> LinkState | None:
        """The newest state heard, ``None`` before the first."""
        return self._state

    def _pass_on(self, news: News) -> None:
        if news.state != self._state:
            self._state = news.state
            self.state_changed.emit(news.state)
        if news.pulled or news.pushed or news.purged or news.beat is not None:
            self.news_arrived.emit(news)
