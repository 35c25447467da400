"""Old months of facts: which are here, taking them out, and putting them back without doubling.

A month that is out is remembered fact by fact: delivered again, it is a duplicate or a conflict as ever. What the hub
said itself, what seats still keep and what waits for a person stays. Nothing else is brought to readers until
the month is back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import errors

from agent_desk.base.errors import DeskError
from agent_desk.facts.kind import Catalogue
from agent_desk.hub.projecting import rebuild_sql

HERE, ASIDE, ELSEWHERE = "here", "aside", "elsewhere"
_WAIT = "10s"
"""Writers wait while a month is moved, and the move waits for them: no longer than this."""


@dataclass(frozen=True)
class Part:
    """One month. ``where`` is ``here``, ``aside`` (out, in schema ``desk_away``) or ``elsewhere`` (out, and dropped).

    ``facts`` are those that went out with it.
    """

    name: str
    month: str
    where: str
    facts: int

    @property
    def table(self) -> str:
        """Where it lies while it is aside."""
        return f"desk_away.{self.name}"


def listed(connection: psycopg.Connection[Any]) -> list[Part]:
    """Every month the hub knows, oldest first. ``connection`` is a superuser's, here and below."""
    rows = connection.execute("select name, month, here, aside, remembered from desk.part_list()").fetchall()
    return [
        Part(name, f"{month:%Y-%m}", HERE if here else ASIDE if aside else ELSEWHERE, remembered)
        for name, month, here, aside, remembered in rows
    ]


def detach_before(connection: psycopg.Connection[Any], month: str) -> list[str]:
    """Take out every month before ``month`` (``2026-01``); answers their names.

    Raises ``hub.month_wrong``, ``hub.part_young`` or ``hub.part_busy``.
    """
    before = _month(month)
    days = _kept_days(connection)
    youngest = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m")
    if before > youngest:
        raise DeskError("hub.part_young", days=days, month=youngest)
    gone = [each.name for each in listed(connection) if each.where == HERE and each.month < before]
    for name in gone:
        with _moving(connection):
            connection.execute("select desk.part_detach(%s)", (name,))
    return gone


def attach(connection: psycopg.Connection[Any], catalogue: Catalogue, told: str) -> None:
    """Put a month back when every fact of it is what went out; projections get what they lack.

    Raises ``hub.month_wrong``, ``hub.part_missing``, ``hub.part_altered`` or ``hub.part_busy``.
    """
    name = f"fact_{_month(told.removeprefix('fact_').replace('_', '-')).replace('-', '_')}"
    parts = {each.name: each for each in listed(connection)}
    if name in parts and parts[name].where == HERE:
        return
    if name not in parts or parts[name].where == ELSEWHERE:
        raise DeskError("hub.part_missing", table=f"desk_away.{name}")
    with _moving(connection):
        connection.execute("lock table desk.fact in access exclusive mode")
        altered = connection.execute("select desk.part_altered(%s)", (name,)).fetchall()[0][0]
        if altered:
            raise DeskError("hub.part_altered", n=altered, part=name)
        connection.execute("select desk.part_attach(%s)", (name,))
        for projection in catalogue.projections:
            connection.execute(rebuild_sql(catalogue, projection, name).encode())
    connection.execute("select desk.release_known()")


def _month(told: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", told):
        raise DeskError("hub.month_wrong")
    return told


def _kept_days(connection: psycopg.Connection[Any]) -> int:
    return int(connection.execute("select coalesce(max(keep_days), 0) from desk.kind").fetchall()[0][0])


@contextmanager
def _moving(connection: psycopg.Connection[Any]) -> Iterator[None]:
    try:
        with connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", (_WAIT,))
            yield
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        raise DeskError("hub.part_busy") from None
