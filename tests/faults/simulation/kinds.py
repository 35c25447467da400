"""What the people of a simulated centre write down, and who they are."""

from __future__ import annotations

from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue, FactKind, FieldType
from agent_desk.facts.projection import Projection
from tests.factory import TEST_KINDS

STATED = FactKind(
    "test.stated",
    optional={"state": FieldType.TEXT, "place": FieldType.TEXT},
    projections=(Projection("test_state", (("state", FieldType.TEXT), ("place", FieldType.TEXT))),),
)
"""Sets one field of a case; two people may do so at once."""

GROUPS = ("A", "B", "C")

PEOPLE: dict[str, dict[str, str]] = {
    "8101": {"A": "agent"},
    "8102": {"A": "clerk", "B": "clerk"},
    "8103": {"B": "agent"},
    "8104": {"A": "leader"},
    "8105": {"*": "manager"},
    "8106": {"C": "clerk"},
    "8107": {"B": "leader", "C": "agent"},
    "8108": {"A": "agent", "C": "manager"},
}
"""Staff number and rights at the start of every history."""

RIGHTS: tuple[dict[str, str], ...] = (
    {"A": "agent"},
    {"B": "clerk"},
    {"A": "clerk", "B": "agent"},
    {"C": "leader"},
    {"A": "manager"},
    {"B": "agent", "C": "agent"},
    {"*": "manager"},
    {"*": "clerk"},
    {},
    {"A": "agent", "B": "agent", "C": "agent"},
)
"""What somebody's rights may be changed to."""

BOSS = "8005"
"""The administrator, who sits at no seat."""


def the_catalogue() -> Catalogue:
    """Every kind of the simulation."""
    return Catalogue([*HUB_KINDS, *TEST_KINDS, STATED])
