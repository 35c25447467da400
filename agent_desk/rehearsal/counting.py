"""The count: what the day's data say, what the seat holds, what the hub holds, what a fresh seat was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent_desk.base.ids import FactId
from agent_desk.base.money import Fen, figures
from agent_desk.facts.body import Body, parse
from agent_desk.receipts.model import RECEIPT_VOIDED, RECEIPT_WRITTEN, Receipt
from agent_desk.receipts.records import read_back
from agent_desk.rehearsal.day import Money, money, plain
from agent_desk.rehearsal.summary import Summary


@dataclass
class Account:
    """One side of the count: receipts by fact, void ones by number, as that side holds them."""

    name: str
    receipts: Mapping[FactId, Receipt]
    voids: Mapping[str, FactId] = field(default_factory=dict)

    @property
    def numbers(self) -> Counter[str]:
        """Paper numbers, each as often as it is there."""
        return Counter(receipt.number for receipt in self.receipts.values())

    @property
    def money(self) -> Money:
        """Sums without the void ones."""
        return money(one for fact, one in self.receipts.items() if fact not in set(self.voids.values()))

    @property
    def fen(self) -> int:
        """All of it."""
        return sum(fen for _, fen in self.money.values())

    def line(self) -> str:
        """In one line, for the terminal."""
        return (
            f"{self.name:<22} {len(self.receipts):>4} receipts  {len(self.numbers):>4} numbers"
            f"  {len(self.voids):>2} void  {figures(Fen(self.fen)):>16}"
        )


def of_bodies(name: str, bodies: Iterable[str], personal: Mapping[str, Mapping[str, str]]) -> Account:
    """The account of texts as a hub holds them."""
    receipts: dict[FactId, Receipt] = {}
    voids: dict[str, FactId] = {}
    for body in map(parse, bodies):
        if body.kind == RECEIPT_WRITTEN.name:
            receipts[body.id] = read_back(body, personal.get(body.id, {}))
        elif body.kind == RECEIPT_VOIDED.name:
            voids[body.fields["number"]] = FactId(body.fields["receipt"])
    return Account(name, receipts, voids)


def readable(bodies: Mapping[str, str]) -> dict[str, Body]:
    """Every body parsed, by its own id."""
    return {body.id: body for body in map(parse, bodies.values())}


def compare(summary: Summary, act: str, promised: Account, other: Account) -> bool:
    """Nothing lost, nothing doubled, nothing changed between what was promised and one other side."""
    lost = promised.receipts.keys() - other.receipts.keys()
    strange = other.receipts.keys() - promised.receipts.keys()
    doubled = [number for number, often in other.numbers.items() if often > 1]
    changed = [
        _differing(one, other.receipts[fact]) for fact, one in promised.receipts.items() if fact in other.receipts
    ]
    changed = [each for each in changed if each]
    name = other.name
    held = [
        summary.check(act, f"{name}: no receipt is lost", not lost, _named(promised, lost)),
        summary.check(act, f"{name}: no receipt nobody wrote", not strange, _named(other, strange)),
        summary.check(act, f"{name}: no paper number twice", not doubled, ", ".join(doubled)),
        summary.check(act, f"{name}: every receipt says what the paper says", not changed, "; ".join(changed)),
        summary.check(act, f"{name}: the same leaves are void", promised.voids == other.voids, ", ".join(other.voids)),
        summary.check(act, f"{name}: money by payment and kind is equal to the fen", promised.money == other.money,
                      figures(Fen(other.fen))),
    ]  # fmt: skip
    return all(held)


def _differing(promised: Receipt, other: Receipt) -> str:
    """Which fields of a receipt are not as promised, ``""`` when all are."""
    wanted, seen = plain(promised), plain(other)
    wrong = [f"{name} {seen.get(name)!r} for {value!r}" for name, value in wanted.items() if seen.get(name) != value]
    return f"{promised.number}: {', '.join(wrong)}" if wrong else ""


def _named(account: Account, facts: Iterable[FactId]) -> str:
    return ", ".join(sorted(account.receipts[fact].number for fact in facts))
