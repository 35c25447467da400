"""What an audit of the hub found: counts, what is wrong, and one digest to write down outside."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent_desk.facts.body import canonical

_ROOT = b"agent-desk/root/1\x00"

COUNTS = (
    "centres",
    "origins",
    "links",
    "facts",
    "held",
    "conflicts",
    "disputes",
    "delivered_for_others",
    "numbers",
)
"""The counts of a report, in the order in which they are told."""

Problem = tuple[str, Mapping[str, str | int]]
"""A code (``gap``, ``altered``, …) and the facts that say where."""


@dataclass(frozen=True)
class AuditReport:
    """One walk over every chain of the hub.

    ``links`` are journal rows, ``facts`` different facts among them; ``held``, ``conflicts``
    and ``disputes`` wait for a person and are no problem by themselves. ``numbers`` are the
    paper numbers claimed. ``away`` counts, month by month, the facts whose bodies were taken out
    of the hub: their links were walked, their bodies could not be read. ``root_digest`` (hex
    SHA-256 over all heads) goes on the daily report: paper outside the hub then witnesses what
    the hub held that day.
    """

    centres: int = 0
    origins: int = 0
    links: int = 0
    facts: int = 0
    held: int = 0
    conflicts: int = 0
    disputes: int = 0
    delivered_for_others: int = 0
    numbers: int = 0
    problems: list[Problem] = field(default_factory=list)
    away: Mapping[str, int] = field(default_factory=dict)
    root_digest: str = ""
    explained: list[Problem] = field(default_factory=list)
    """Holes that an administrator named: what is gone, said aloud, and no problem any more."""

    @property
    def ok(self) -> bool:
        """Nothing lost, nothing altered, nothing doubled."""
        return not self.problems

    def as_json(self) -> str:
        """The report for another program: sorted names, one line."""
        told: dict[str, object] = {name: getattr(self, name) for name in COUNTS}
        told["ok"] = self.ok
        told["away"] = dict(self.away)
        told["problems"] = [{"code": code, **facts} for code, facts in self.problems]
        told["explained"] = [{"code": code, **facts} for code, facts in self.explained]
        told["root_digest"] = self.root_digest
        return canonical(told)

    def as_words(self) -> str:
        """The report for a person at a terminal, one line a subject."""
        lines = [f"{name.replace('_', ' ')}: {getattr(self, name)}" for name in COUNTS]
        lines += [f"away, bodies not read: {part}, {facts} facts" for part, facts in self.away.items()]
        lines += [f"PROBLEM {code}: {_listed(facts)}" for code, facts in self.problems]
        lines += [f"explained {code}: {_listed(facts)}" for code, facts in self.explained]
        lines.append(f"root digest: {self.root_digest}")
        lines.append("nothing lost, nothing doubled" if self.ok else f"{len(self.problems)} problems")
        return "\n".join(lines)


def _listed(facts: Mapping[str, str | int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def root_of(heads: Iterable[tuple[str, int, bytes]]) -> str:
    """Hex SHA-256 over (origin 16 ‖ seq 8 big endian ‖ link digest 32) of every head, by origin.

    Both hubs compute it alike: the same journal has the same root digest wherever it lies.
    """
    hashed = hashlib.sha256(_ROOT)
    for origin, seq, digest in sorted(heads):
        hashed.update(uuid.UUID(origin).bytes + seq.to_bytes(8, "big") + digest)
    return hashed.hexdigest()
