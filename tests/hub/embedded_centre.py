"""The small centre on an embedded hub in a temporary folder."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from agent_desk.base.clock import Clock
from agent_desk.base.ids import CentreId, GroupId, OriginId, StaffId
from agent_desk.facts.kind import Role
from agent_desk.hub.embedded import CHEAP, EmbeddedHub
from agent_desk.hub.report import AuditReport
from tests.hub.contract import CATALOGUE, GROUPS, STAFF


class EmbeddedCentre:
    """The verbs of :class:`tests.hub.contract.Centre`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "hub.sqlite"
        self.hub = self._open()
        self.id: CentreId = self.hub.create_centre("Trial")
        for code, name in GROUPS.items():
            self.hub.add_group(code, name)
        self._staff: dict[str, StaffId] = {}
        for number, (name, grants) in STAFF.items():
            given = {GroupId(group): role for group, role in grants.items()}
            self._staff[number] = self.hub.add_staff(number, name, given, self.password(number))
        self.hub.enrol_seat("1", "Counter 1")

    def _open(self) -> EmbeddedHub:
        return EmbeddedHub(self.path, CATALOGUE, Clock(), CHEAP)

    def password(self, number: str) -> str:
        return f"secret of {number}"

    def staff(self, number: str) -> StaffId:
        return self._staff[number]

    def set_staff(self, number: str, grants: Mapping[str, Role], active: bool = True) -> None:
        given = {GroupId(group): role for group, role in grants.items()}
        self.hub.set_staff(number, grants=given, active=active)

    def copied(self) -> Path:
        copy = self.path.with_name(f"copy-{len(list(self.path.parent.glob('copy-*')))}")
        self.hub.copy_to(copy)
        return copy

    def come_back(self, copy: Path) -> None:
        self.hub.close()
        self.hub = EmbeddedHub.restore(self.path, copy, CATALOGUE, Clock(), CHEAP)

    def open_again(self) -> None:
        self.hub.open_again()

    def gaps(self) -> list[tuple[str, int, int, int]]:
        return list(self.hub.gaps())

    def waiting_values(self) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.path)) as file:
            rows = file.execute("select personal from offered order by seq").fetchall()
        return [value for (text,) in rows for _, value, _ in json.loads(text) if value is not None]

    def name_hole(self, origin: str, first: int, last: int, why: str) -> None:
        self.hub.name_hole(OriginId(origin), first, last, why, self._staff["8005"])

    def restart(self) -> None:
        self.hub.close()
        self.hub = self._open()

    def retain(self) -> int:
        return self.hub.retain()

    def set_centre(self, *, grace_days: int | None = None, oldest_client: str | None = None) -> None:
        self.hub.set_centre(grace_days=grace_days, oldest_client=oldest_client)

    def audit(self) -> AuditReport:
        return self.hub.audit()

    def close(self) -> None:
        self.hub.close()
