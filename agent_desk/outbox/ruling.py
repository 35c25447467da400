"""Who decides on a held entry, and what may be decided. The hub decides the same way, whatever stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desk.base.ids import EVERYONE
from agent_desk.facts.kind import Role
from agent_desk.outbox.model import Entry, Standing

if TYPE_CHECKING:
    from agent_desk.ui.capability import Who

IN_A_LETTER_BOX = ("group", "unreadable", "too_large")
"""Reasons for which a fact lies in its author's box at the hub: only managers of the centre see into it."""
NEVER_COUNTS = ("unreadable", "too_large", "field_wrong", "kind_unknown")
"""What the hub cannot read or place: it can be voided, not released."""


def may_rule(entry: Entry, who: Who) -> bool:
    """Whoever leads the entry's group, or manages the centre; nobody their own, nobody unproven."""
    if entry.standing is not Standing.HELD or entry.author == who.staff or not who.proven:
        return False
    if who.grants.get(EVERYONE) is Role.MANAGER:
        return True
    leads = who.grants.get(entry.group) in {Role.LEADER, Role.MANAGER}
    return leads and entry.reason not in IN_A_LETTER_BOX


def may_count(entry: Entry) -> bool:
    """Whether it can be released at all."""
    return entry.reason not in NEVER_COUNTS and not entry.kind.startswith("hub.")
