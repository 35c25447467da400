"""The day that is rehearsed: the leaves of ``resources/receipts/day.toml``, moved to a day that is over, and its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from agent_desk.receipts.catalog import Sample, load, load_day
from agent_desk.receipts.model import Range, Receipt

Money = Mapping[tuple[str, str], tuple[int, int]]
"""(way of payment, kind of income) → (number of receipts, fen); void ones are left out."""


@dataclass(frozen=True)
class Part:
    """A stretch of the day: who sits at the desk (a staff number) and the leaves they write, in order."""

    name: str
    clerk: str
    leaves: tuple[Sample, ...]


@dataclass(frozen=True)
class Day:
    """What is played."""

    parts: tuple[Part, ...]
    books: tuple[Range, ...]

    @property
    def leaves(self) -> tuple[Sample, ...]:
        """Every leaf, in the order of the paper."""
        return tuple(leaf for part in self.parts for leaf in part.leaves)

    def part(self, name: str) -> Part:
        """One stretch of the day."""
        return next(part for part in self.parts if part.name == name)


def load_the_day(resources: Path, now_us: int, clerks: tuple[str, str], few: int = 0) -> Day:
    """The sample day, moved with the sample event as the desk moves it: to yesterday, so that no leaf lies ahead.

    The first clerk writes the morning's book and one leaf of the outage, the second the rest. ``few``
    greater than 0 takes at most that many leaves of each part.
    """
    catalog = load(resources)
    told = load_day(resources / "day.toml", catalog)
    by_us = catalog.as_of(now_us).event.calendar.opening - catalog.event.calendar.opening
    leaves = [_moved(leaf, by_us) for leaf in told.leaves]
    first_book = told.books[0].book
    outage = [place for place, leaf in enumerate(told.leaves) if leaf.receipt.outage]
    begins, ends = outage[0], outage[-1] + 1
    down = leaves[begins:ends]
    parts = (
        Part("morning", clerks[0], _few(leaves[:begins], few)),
        Part("cut", clerks[0], tuple(leaf for leaf in down if leaf.receipt.book == first_book)),
        Part("outage", clerks[1], _few([leaf for leaf in down if leaf.receipt.book != first_book], few)),
        Part("afternoon", clerks[1], _few(leaves[ends:], few)),
    )
    return Day(parts, told.books)


def _few(leaves: Iterable[Sample], few: int) -> tuple[Sample, ...]:
    """All, or the first ones; a void one always among them if there is one."""
    every = tuple(leaves)
    if not few or len(every) <= few:
        return every
    void = next((leaf for leaf in every if leaf.void_reason), None)
    kept = every[:few]
    return kept if void is None or void in kept else (*kept[:-1], void)


def _moved(leaf: Sample, by_us: int) -> Sample:
    receipt = leaf.receipt
    moved = replace(
        receipt,
        happened=receipt.happened + by_us,
        ordered_at=receipt.ordered_at + by_us,
        outage="",  # the form has no outage to choose yet: opening one is the receipts' next step
    )
    return replace(leaf, receipt=moved, void_at=leaf.void_at + by_us if leaf.void_reason else 0)


def money(receipts: Iterable[Receipt]) -> Money:
    """Sums by way of payment and kind of income, in fen."""
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    for receipt in receipts:
        slot = (receipt.method.value, receipt.income.value)
        counts[slot] += 1
        sums[slot] += receipt.total
    return {slot: (count, sums[slot]) for slot, count in sorted(counts.items())}


def plain(receipt: Receipt) -> dict[str, object]:
    """What must be the same on paper, seat and hub: everything but the desk's own book-keeping."""
    told = receipt.as_fields()
    told.pop("cashier", None)  # the paper names who took the money; the form the person signed in
    told.pop("outage", None)
    surcharge = [{"rule": one.rule, "percent": one.percent, "amount": one.amount} for one in receipt.surcharge]
    return {**told, "surcharge": surcharge, "happened": receipt.happened, "personal": receipt.personal()}
