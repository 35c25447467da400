"""What a desk is built from. The trial centre and tests hand in other parts and get the same desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agent_desk.base.clock import Clock

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from agent_desk.bootstrap.engine import Engine
    from agent_desk.hub.address import SeatFile
    from agent_desk.people.place import Place
    from agent_desk.people.session_lock import SessionLock
    from agent_desk.settings.declared import Layer


@dataclass(frozen=True)
class Belonging:
    """Where this seat belongs: a centre by its seat file, or the trial centre."""

    place: Place
    seat_file: SeatFile | None
    """``None`` is the trial centre."""

    @property
    def is_trial(self) -> bool:
        """Whether everything is invented."""
        return self.seat_file is None


def _build_engine(belonging: Belonging, clock: Clock) -> Engine:
    from agent_desk.bootstrap.engine import build

    return build(belonging, clock)


def _system_lock(parent: QObject) -> SessionLock:
    from agent_desk.people.session_lock import system_lock

    return system_lock(parent)


@dataclass(frozen=True)
class Parts:
    """``place`` is where files lie (``None`` = this account's). ``engine`` builds what is heavy, on a
    lane, after the first paint; ``settings_layers`` are where settings lie; ``trial`` opens the trial
    centre without asking; ``tick`` is the pump's, in seconds; ``machine_lock`` hears that the machine
    was locked."""

    place: Place | None = None
    clock: Clock = field(default_factory=Clock)
    engine: Callable[[Belonging, Clock], Engine] = _build_engine
    settings_layers: Callable[[], list[Layer]] = list
    machine_lock: Callable[[QObject], SessionLock] = _system_lock
    trial: bool = False
    tick: float = 5.0
