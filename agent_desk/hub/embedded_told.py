"""What the embedded hub said of links before its file was set back: its word stands when they come again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from agent_desk.facts.hub_kinds import HUB_STAFF, VERDICT
from agent_desk.hub.embedded_file import Cursor
from agent_desk.hub.port import Verdict

Place = tuple[str, str, int]
"""Fact, origin, seq."""


@dataclass
class Told:
    """Held or in conflict, why, and what somebody decided since (``released``, ``voided``, or nothing)."""

    verdict: Verdict
    reason: str
    ruled: str = ""
    ruled_by: str = ""


def told_before(cursor: Cursor) -> dict[Place, Told]:
    """By place; empty for a hub that was never restored."""
    if cursor.execute("select restored from state").fetchone()[0] is None:
        return {}
    rows = cursor.execute(
        "select f.id, f.body from fact f where f.kind = :kind and f.author = :hub"
        " union select w.fact, w.body from offered w join origin o on o.id = w.origin"
        " where w.kind = :kind and o.staff = :hub",
        {"kind": VERDICT.name, "hub": HUB_STAFF},
    ).fetchall()
    told = [(fact, json.loads(text)["fields"]) for fact, text in rows]
    found = {
        _place(fields): Told(Verdict(fields["verdict"]), fields["reason"])
        for _, fields in told
        if fields["verdict"] in ("held", "conflict")
    }
    for fact, fields in told:
        if fields["verdict"] in ("released", "voided") and _place(fields) in found:
            found[_place(fields)].ruled, found[_place(fields)].ruled_by = fields["verdict"], fact
    return found


def _place(fields: dict[str, object]) -> Place:
    return str(fields["about"]), str(fields["origin"]), int(str(fields["seq"]))
