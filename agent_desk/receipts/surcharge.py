"""Urgency surcharges (加急费): decided by when the order was placed, explained in a sentence.

The handbooks of exhibition desks count from the time of the order, never of the payment or of
keying. The rules, their order and their clock are data (``resources/receipts/surcharge.toml``):
a rule holds from one moment until just before another, each given as an event's date or as the
order's own day, some calendar days and a time of day in the event's own time zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, timezone
from enum import StrEnum

from agent_desk.receipts import sums
from agent_desk.receipts.model import Charge, Income, Line

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Anchor(StrEnum):
    """What a rule's moments are counted from."""

    BUILD_UP = "build_up"
    OPENING = "opening"
    CLOSING = "closing"
    DISMANTLED = "dismantled"
    ORDER_DAY = "order_day"


@dataclass(frozen=True)
class Calendar:
    """The dates of one event, µs since 1970 UTC, and the clock on its wall.

    ``offset_minutes`` is fixed (China has had no summer time since 1991), so that no time zone
    database is needed on a Windows seat.
    """

    build_up: int
    opening: int
    closing: int
    dismantled: int
    offset_minutes: int = 480

    def local(self, moment: int) -> datetime:
        """The wall clock's reading at a moment."""
        zone = timezone(timedelta(minutes=self.offset_minutes))
        return (_EPOCH + moment * MICROSECOND).astimezone(zone)

    def moment(self, local: datetime) -> int:
        """The moment of a wall clock reading."""
        return (local - _EPOCH) // MICROSECOND

    def days_before_build_up(self, ordered_at: int) -> int:
        """Calendar days from the order to the start of build-up; negative afterwards."""
        return (self.local(self.build_up).date() - self.local(ordered_at).date()).days


@dataclass(frozen=True)
class Moment:
    """A point in time as rules name it.

    Without ``at`` it is the anchor's own instant moved by whole days; with ``at`` that time of
    day on the calendar day ``days`` after the anchor's.
    """

    anchor: Anchor
    days: int = 0
    at: time | None = None

    def on(self, calendar: Calendar, ordered_at: int) -> int:
        """The moment for one event and, for ``order_day``, one order: µs since 1970 UTC."""
        base = ordered_at if self.anchor is Anchor.ORDER_DAY else _dates(calendar)[self.anchor]
        local = calendar.local(base) + timedelta(days=self.days)
        if self.at is not None:
            local = datetime.combine(local.date(), self.at, tzinfo=local.tzinfo)
        return calendar.moment(local)


def _dates(calendar: Calendar) -> Mapping[Anchor, int]:
    return {
        Anchor.BUILD_UP: calendar.build_up,
        Anchor.OPENING: calendar.opening,
        Anchor.CLOSING: calendar.closing,
        Anchor.DISMANTLED: calendar.dismantled,
    }


@dataclass(frozen=True)
class Rule:
    """One surcharge: from ``start`` on, until just before ``end``, on these kinds of income.

    ``sentences`` maps a language to its sentence; ``one`` holds those that say it better for a
    single day. Placeholders: ``{days}`` (calendar days before build-up), ``{percent}``,
    ``{time}`` (the order's time of day).
    """

    code: str
    percent: int
    incomes: frozenset[Income]
    start: Moment | None
    end: Moment | None
    sentences: Mapping[str, str]
    one: Mapping[str, str] = field(default_factory=dict)

    def holds(self, calendar: Calendar, ordered_at: int, income: Income) -> bool:
        """Whether an order placed then, for that kind of income, falls under the rule."""
        if income not in self.incomes:
            return False
        if self.start is not None and ordered_at < self.start.on(calendar, ordered_at):
            return False
        return self.end is None or ordered_at < self.end.on(calendar, ordered_at)

    def sentence(self, days: int, clock: str, language: str) -> str:
        """Why, in words a clerk can say to the exhibitor."""
        of_one = self.one if abs(days) == 1 else {}
        text = of_one.get(language) or self.sentences.get(language) or self.sentences["en"]
        return text.format(days=abs(days), percent=self.percent, time=clock)


@dataclass(frozen=True)
class RuleSet:
    """The rules of a centre in their order; ``first`` takes one rule, ``all`` every one that holds."""

    code: str
    rules: tuple[Rule, ...]
    take: str = "first"

    def reckon(
        self,
        lines: Sequence[Line],
        ordered_at: int,
        income: Income,
        calendar: Calendar,
        language: str,
        exempt: frozenset[str] = frozenset(),
    ) -> tuple[Charge, ...]:
        """The surcharges on an order, each on the sum of its lines that are not exempt.

        A rule of 0 % is told as well: the sentence says why nothing is added.
        """
        before = sum(line.amount for line in lines if line.code not in exempt)
        days = calendar.days_before_build_up(ordered_at)
        clock = f"{calendar.local(ordered_at):%H:%M}"
        held = [rule for rule in self.rules if rule.holds(calendar, ordered_at, income)]
        return tuple(
            Charge(
                rule.code,
                rule.percent,
                sums.percent_of(before, rule.percent),
                days,
                rule.sentence(days, clock, language),
            )
            for rule in (held[:1] if self.take == "first" else held)
        )

    def retold(self, charge: Charge, clock: str, language: str) -> str:
        """The sentence of a charge in another language; its own when the rule is gone."""
        for rule in self.rules:
            if rule.code == charge.rule and rule.percent == charge.percent:
                return rule.sentence(charge.days, clock, language)
        return charge.sentence
