"""What the desk may truthfully say about its link to the hub."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from agent_desk.base.clock import MICROSECONDS

LAGGING_AFTER_US = 30 * MICROSECONDS
"""Linked, but something has waited longer than this: say *lagging*."""
CAP_SECONDS = 15.0
"""No pause between two tries is longer: a hub that is back is noticed soon."""


class LinkKind(StrEnum):
    """The four states of the link (and ``waiting`` before the first try)."""

    WAITING = "waiting"
    LINKED = "linked"
    LAGGING = "lagging"
    DOWN = "down"
    REFUSED = "refused"


@dataclass(frozen=True)
class LinkState:
    """One truthful answer: never a bare green dot.

    ``since_us`` is when this state began; ``unsent`` counts facts not confirmed by the hub,
    ``oldest_us`` when the oldest of them was stored (µs since 1970). ``why`` is the reason
    of a refusal, one of the words of ``hub_refused``, or a network word while down.
    """

    kind: LinkKind
    since_us: int
    unsent: int = 0
    oldest_us: int | None = None
    why: str = ""
    last_linked_us: int | None = None


class Pauses:
    """How long to wait before the next try: full jitter under a doubling, capped ceiling

    (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
    """

    def __init__(self, chance: random.Random, first: float = 0.5) -> None:
        self._chance = chance
        self._first = first
        self._tries = 0

    def next(self) -> float:
        """Seconds to wait now."""
        ceiling = min(CAP_SECONDS, self._first * 2.0 ** min(self._tries, 10))
        self._tries += 1
        return self._chance.uniform(0.0, ceiling)

    def reset(self) -> None:
        """Something worked: begin small again."""
        self._tries = 0
