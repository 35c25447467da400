"""What a centre should hold and each person should see, worked out again in plain Python, without the desk's code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

DAY_US = 86_400_000_000
GRACE_US = 7 * DAY_US
KEEP_US = 90 * DAY_US
WRITERS = {"test.ruled": {"leader", "manager"}}
KEPT_FOR_EVER = {"subject.shared"}


@dataclass
class Right:
    """A role in a group, until it was taken away."""

    group: str
    role: str
    until: int | None = None


@dataclass
class Someone:
    """A member of staff."""

    number: str
    staff: str
    rights: list[Right] = field(default_factory=list)
    active: bool = True
    ended: int | None = None

    def roles(self) -> dict[str, str]:
        """The rights held now."""
        return {one.group: one.role for one in self.rights if one.until is None}

    def sees_all(self) -> bool:
        """Only a manager of the whole centre does."""
        return self.roles().get("*") == "manager"

    def reads(self, group: str) -> bool:
        """Whether the rights held now open a group."""
        if group in ("*", f"@{self.staff}") or self.sees_all():
            return True
        return self.roles().get(group, "admin") != "admin"


@dataclass
class Fact:
    """A fact as its author wrote it, with what the hub must have made of it."""

    id: str
    kind: str
    author: str
    group: str
    subject: str
    keyed: int
    stamp: int
    fields: Mapping[str, Any]
    replaces: Mapping[str, list[str]]
    text: str
    verdict: str = ""
    reason: str = ""
    filed: str = ""
    """The group the hub keeps it under."""


@dataclass
class Model:
    """The whole centre."""

    lenient: bool
    people: dict[str, Someone] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    """What the hub has taken."""
    heads: dict[str, int] = field(default_factory=dict)
    repeats: set[tuple[str, int]] = field(default_factory=set)
    """Links whose fact was there already: a copied disk sends it in a new origin."""
    claims: dict[tuple[str, str], Fact] = field(default_factory=dict)
    audience: set[tuple[str, str]] = field(default_factory=set)
    said: list[tuple[str, ...]] = field(default_factory=list)
    """Verdicts and disputes the hub must have spoken: kind, group, about, further, reader."""
    said_of: list[tuple[str, str]] = field(default_factory=list)
    """The subject and group of each."""

    def by_staff(self, staff: str) -> Someone:
        """A person by their id."""
        return next(one for one in self.people.values() if one.staff == staff)

    def set_staff(self, number: str, grants: Mapping[str, str] | None, active: bool, now: int) -> None:
        """An administrator changes somebody."""
        person = self.people[number]
        if grants is not None:
            for right in person.rights:
                if right.until is None and grants.get(right.group) != right.role:
                    right.until = now
            for group, role in grants.items():
                if person.roles().get(group) != role:
                    person.rights.append(Right(group, role))
        person.active = active
        person.ended = None if active else person.ended or now

    # -- what the hub takes ----------------------------------------------------------------------

    def take(self, links: Iterable[tuple[str, int, str]], now: int) -> list[tuple[int, str, str]]:
        """Links (origin, seq, body) reach the hub; answers the verdict it must give each."""
        answers = []
        for origin, seq, text in links:
            told = json.loads(text)
            known = self.facts.get(told["id"])
            if seq <= self.heads.get(origin, 0):
                assert known is not None, f"the hub holds link {seq} of {origin} without its fact"
                again = (origin, seq) in self.repeats or known.verdict == "accepted"
                answers.append((seq, "duplicate", "") if again else (seq, known.verdict, known.reason))
                continue
            assert seq == self.heads.get(origin, 0) + 1, f"the hub took {seq} of {origin} before the one before it"
            self.heads[origin] = seq
            if known is not None:
                assert known.text == text, f"{known.id} came a second time with another content"
                self.repeats.add((origin, seq))
                answers.append((seq, "duplicate", ""))
                continue
            fact = self._take_one(told, text)
            answers.append((seq, fact.verdict, fact.reason))
        return answers

    def _take_one(self, told: Mapping[str, Any], text: str) -> Fact:
        fact = Fact(
            told["id"], told["kind"], told["author"], told["group"], told["subject"], told["keyed"], told["stamp"],
            told["fields"], told["replaces"], text,
        )  # fmt: skip
        author = self.by_staff(fact.author)
        fact.reason = self._held(fact, author)
        fact.verdict = "held" if fact.reason else "accepted"
        boxed = fact.reason == "group" and not self.lenient
        fact.filed = f"@{author.staff}" if boxed else fact.group
        self.facts[fact.id] = fact
        if fact.verdict == "held":
            self._say("hub.verdict", fact.filed, fact.subject, (fact.id, fact.reason), author)
            return fact
        if fact.kind == "subject.shared":
            self.audience.add((fact.subject, fact.fields["to_group"]))
        if fact.kind == "test.sold":
            self._claim(fact, author)
        return fact

    def _held(self, fact: Fact, author: Someone) -> str:
        if author.ended is not None and fact.keyed > author.ended + GRACE_US:
            return "rights_ended"
        roles = {
            one.role
            for one in author.rights
            if one.group in (fact.group, "*") and (one.until is None or fact.keyed <= one.until + GRACE_US)
        }
        if not roles:
            return "group"
        if not roles & WRITERS.get(fact.kind, roles):
            return "role"
        if fact.kind == "subject.shared" and not self._may_share(fact, author):
            return "group"
        return ""

    def _may_share(self, fact: Fact, author: Someone) -> bool:
        """People share only subjects they opened themselves, so what is left to ask is whether they still read it."""
        if any(author.reads(group) for subject, group in self.audience if subject == fact.subject):
            return True
        of_all = {one.filed for one in self.facts.values() if one.subject == fact.subject}
        of_others = {
            one.filed for one in self.facts.values() if one.subject == fact.subject and one.author != author.staff
        }
        said = {group for subject, group in self.said_of if subject == fact.subject}
        of_all, of_others = of_all | said, of_others | said
        if self.lenient:
            return all(author.reads(group) for group in of_others)
        return any(author.reads(group) for group in of_all)

    def _claim(self, fact: Fact, author: Someone) -> None:
        number = (fact.fields["book"], fact.fields["number"])
        first = self.claims.setdefault(number, fact)
        if first.subject == fact.subject:
            return
        self._say("hub.dispute", fact.filed, fact.subject, (first.id, fact.id), author)
        if first.filed != fact.filed:
            self._say("hub.dispute", first.filed, first.subject, (first.id, fact.id), self.by_staff(first.author))

    def _say(self, kind: str, group: str, subject: str, told: tuple[str, str], person: Someone) -> None:
        reader = "" if person.reads(group) else person.staff
        self.said.append((kind, group, *told, reader))
        self.said_of.append((subject, group))

    # -- what people see ---------------------------------------------------------------------------

    def sees(self, person: Someone, author: str, group: str, subject: str, reader: str | None) -> bool:
        """Whether a person may read a fact now."""
        if person.sees_all() or person.staff in (author, reader) or person.reads(group):
            return True
        return any(person.reads(to) for shared, to in self.audience if shared == subject)

    def keeps(self, kind: str, keyed: int, now: int) -> bool:
        """Whether seats still keep a fact of others so old."""
        return kind.startswith("hub.") or kind in KEPT_FOR_EVER or keyed > now - KEEP_US
