"""What stands on the page "not on the hub": one entry a fact, why it stands there, what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agent_desk.base.ids import EVERYONE, FactId, GroupId


class Standing(StrEnum):
    """Why a fact is on the page, the worst first."""

    DISPUTED = "disputed"
    """Two receipts carry one paper number."""
    CONFLICT = "conflict"
    """The hub knows another content under the same id."""
    HELD = "held"
    """On the hub, but left out of sums until a person releases or voids it."""
    UNPROVEN = "unproven"
    """Written in a session nobody has proven: stays here until its person confirms it."""
    UNSENT = "unsent"
    """Safe on this seat, not yet on the hub."""


class Help(StrEnum):
    """The one thing that helps."""

    TRY_NOW = "try_now"
    OPEN = "open"
    CONFIRM = "confirm"


WORST_FIRST = tuple(Standing)

_HELP = {
    Standing.DISPUTED: Help.OPEN,
    Standing.CONFLICT: Help.OPEN,
    Standing.HELD: Help.OPEN,
    Standing.UNPROVEN: Help.CONFIRM,
    Standing.UNSENT: Help.TRY_NOW,
}


@dataclass(frozen=True)
class Entry:
    """One fact on the page.

    ``since_us`` is when it was stored (unsent) or when the hub judged it, ``happened_us`` the
    fact's own time; both µs since 1970 UTC. ``reason`` is the hub's word. ``fields`` are the
    public ones of the body: no name and no number of a customer. ``author`` and ``group`` are the
    fact's own, ``writer`` the author's number and name as far as this seat knows them.
    """

    fact: FactId
    kind: str
    standing: Standing
    since_us: int
    happened_us: int
    reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict, compare=False)
    author: str = ""
    group: GroupId = EVERYONE
    writer: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same row when the page looks again."""
        return (self.standing, self.fact)

    @property
    def help(self) -> Help:
        """The one button beside it."""
        return _HELP[self.standing]


@dataclass(frozen=True)
class Outbox:
    """The page at one moment. ``entries`` are the worst first, then the oldest; ``counts`` are
    complete also where only the first :data:`MOST_SHOWN` entries of a standing are listed."""

    entries: tuple[Entry, ...]
    counts: Mapping[Standing, int]

    @property
    def total(self) -> int:
        """Everything that waits."""
        return sum(self.counts.values())

    @property
    def left_out(self) -> int:
        """How many more there are than listed."""
        return self.total - len(self.entries)


MOST_SHOWN = 500
"""Entries listed of each standing; the counts above the list tell the rest."""
