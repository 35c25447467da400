"""A small centre to try any hub with: six people in two groups, and the kinds they write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, StaffId
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue, Claim, FactKind, FieldType, Role
from agent_desk.facts.projection import Projection
from agent_desk.hub.port import Hub
from agent_desk.hub.report import AuditReport

NOTE = FactKind(
    "note.written",
    fields={"text": FieldType.TEXT},
    optional={"weight": FieldType.INTEGER, "lines": FieldType.LINES},
    personal=("caller", "phone"),
    keep_days=0,
    projections=(
        Projection("note", (("text", FieldType.TEXT), ("weight", FieldType.INTEGER))),
        Projection("note_line", (("item", FieldType.TEXT), ("count", FieldType.INTEGER)), each="lines"),
    ),
)
CALL = FactKind("call.ended", fields={"seconds": FieldType.INTEGER}, keep_days=35)
PRICE = FactKind("price.set", fields={"fen": FieldType.FEN}, writers=(Role.LEADER, Role.MANAGER), keep_days=0)
SLIP = FactKind(
    "slip.written",
    fields={"book": FieldType.TEXT, "number": FieldType.TEXT, "total": FieldType.FEN},
    claim=Claim("book", "number"),
    keep_days=0,
)
VISIT = FactKind("visit.noted", personal=("visitor",), keep_days=0, retain_days=30)
CATALOGUE = Catalogue([*HUB_KINDS, NOTE, CALL, PRICE, SLIP, VISIT])

GROUPS = {"A": "Hall desk", "B": "Hot line"}
STAFF: dict[str, tuple[str, dict[str, Role]]] = {
    "8005": ("Sun Li", {"*": Role.ADMIN}),
    "8001": ("Lin Hua", {"A": Role.AGENT}),
    "8002": ("Chen Jie", {"B": Role.AGENT}),
    "8003": ("Wang Fang", {"A": Role.LEADER}),
    "8004": ("Zhao Min", {"*": Role.MANAGER}),
    "8006": ("Wu Gang", {"A": Role.CLERK}),
}


class Centre(Protocol):
    """A hub with the people above, and the verbs of the person who runs it."""

    id: CentreId

    @property
    def hub(self) -> Hub:
        """Where seats sign in; another object after :meth:`restart`."""

    def password(self, number: str) -> str:
        """What this person signs in with."""

    def staff(self, number: str) -> StaffId:
        """Whom the hub takes this number for."""

    def set_staff(self, number: str, grants: Mapping[str, Role], active: bool = True) -> None:
        """Give a person other rights from now on."""

    def copied(self) -> Any:
        """A copy of the hub as it is now: its backup. Everybody is signed out by it."""

    def come_back(self, copy: Any) -> None:
        """The hub is lost, and restored from a copy: closed."""

    def open_again(self) -> None:
        """Its healing is done: seats may send."""

    def gaps(self) -> list[tuple[str, int, int, int]]:
        """What it lost and nobody has brought: origin, first, last, waiting behind."""

    def waiting_values(self) -> list[str]:
        """The texts of personal values that wait with links brought to it."""

    def name_hole(self, origin: str, first: int, last: int, why: str) -> None:
        """Nobody holds these links any more."""

    def restart(self) -> None:
        """Stop the hub and start it again from what it wrote down."""

    def retain(self) -> int:
        """What IT's nightly job does: let go of personal values kept long enough."""

    def set_centre(self, *, grace_days: int | None = None, oldest_client: str | None = None) -> None:
        """What the centre sets for all its seats."""

    def audit(self) -> AuditReport:
        """Walk every chain."""

    def close(self) -> None:
        """Let go of the hub."""


def refused(why: str) -> Any:
    """Expect ``hub_refused`` with this reason."""
    return pytest.raises(DeskError, match=f"hub_refused .*why='{why}'")
