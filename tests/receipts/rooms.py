"""What the receipts' tests share: the desk's own data, and a store with a book issued."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from agent_desk.base.clock import Clock
from agent_desk.base.ids import FactId, GroupId, SubjectId
from agent_desk.base.places import forms, resources
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue
from agent_desk.receipts import catalog, form, model, paper
from agent_desk.storage.store import NewFact, Saved, Store
from tests import factory

DATA = resources() / "receipts"
SHANGHAI = timezone(timedelta(hours=8))
EPOCH = datetime(1970, 1, 1, tzinfo=SHANGHAI) - timedelta(hours=-8)


def the_catalog() -> catalog.Catalog:
    return catalog.load(DATA)


def the_day() -> catalog.Day:
    return catalog.load_day(DATA / "day.toml", the_catalog())


def the_form() -> form.Form:
    return form.load_form(forms() / "paper" / "receipt.toml")


def a_setting(language: str = "zh_CN") -> paper.Setting:
    book = the_catalog()
    halls = {hall.code: hall.names for hall in book.halls}
    return paper.Setting(
        book.centre, book.event.names, halls, book.event.calendar, language, {"8012": "张伟"}, book.rules
    )


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0, micro: int = 0, month: int = 11) -> int:
    """A wall clock reading in Shanghai, 2026, as µs since 1970 UTC."""
    local = datetime(2026, month, day, hour, minute, second, micro, tzinfo=SHANGHAI)
    return (local - EPOCH) // timedelta(microseconds=1)


def a_receipts_store(folder: Path, seat: str = "3", clock: Clock | None = None) -> Store:
    """A store that knows receipts and the hub's kinds, with a person, and a book of 50 leaves."""
    kinds = Catalogue([*HUB_KINDS, *model.RECEIPT_KINDS])
    store = factory.a_store(folder, catalogue=kinds, clock=clock)
    issue(store, "LJ-2026-413", 20601, 20650, seat=seat)
    return store


def issue(store: Store, book: str, first: int, last: int, *, seat: str = "3", staff: str = "") -> None:
    fields = {
        "book": book, "first": first, "last": last, "width": 7, "prefix": "LJ", "copies": 3,
        "staff": staff or store.person.staff, "seat": seat,
    }  # fmt: skip
    store.save(NewFact(store.new_id(), "book.issued", GroupId("A"), SubjectId(factory.a_uuid()), fields))


def write(store: Store, receipt: model.Receipt) -> Saved:
    fact = store.new_id()
    new = NewFact(
        fact, "receipt.written", GroupId("A"), SubjectId(fact), receipt.as_fields(),
        receipt.personal(), happened=receipt.happened,
    )  # fmt: skip
    return store.save(new)[0]


def void(store: Store, receipt: model.Receipt, fact: FactId, reason: str = "金额写错") -> Saved:
    fields = {
        "book": receipt.book, "number": receipt.number, "receipt": fact, "reason": reason, "copies_kept": 3,
    }  # fmt: skip
    return store.save(NewFact(store.new_id(), "receipt.voided", GroupId("A"), SubjectId(fact), fields))[0]
