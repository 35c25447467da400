"""A receipt in the making: what was typed so far, exactly as typed, and what is still wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId
from agent_desk.base.money import parse_figures
from agent_desk.base.phone_number import parse_phone
from agent_desk.receipts import sums
from agent_desk.receipts.catalog import Catalog, Item
from agent_desk.receipts.form import Form
from agent_desk.receipts.model import Charge, Income, Line, Method, Receipt
from agent_desk.receipts.surcharge import Calendar

DRAFT_KIND = "receipt"
MOST_LINES = 200
_AHEAD_AT_MOST_US = 5 * 60 * 1_000_000
"""A paper time this far past now is a slip of the pen, not a clock that is a little off."""

_HALF = str.maketrans("０１２３４５６７８９：－．／　", "0123456789:-./ ")
_TIME = re.compile(
    r"(?:(?:(?P<year>20\d\d)[-./])?(?P<month>\d{1,2})[-./](?P<day>\d{1,2})[ T]+)?"
    r"(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?",
    re.ASCII,
)


@dataclass
class DraftLine:
    """One line as typed."""

    code: str = ""
    item: str = ""
    quantity: str = ""
    unit: str = ""
    unit_price: str = ""

    @property
    def blank(self) -> bool:
        """Nothing was typed into it."""
        return not any((self.code, self.item, self.quantity, self.unit_price))


@dataclass
class Draft:
    """A form in the making. ``fact`` was made when it opened, so that saving twice is saving once.

    ``happened`` and ``ordered_at`` are texts as typed, empty for "now, when it is saved".
    """

    fact: FactId
    book: str = ""
    number: str = ""
    booth: str = ""
    exhibitor: str = ""
    hall: str = ""
    happened: str = ""
    ordered_at: str = ""
    income: str = ""
    method: str = ""
    reference: str = ""
    payer_name: str = ""
    payer_phone: str = ""
    note: str = ""
    outage: str = ""
    lines: list[DraftLine] = field(default_factory=list)

    def to_text(self) -> str:
        """As it is kept on disk."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def touched(self) -> bool:
        """Whether anything was typed that would be missed."""
        texts = (
            self.booth, self.exhibitor, self.hall, self.happened, self.ordered_at, self.method,
            self.reference, self.payer_name, self.payer_phone, self.note,
        )  # fmt: skip
        return any(texts) or any(not line.blank for line in self.lines)


def from_text(text: str) -> Draft:
    """Read a kept draft. Raises :class:`DeskError` ``receipts.draft_unreadable``."""
    try:
        raw: dict[str, Any] = json.loads(text)
        lines = [DraftLine(**line) for line in raw.pop("lines")]
        draft = Draft(**raw)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DeskError("receipts.draft_unreadable") from None
    return replace(draft, lines=lines)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field; ``line`` counts from 0, and is ``None`` outside the lines."""

    field: str
    error: DeskError
    line: int | None = None


@dataclass(frozen=True)
class Reckoned:
    """The sums of a draft as far as its lines can be read."""

    lines: tuple[Line, ...]
    charges: tuple[Charge, ...]
    subtotal: int
    surcharge_total: int
    total: int


def parse_moment(text: str, now: int, calendar: Calendar) -> int:
    """A typed time: ``14:03``, ``1403``, ``11-20 14:03``, ``2026-11-20 14:03:05``; empty is now.

    Without a date it is the day of ``now``, without a year that year. Raises
    :class:`DeskError` ``receipts.time_unreadable``.
    """
    plain = " ".join(text.translate(_HALF).split())
    if not plain:
        return now
    found = _TIME.fullmatch(plain)
    if found is None:
        raise DeskError("receipts.time_unreadable")
    local = calendar.local(now)
    parts = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    try:
        return calendar.moment(local.replace(microsecond=0, **({"second": 0} | parts)))  # type: ignore[arg-type]
    except ValueError:
        raise DeskError("receipts.time_unreadable") from None


def show_moment(moment: int, calendar: Calendar) -> str:
    """A moment as :func:`parse_moment` reads it back, to the second."""
    local: datetime = calendar.local(moment)
    return f"{local - timedelta(microseconds=local.microsecond):%Y-%m-%d %H:%M:%S}"


def read_line(typed: DraftLine, catalog: Catalog) -> Line:
    """A typed line worked out. Raises :class:`DeskError` with what is wrong with it."""
    if not typed.item.strip():
        raise DeskError("receipts.item_missing")
    quantity = typed.quantity.translate(_HALF).replace(",", "").strip()
    if not (quantity.isascii() and quantity.isdigit()) or len(quantity) > 7:
        raise DeskError("receipts.quantity_wrong", quantity=typed.quantity, most=sums.LARGEST_QUANTITY)
    price = parse_figures(typed.unit_price)
    item = catalog.item(typed.code)
    code = item.code if item is not None else typed.code.strip()
    return sums.make_line(code, typed.item.strip(), int(quantity), typed.unit.strip(), price)


class Check:
    """Finds what is wrong with a draft, field by field, and turns a right one into a receipt."""

    def __init__(self, catalog: Catalog, form: Form) -> None:
        self._catalog = catalog
        self._form = form

    def reckon(self, draft: Draft, now: int, language: str) -> Reckoned:
        """The sums of what can be read so far; lines that cannot be read count nothing."""
        lines = tuple(line for _, line in self._read_lines(draft))
        charges: tuple[Charge, ...] = ()
        try:
            _, ordered_at = self.times(draft, now)
            charges = self._catalog.charges(lines, ordered_at, Income(draft.income), language)
        except (DeskError, ValueError):
            charges = ()  # without a time or a kind of income there is no rule to go by
        before, extra = sums.subtotal(lines), sum(charge.amount for charge in charges)
        return Reckoned(lines, charges, before, extra, before + extra)

    def problems(self, draft: Draft, now: int) -> list[Problem]:
        """Everything that keeps the draft from being saved, in the order of the paper."""
        found = [*self._fields(draft), *self._times(draft, now), *self._lines(draft)]
        order = {box.name: place for place, box in enumerate(self._form.boxes)}
        return sorted(found, key=lambda each: (order.get(each.field, 0), each.line or 0))

    def receipt(self, draft: Draft, now: int, language: str, cashier: str) -> Receipt:
        """The receipt of a draft without problems; the first problem's error is raised otherwise."""
        wrong = self.problems(draft, now)
        if wrong:
            raise wrong[0].error
        happened, ordered_at = self.times(draft, now)
        reckoned = self.reckon(draft, now, language)
        return Receipt(
            book=draft.book,
            number=draft.number.strip(),
            event=self._catalog.event.code,
            exhibitor=draft.exhibitor.strip(),
            hall=draft.hall.strip(),
            booth=draft.booth.strip(),
            lines=reckoned.lines,
            ordered_at=ordered_at,
            surcharge=reckoned.charges,
            subtotal=reckoned.subtotal,
            surcharge_total=reckoned.surcharge_total,
            total=reckoned.total,
            method=Method(draft.method),
            income=Income(draft.income),
            happened=happened,
            payer_name=draft.payer_name.strip(),
            payer_phone=draft.payer_phone.strip(),
            note=draft.note.strip(),
            outage=draft.outage,
            reference=draft.reference.strip(),
            cashier=cashier,
        )

    def _fields(self, draft: Draft) -> Iterator[Problem]:
        for box in self._form.boxes:
            value = getattr(draft, box.name, None)
            if not isinstance(value, str) or not box.entered:
                continue
            if box.required and not value.strip() and box.name not in {"happened", "ordered_at"}:
                yield Problem(box.name, DeskError("receipts.field_empty"))
            elif box.longest and len(value) > box.longest:
                yield Problem(box.name, DeskError("receipts.too_long", most=box.longest))
            elif box.choices and value and value not in box.choices:
                yield Problem(box.name, DeskError("receipts.field_empty"))
        if draft.payer_phone.strip():
            yield from self._phone(draft.payer_phone)

    @staticmethod
    def _phone(typed: str) -> Iterator[Problem]:
        try:
            parse_phone(typed)
        except DeskError as problem:
            yield Problem("payer_phone", problem)

    def times(self, draft: Draft, now: int) -> tuple[int, int]:
        """When the paper was written and when the order was placed.

        An empty paper time is now, an empty order time the paper's. Raises
        :class:`DeskError` ``receipts.time_unreadable``.
        """
        calendar = self._catalog.event.calendar
        happened = parse_moment(draft.happened, now, calendar)
        return happened, parse_moment(draft.ordered_at, now, calendar) if draft.ordered_at.strip() else happened

    def _times(self, draft: Draft, now: int) -> Iterator[Problem]:
        calendar = self._catalog.event.calendar
        read: dict[str, int] = {}
        for name in ("happened", "ordered_at"):
            try:
                read[name] = parse_moment(getattr(draft, name), now, calendar)
            except DeskError as problem:
                yield Problem(name, problem)
        for name, moment in read.items():
            if moment > now + _AHEAD_AT_MOST_US:
                yield Problem(name, DeskError("receipts.time_ahead"))
        if len(read) == 2 and draft.ordered_at.strip() and read["happened"] < read["ordered_at"] <= now:
            yield Problem("ordered_at", DeskError("receipts.ordered_after"))

    def _read_lines(self, draft: Draft) -> Iterator[tuple[int, Line]]:
        for place, typed in enumerate(draft.lines):
            try:
                yield place, read_line(typed, self._catalog)
            except DeskError:
                continue

    def _lines(self, draft: Draft) -> Iterator[Problem]:
        typed = [(place, line) for place, line in enumerate(draft.lines) if not line.blank]
        if not typed:
            yield Problem("lines", DeskError("receipts.no_lines"), 0)
        if len(typed) > MOST_LINES:
            yield Problem("lines", DeskError("receipts.too_many_lines", most=MOST_LINES), MOST_LINES)
        for place, line in typed:
            try:
                read_line(line, self._catalog)
            except DeskError as problem:
                yield Problem("lines", problem, place)
                continue
            item = self._catalog.item(line.code)
            if item is not None and draft.income and item.income.value != draft.income:
                yield Problem("lines", self._other_income(item), place)
        try:
            sums.total(sums.subtotal(line for _, line in self._read_lines(draft)), [])
        except DeskError as problem:
            yield Problem("lines", problem, 0)

    @staticmethod
    def _other_income(item: Item) -> DeskError:
        return DeskError("receipts.other_income", item=item.code)
