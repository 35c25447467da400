"""Receipts of 600 bytes for the benches, and seats full of them."""

from __future__ import annotations

from dataclasses import replace

from agent_desk.base.ids import GroupId
from agent_desk.storage.store import NewFact, Store
from tests.factory import a_sale

REMARK = "1B16 展位加装照明，下午三点前送到"


def a_receipt(store: Store, number: int, *, book: str = "B1", group: str = "A") -> NewFact:
    """A receipt whose body has some 600 bytes."""
    sale = a_sale(store, f"{number:06}", total=1000 + number)
    fields = {**sale.fields, "book": book, "remark": REMARK}
    return replace(sale, fields=fields, group=GroupId(group))


def write_receipts(store: Store, count: int, *, book: str = "B1", group: str = "A") -> None:
    """Write many of them, as an outage would leave them."""
    for first in range(0, count, 500):
        with store.writing() as writing:
            for number in range(first, min(first + 500, count)):
                writing.add(a_receipt(store, number, book=book, group=group))
