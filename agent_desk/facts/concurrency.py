"""Which value a field has when two seats changed it without knowing of each other.

A fact that *sets* a field names the facts whose values it replaces. What nobody replaced is current:
one such value is simply the value; several are "changed in two places" until a fact names them all.
Causality alone decides. The stamp only puts concurrent values in an order to show them in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent_desk.base.ids import FactId, StaffId
from agent_desk.facts.body import Body, Value


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that one fact gave a field. ``stamp`` is the writer's hybrid clock."""

    fact: FactId
    author: StaffId
    stamp: int
    value: Value


@dataclass(frozen=True)
class FieldNow:
    """What a field shows: its current settings in the order of their stamps, newest last."""

    settings: tuple[Setting, ...]

    @property
    def changed_in_two_places(self) -> bool:
        """Whether a person must say which value holds."""
        return len(self.settings) > 1

    @property
    def shown(self) -> Setting:
        """The value to show first until it is settled: the newest by stamp."""
        return self.settings[-1]

    @property
    def to_replace(self) -> list[str]:
        """What the next fact that sets this field must name, so that it settles all of them."""
        return [setting.fact for setting in self.settings]


def fields_now(facts: Iterable[Body], openers: Collection[str] = ()) -> dict[str, FieldNow]:
    """The current values of every field that the facts of one subject set.

    A fact sets a field when the field stands in its ``replaces`` (with no names if nothing had a
    value before). ``openers`` are kinds that begin a subject: all their fields count as set. Other
    facts only add, and never appear here. The answer is the same for any order of arrival and any repetition. Facts named but not
    here yet change nothing: their own values cannot be shown before they arrive.
    """
    known = {fact.id: fact for fact in facts}
    replaced = _replaced(known)
    found: dict[str, list[Setting]] = {}
    for name, setting in _settings(known.values(), openers):
        if setting.fact not in replaced.get(name, ()):
            found.setdefault(name, []).append(setting)
    return {name: FieldNow(tuple(sorted(found[name], key=_order))) for name in sorted(found)}


def _settings(facts: Iterable[Body], openers: Collection[str]) -> Iterator[tuple[str, Setting]]:
    for fact in facts:
        opened = {*fact.fields, *fact.personal} if fact.kind in openers else set()
        for name in {*fact.replaces, *opened}:
            yield name, Setting(fact.id, fact.author, fact.stamp, _value(fact, name))


def _value(fact: Body, name: str) -> Value:
    """A field's value; of a personal one its digest, which tells equal from different facts."""
    return fact.fields.get(name, fact.personal.get(name))


def _order(setting: Setting) -> tuple[int, str]:
    return setting.stamp, setting.fact


def _replaced(known: Mapping[FactId, Body]) -> dict[str, set[str]]:
    """Per field, every fact whose value was replaced.

    A forged ring (facts that replace each other) would leave a field without any value, so
    within a ring nothing counts as replaced.
    """
    found: dict[str, set[str]] = {}
    for name in {name for fact in known.values() for name in fact.replaces}:
        before = {fact.id: set(fact.replaces.get(name, ())) for fact in known.values()}
        ring_of = _rings(before)
        found[name] = {
            earlier
            for later, named in before.items()
            for earlier in named & before.keys()
            if ring_of[earlier] != ring_of[later]
        }
    return found


def _rings(before: Mapping[FactId, set[str]]) -> dict[str, int]:
    """Numbers the strongly connected parts of "replaces" (Kosaraju 1978), without recursion.

    Honest facts never form a ring, so nearly always each fact is a part of its own.
    """
    after: dict[str, set[str]] = {fact: set() for fact in before}
    for later, named in before.items():
        for earlier in named & after.keys():
            after[earlier].add(later)
    ring_of: dict[str, int] = {}
    for number, start in enumerate(reversed(_finished(before))):
        waiting = [start]
        while waiting:
            fact = waiting.pop()
            if fact not in ring_of:
                ring_of[fact] = number
                waiting.extend(after[fact])
    return ring_of


def _finished(before: Mapping[FactId, set[str]]) -> list[str]:
    """Facts in the order in which a walk along "replaces" leaves them."""
    left: list[str] = []
    seen: set[str] = set()
    for start in sorted(before):
        walk: list[tuple[str, bool]] = [(start, False)]
        while walk:
            fact, done = walk.pop()
            if done:
                left.append(fact)
            elif fact not in seen:
                seen.add(fact)
                walk.append((fact, True))
                walk.extend((other, False) for other in sorted(before[FactId(fact)]) if other in before)
    return left
