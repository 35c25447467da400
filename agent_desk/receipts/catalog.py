"""The desk's own data: price list, halls, the event, its exhibitors, surcharge rules, a sample day.

A wrong entry is named with its file, its place and its field, so that whoever keeps the data can
mend it; nothing is half loaded.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from agent_desk.base.errors import DeskError
from agent_desk.base.money import Fen, plain_figures
from agent_desk.receipts import sums
from agent_desk.receipts.entry import Entry, Names, read, told
from agent_desk.receipts.model import Charge, Income, Line, Method, Range, Receipt
from agent_desk.receipts.surcharge import Anchor, Calendar, Moment, Rule, RuleSet

T = TypeVar("T")
_SENTENCE_FIELDS = {"days", "percent", "time"}
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Item:
    """Something the desk sells, rents out or charges for; ``price`` in fen for one ``unit``."""

    code: str
    quick: str
    """The code as the number pad alone types it."""
    pinyin: str
    names: Names
    units: Names
    price: int
    income: Income
    stock: int
    """How many can be had at once (可租数量)."""
    watts: int = 0
    surcharge: bool = True

    def line(self, quantity: int, language: str) -> Line:
        """A line of a receipt at the listed price."""
        name, unit = told(self.names, language), told(self.units, language)
        return sums.make_line(self.code, name, quantity, unit, self.price)


@dataclass(frozen=True)
class Hall:
    """A hall and the power it can give, in watts."""

    code: str
    names: Names
    watts: int


@dataclass(frozen=True)
class Event:
    """One exhibition and its dates; ``sample`` ones are made up and may be moved."""

    code: str
    names: Names
    calendar: Calendar
    sample: bool = False


@dataclass(frozen=True)
class Exhibitor:
    """Who stands at a booth: ``kind`` is ``raw`` (特装) or ``shell`` (标展)."""

    booth: str
    hall: str
    names: Names
    kind: str
    square_metres: int


@dataclass(frozen=True)
class Sample:
    """One leaf of the sample day: the receipt as written, and why it was made void, if it was."""

    receipt: Receipt
    void_reason: str = ""
    void_at: int = 0


@dataclass(frozen=True)
class Day:
    """A day at the desk: the books issued and every leaf written, in order of time."""

    books: tuple[Range, ...]
    leaves: tuple[Sample, ...]


@dataclass(frozen=True)
class Catalog:
    """Everything the receipt form can look up."""

    centre: Names
    event: Event
    halls: tuple[Hall, ...]
    exhibitors: tuple[Exhibitor, ...]
    items: tuple[Item, ...]
    rules: RuleSet
    rule_sets: Mapping[str, RuleSet] = field(default_factory=dict)

    @cached_property
    def _by_code(self) -> Mapping[str, Item]:
        return {item.code.casefold(): item for item in self.items}

    @cached_property
    def _by_booth(self) -> Mapping[str, Exhibitor]:
        return {each.booth.casefold(): each for each in self.exhibitors}

    @cached_property
    def exempt(self) -> frozenset[str]:
        """Codes of the items no surcharge is taken on."""
        return frozenset(item.code for item in self.items if not item.surcharge)

    def item(self, code: str) -> Item | None:
        """The item of that code, in either case."""
        return self._by_code.get(code.strip().casefold())

    def at_booth(self, booth: str) -> Exhibitor | None:
        """Who stands there."""
        return self._by_booth.get(booth.strip().casefold())

    def search(self, text: str, limit: int = 12) -> list[Item]:
        """Items whose code or pinyin begins with the text, then those whose name contains it."""
        sought = text.strip().casefold()
        if not sought:
            return []
        first = [i for i in self.items if _begins(i, sought)]
        chosen = {item.code for item in first}
        later = [i for i in self.items if i.code not in chosen and _contains(i, sought)]
        return (first + later)[:limit]

    def search_booths(self, text: str, limit: int = 12) -> list[Exhibitor]:
        """Exhibitors whose booth begins with the text, then those whose name contains it.

        The booth's digits alone will do: ``116`` finds 1B16, so that the number pad suffices.
        """
        sought = text.strip().casefold()
        if not sought:
            return []
        first = [
            e for e in self.exhibitors
            if e.booth.casefold().startswith(sought) or _digits(e.booth).startswith(sought)
        ]  # fmt: skip
        later = [
            e for e in self.exhibitors
            if e not in first and any(sought in name.casefold() for name in e.names.values())
        ]  # fmt: skip
        return (first + later)[:limit]

    def charges(self, lines: tuple[Line, ...], ordered_at: int, income: Income, language: str) -> tuple[Charge, ...]:
        """The surcharges on an order by the rules in use."""
        calendar = self.event.calendar
        return self.rules.reckon(lines, ordered_at, income, calendar, language, self.exempt)

    def as_of(self, now: int) -> Catalog:
        """The same for a desk that works now: a sample event opened yesterday, a real one stays."""
        if not self.event.sample:
            return self
        calendar = self.event.calendar
        return self.moved((calendar.local(now).date() - calendar.local(calendar.opening).date()).days - 1)

    def moved(self, days: int) -> Catalog:
        """The same with the event that many days later: the trial centre's event is always on."""
        old = self.event.calendar
        calendar = replace(
            old,
            build_up=old.build_up + days * _DAY_US,
            opening=old.opening + days * _DAY_US,
            closing=old.closing + days * _DAY_US,
            dismantled=old.dismantled + days * _DAY_US,
        )
        return replace(self, event=replace(self.event, calendar=calendar))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _begins(item: Item, sought: str) -> bool:
    codes = (item.code, item.quick, item.pinyin)
    return any(code.casefold().startswith(sought) for code in codes)


def _contains(item: Item, sought: str) -> bool:
    return any(sought in name.casefold() for name in item.names.values())


# Reading -----------------------------------------------------------------------------------


def load(folder: Path) -> Catalog:
    """Everything under ``resources/receipts``.

    Raises :class:`DeskError` ``receipts.data_unreadable``, ``receipts.data_missing``,
    ``receipts.data_wrong`` or ``receipts.data_twice``.
    """
    centre = read(folder / "centre.toml")
    offset = centre.table("centre").signed("utc_offset_minutes")
    halls = _unique("centre.toml", [_hall(e) for e in centre.tables("hall")], lambda h: h.code)
    exhibitors = _exhibitors(folder / "exhibitors.toml", {hall.code for hall in halls})
    prices = read(folder / "price_list.toml")
    items = _unique("price_list.toml", [_item(e) for e in prices.tables("item")], lambda i: i.code)
    chosen, rule_sets = _rule_sets(folder / "surcharge.toml")
    return Catalog(
        centre=centre.table("centre").names("name"),
        event=_event(centre.table("event"), offset),
        halls=halls,
        exhibitors=exhibitors,
        items=items,
        rules=chosen,
        rule_sets=rule_sets,
    )


def _unique(file: str, listed: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
    seen: set[str] = set()
    kept = tuple(listed)
    for each in kept:
        name = key(each).casefold()
        if name in seen:
            raise DeskError("receipts.data_twice", file=file, entry=key(each))
        seen.add(name)
    return kept


def _hall(entry: Entry) -> Hall:
    return Hall(entry.text("code"), entry.names("name"), entry.whole("watts"))


def _item(entry: Entry) -> Item:
    return Item(
        code=entry.text("code"),
        quick=entry.text("quick"),
        pinyin=entry.text("pinyin"),
        names=entry.names("name"),
        units=entry.names("unit"),
        price=entry.fen("price"),
        income=entry.word("income", Income),
        stock=entry.whole("stock"),
        watts=entry.whole("watts", 0),
        surcharge=entry.flag("surcharge", default=True),
    )


def _exhibitors(path: Path, halls: set[str]) -> tuple[Exhibitor, ...]:
    made = []
    for entry in read(path).tables("exhibitor", told_by="booth"):
        if entry.text("hall") not in halls:
            raise entry.wrong("hall")
        made.append(
            Exhibitor(
                booth=entry.text("booth"),
                hall=entry.text("hall"),
                names=entry.names("name"),
                kind=entry.text("kind"),
                square_metres=entry.whole("square_metres"),
            )
        )
    return _unique(path.name, made, lambda e: e.booth)


def _event(entry: Entry, offset: int) -> Event:
    calendar = Calendar(
        build_up=entry.moment("build_up", offset),
        opening=entry.moment("opening", offset),
        closing=entry.moment("closing", offset),
        dismantled=entry.moment("dismantled", offset),
        offset_minutes=offset,
    )
    for earlier, later in (("build_up", "opening"), ("opening", "closing"), ("closing", "dismantled")):
        if getattr(calendar, earlier) >= getattr(calendar, later):
            raise entry.wrong(later)
    return Event(entry.text("code"), entry.names("name"), calendar, entry.flag("sample", default=False))


def _rule_sets(path: Path) -> tuple[RuleSet, Mapping[str, RuleSet]]:
    file = read(path)
    made = {}
    for entry in file.tables("set"):
        take = entry.text("take", "first")
        if take not in {"first", "all"}:
            raise entry.wrong("take")
        rules = _unique(path.name, [_rule(e) for e in entry.tables("rule")], lambda r: r.code)
        made[entry.text("code")] = RuleSet(entry.text("code"), rules, take)
    if file.text("use") not in made:
        raise file.wrong("use")
    return made[file.text("use")], made


def _rule(entry: Entry) -> Rule:
    incomes = frozenset(_incomes(entry))
    return Rule(
        code=entry.text("code"),
        percent=entry.whole("percent"),
        incomes=incomes,
        start=_moment(entry.table("start")) if entry.has("start") else None,
        end=_moment(entry.table("end")) if entry.has("end") else None,
        sentences=_sentences(entry, "sentence"),
        one=_sentences(entry, "one") if entry.has("one") else {},
    )


def _incomes(entry: Entry) -> Iterable[Income]:
    for value in entry.listed("incomes"):
        try:
            yield Income(value)
        except ValueError:
            raise entry.wrong("incomes") from None


def _moment(entry: Entry) -> Moment:
    return Moment(entry.word("anchor", Anchor), entry.signed("days"), entry.time_of_day("at"))


def _sentences(entry: Entry, name: str) -> Names:
    sentences = entry.names(name)
    for text in sentences.values():
        try:
            used = {part for _, part, _, _ in string.Formatter().parse(text) if part is not None}
        except ValueError:
            raise entry.wrong(name) from None
        if not used <= _SENTENCE_FIELDS:
            raise entry.wrong(name)
    return sentences


# The sample day ----------------------------------------------------------------------------


def load_day(path: Path, catalog: Catalog, language: str = "zh_CN") -> Day:
    """A day of leaves as they were written, worked out with the catalogue's prices and rules.

    The totals in the file are what the desk wrote on the paper; they are *not* taken
    from it but compared with it, so that a wrong price or rule shows: ``receipts.total_differs``.
    """
    file = read(path)
    books = tuple(_range(entry) for entry in file.tables("book", told_by="book"))
    leaves = [_sample(entry, catalog, language) for entry in file.tables("leaf", told_by="number")]
    unique = _unique(path.name, leaves, lambda leaf: leaf.receipt.number)
    for leaf in unique:
        if not any(book.serial(leaf.receipt.number) is not None for book in books):
            raise DeskError(
                "receipts.data_wrong", file=path.name, entry=leaf.receipt.number,
                field="number", value=leaf.receipt.number,
            )  # fmt: skip
    return Day(books, tuple(sorted(unique, key=lambda leaf: leaf.receipt.happened)))


def _range(entry: Entry) -> Range:
    return Range(
        book=entry.text("book"),
        first=entry.whole("first"),
        last=entry.whole("last"),
        width=entry.whole("width"),
        prefix=entry.text("prefix"),
    )


def _sample(entry: Entry, catalog: Catalog, language: str) -> Sample:
    offset = catalog.event.calendar.offset_minutes
    exhibitor = catalog.at_booth(entry.text("booth"))
    if exhibitor is None:
        raise entry.wrong("booth")
    lines = tuple(_sample_line(line, catalog, language) for line in entry.tables("lines"))
    ordered_at, income = entry.moment("ordered_at", offset), entry.word("income", Income)
    charges = catalog.charges(lines, ordered_at, income, language)
    before, extra = sums.subtotal(lines), sum(charge.amount for charge in charges)
    receipt = Receipt(
        book=entry.text("book"),
        number=entry.text("number"),
        event=catalog.event.code,
        exhibitor=told(exhibitor.names, language),
        hall=exhibitor.hall,
        booth=exhibitor.booth,
        lines=lines,
        ordered_at=ordered_at,
        surcharge=charges,
        subtotal=before,
        surcharge_total=extra,
        total=sums.total(before, [charge.amount for charge in charges]),
        method=entry.word("method", Method),
        income=income,
        happened=entry.moment("happened", offset),
        payer_name=entry.text("payer_name", ""),
        payer_phone=entry.text("payer_phone", ""),
        note=entry.text("note", ""),
        outage=entry.text("outage", ""),
        reference=entry.text("reference", ""),
        cashier=entry.text("cashier", ""),
    )
    written = entry.fen("total")
    if written != receipt.total:
        raise DeskError(
            "receipts.total_differs", entry=receipt.number,
            written=plain_figures(Fen(written)), reckoned=plain_figures(Fen(receipt.total)),
        )  # fmt: skip
    if not entry.has("void"):
        return Sample(receipt)
    void = entry.table("void")
    return Sample(receipt, void.text("reason"), void.moment("at", offset))


def _sample_line(entry: Entry, catalog: Catalog, language: str) -> Line:
    item = catalog.item(entry.text("code"))
    if item is None:
        raise entry.wrong("code")
    return item.line(entry.whole("quantity"), language)
