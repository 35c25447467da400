"""The staff verbs, spoken by an administrator of the centre (or by a person for their own password)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent_desk.base.ids import StaffId
from agent_desk.hub.founding import verifier
from agent_desk.hub.postgres import PostgresSession


@dataclass(frozen=True)
class Listed:
    """One member of staff as the staff list shows them."""

    number: str
    name: str
    active: bool
    grants: Mapping[str, str]


@dataclass(frozen=True)
class CentreTold:
    """What a seat file says of its centre."""

    id: str
    name: str
    salt: str
    recovery_key: str


class People:
    """Adds and changes people, groups and seats. Every verb may raise ``hub_refused`` (``rights``),

    ``hub_away``, and those named beside it. Passwords leave this process as verifiers only.
    """

    def __init__(self, session: PostgresSession) -> None:
        self._session = session

    @property
    def session(self) -> PostgresSession:
        """The session itself."""
        return self._session

    def add(self, number: str, name: str, grants: Mapping[str, str], password: str) -> StaffId:
        """A new member of staff. Raises ``staff_exists``, ``hub_grants_wrong``, ``hub_text_wrong``,

        ``password_too_short``.
        """
        made = verifier(self._session.connection, password)
        told = json.dumps(dict(grants), ensure_ascii=False)
        return StaffId(str(self._session.ask("select desk.staff_add(%s, %s, %s::jsonb, %s)",
                                             number, name, told, made)))  # fmt: skip

    def set(
        self, number: str, *, name: str | None = None, active: bool | None = None,
        grants: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Change what is given, leave the rest. Raises ``staff_unknown``, ``last_admin``,

        ``hub_grants_wrong``, ``hub_text_wrong``.
        """
        told = None if grants is None else json.dumps(dict(grants), ensure_ascii=False)
        self._session.ask("select desk.staff_set(%s, %s, %s, %s::jsonb)", number, name, active, told)

    def set_password(self, password: str, number: str | None = None) -> None:
        """A new password: my own, or another's of my centre as its administrator."""
        made = verifier(self._session.connection, password)
        self._session.ask("select desk.password_set(%s, %s)", number, made)

    def listed(self) -> list[Listed]:
        """Everybody, by number."""
        told: list[dict[str, Any]] = self._session.ask("select desk.staff_list()")
        return [Listed(**each) for each in told]

    def set_group(self, code: str, name: str) -> None:
        """Make a group or give it another name. Raises ``hub_text_wrong``."""
        self._session.ask("select desk.group_set(%s, %s)", code, name)

    def groups(self) -> Mapping[str, str]:
        """Code and name of every group."""
        told: dict[str, str] = self._session.ask("select desk.group_list()")
        return told

    def enrol(self, seat: str, name: str) -> CentreTold:
        """Let a seat join; answers what its file must say. Raises ``hub_text_wrong``."""
        return CentreTold(**self._session.ask("select desk.seat_enrol(%s, %s)", seat, name))

    def set_centre(self, *, grace_days: int | None = None, oldest_client: str | None = None) -> Mapping[str, Any]:
        """What the centre sets for all its seats; what is not given stays. Answers what holds now.

        Raises ``hub_text_wrong`` for days beyond 0 … 365, or a version that is none.
        """
        told: dict[str, Any] = self._session.ask("select desk.centre_set(%s, %s)", grace_days, oldest_client)
        return told
