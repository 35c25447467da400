"""What this desk can do: one line a capability. Imported after the first paint."""

from __future__ import annotations

from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue
from agent_desk.outbox.capability import CAPABILITY as OUTBOX
from agent_desk.people.model import PEOPLE_KINDS
from agent_desk.receipts.capability import CAPABILITY as RECEIPTS
from agent_desk.ui.capability import Capability

CAPABILITIES: tuple[Capability, ...] = (RECEIPTS, OUTBOX)


def catalogue() -> Catalogue:
    """Every kind of fact this desk knows."""
    return Catalogue([*HUB_KINDS, *PEOPLE_KINDS, *(kind for one in CAPABILITIES for kind in one.kinds)])
