"""What time it is, and which of two things came later when clocks disagree."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MICROSECONDS = 1_000_000
AHEAD_AT_MOST_US = 120 * MICROSECONDS
"""A foreign stamp moves the local clock at most this far past now; farther ones are only marked."""

_COUNTER_BITS = 15


def system_us() -> int:
    """The machine's wall clock, microseconds since 1970 UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True)
class Moved:
    """What a foreign stamp did to the local clock."""

    far: bool
    """The stamp lay more than two minutes ahead: taken, but marked and not followed."""


class Clock:
    """The desk's clock: wall time corrected by the hub, and hybrid logical stamps.

    A stamp is one integer of at most 63 bits: milliseconds since 1970 in the upper 48, a
    counter in the lower 15 (Kulkarni et al., "Logical Physical Clocks", 2014). Stamps of one
    clock strictly grow, also when the wall clock is set back. Safe to call from any thread.
    """

    def __init__(self, wall_us: Callable[[], int] = system_us) -> None:
        self._wall_us = wall_us
        self._offset_us = 0
        self._last = 0
        self._lock = threading.Lock()

    @property
    def offset_us(self) -> int:
        """Hub time minus wall time, as last measured; 0 before the first beat."""
        return self._offset_us

    def correct(self, hub_us: int, sent_us: int, received_us: int) -> None:
        """Take the offset from one round trip to the hub: its time against the middle of ours."""
        self._offset_us = hub_us - (sent_us + received_us) // 2

    def raw_us(self) -> int:
        """The machine's own clock, uncorrected, for measuring round trips."""
        return self._wall_us()

    def now_us(self) -> int:
        """Corrected wall time, microseconds since 1970 UTC."""
        return self._wall_us() + self._offset_us

    def now_ms(self) -> int:
        """Corrected wall time, milliseconds since 1970 UTC."""
        return self.now_us() // 1000

    def stamp(self) -> int:
        """The next stamp, later than every stamp given or followed before."""
        with self._lock:
            self._last = max(self._last + 1, self.now_ms() << _COUNTER_BITS)
            return self._last

    def follow(self, foreign: int) -> Moved:
        """Let a stamp seen from elsewhere push this clock forward, within bounds."""
        with self._lock:
            latest = ((self.now_us() + AHEAD_AT_MOST_US) // 1000) << _COUNTER_BITS
            if foreign > latest:
                return Moved(far=True)
            self._last = max(self._last, foreign)
            return Moved(far=False)


def stamp_ms(stamp: int) -> int:
    """The milliseconds since 1970 in a stamp."""
    return stamp >> _COUNTER_BITS
