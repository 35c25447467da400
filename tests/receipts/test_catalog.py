"""The desk's data loads whole, adds up, and a wrong entry is named."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.base.phone_number import parse_phone
from agent_desk.receipts import catalog, sums
from agent_desk.receipts.model import Income, Method
from tests.receipts.rooms import DATA, at, the_catalog, the_day


def test_the_price_list_is_that_of_an_exhibition_desk() -> None:
    book = the_catalog()
    assert len(book.items) >= 40
    assert {item.income for item in book.items} == set(Income)
    assert len(book.exhibitors) >= 40
    for item in book.items:
        assert set(item.names) == set(item.units) == {"en", "zh_CN"}


def test_the_day_has_sixty_receipts_that_add_up() -> None:
    day = the_day()
    assert len(day.leaves) >= 60
    for leaf in day.leaves:
        assert sums.differences(leaf.receipt) == ()
        parse_phone(leaf.receipt.payer_phone)
    assert {leaf.receipt.method for leaf in day.leaves} == set(Method)
    assert {leaf.receipt.income for leaf in day.leaves} == set(Income)
    assert sum(1 for leaf in day.leaves if leaf.void_reason) >= 3
    assert min(leaf.receipt.total for leaf in day.leaves) == 0
    assert max(leaf.receipt.total for leaf in day.leaves) > 100_000_00
    assert {2} <= {len(leaf.receipt.payer_name) for leaf in day.leaves}
    written = "".join(leaf.receipt.exhibitor + leaf.receipt.payer_name for leaf in day.leaves)
    assert set("𠮷喆龘") <= set(written)


def test_the_day_meets_every_surcharge() -> None:
    rules = Counter(c.rule for leaf in the_day().leaves for c in leaf.receipt.surcharge)
    assert set(rules) == {"preorder", "within_3_days", "during_build_up", "while_open"}


def test_leaves_of_the_outage_are_those_of_its_hours() -> None:
    for leaf in the_day().leaves:
        inside = at(21, 14, 3) <= leaf.receipt.happened <= at(21, 15, 22)
        assert bool(leaf.receipt.outage) is inside


@pytest.mark.parametrize(
    ("typed", "first"),
    [("p004", "P004"), ("sxdx15", "P004"), ("zy", "F006"), ("折椅", "F006"), ("folding", "F006"), ("F0", "F001")],
)
def test_an_item_is_found_by_code_pinyin_or_name(typed: str, first: str) -> None:
    assert the_catalog().search(typed)[0].code == first


def test_nothing_typed_and_nothing_known_find_nothing() -> None:
    assert the_catalog().search("  ") == []
    assert the_catalog().search("xyzzy") == []
    assert the_catalog().at_booth("9Z99") is None


def test_a_booth_is_found_by_its_number_in_either_case_or_by_name() -> None:
    book = the_catalog()
    found = book.at_booth(" 1b16 ")
    assert found is not None
    assert found.names["zh_CN"].startswith("龘")
    assert [each.booth for each in book.search_booths("龘")] == ["1B16"]


def test_the_event_can_be_moved_to_another_day() -> None:
    moved = the_catalog().moved(3)
    assert moved.event.calendar.opening == at(24, 9, 30)


def test_a_sample_event_is_always_on_its_second_day_and_a_real_one_stays() -> None:
    book = the_catalog()
    now = at(3, 0, 10, month=12)
    assert book.as_of(now).event.calendar.opening == at(2, 9, 30, month=12)
    real = replace(book, event=replace(book.event, sample=False))
    assert real.as_of(now) is real


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "receipts"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "facts"),
    [
        (
            "price_list.toml",
            'price = "380.00"',
            'price = "380"',
            "data_wrong",
            {"entry": "item P001", "field": "price"},
        ),
        (
            "price_list.toml",
            'price = "380.00"',
            "price = 380.0",
            "data_wrong",
            {"entry": "item P001", "field": "price"},
        ),
        ("price_list.toml", 'code = "P002"', 'code = "P001"', "data_twice", {"entry": "P001"}),
        (
            "price_list.toml",
            'income = "service"',
            'income = "gift"',
            "data_wrong",
            {"field": "income", "value": "gift"},
        ),
        ("price_list.toml", "stock = 320", "stock = -1", "data_wrong", {"field": "stock"}),
        ("price_list.toml", 'unit = { en = "box", ', "unit = { ", "data_wrong", {"field": "unit"}),
        ("price_list.toml", "stock = 320\n", "", "data_missing", {"entry": "item P001", "field": "stock"}),
        ("price_list.toml", 'code = "P001"', "code = P001", "data_unreadable", {"file": "price_list.toml"}),
        ("exhibitors.toml", 'hall = "1"', 'hall = "9"', "data_wrong", {"entry": "exhibitor 1A01", "field": "hall"}),
        ("exhibitors.toml", 'booth = "1A08"', 'booth = "1a01"', "data_twice", {"file": "exhibitors.toml"}),
        ("surcharge.toml", 'use = "by_event"', 'use = "by_luck"', "data_wrong", {"field": "use"}),
        ("surcharge.toml", "{days} days", "{day} days", "data_wrong", {"entry": "rule preorder", "field": "sentence"}),
        ("surcharge.toml", 'anchor = "build_up"', 'anchor = "moon"', "data_wrong", {"field": "anchor"}),
        ("centre.toml", "2026-11-21T09:30:00", "2026-11-18T09:30:00", "data_wrong", {"field": "opening"}),
    ],
)
def test_a_wrong_entry_is_named(folder: Path, file: str, old: str, new: str, code: str, facts: dict[str, str]) -> None:
    change(folder / file, old, new)
    with pytest.raises(DeskError) as caught:
        catalog.load(folder)
    assert caught.value.code == f"receipts.{code}"
    assert facts.items() <= caught.value.facts.items()


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    (folder / "exhibitors.toml").write_bytes("# 展商".encode("gbk"))
    with pytest.raises(DeskError, match=r"receipts\.data_unreadable"):
        catalog.load(folder)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('total = "2340.00"', 'total = "2340.01"', "total_differs"),
        ('number = "LJ0020602"', 'number = "LJ0020601"', "data_twice"),
        ('number = "LJ0020602"', 'number = "LJ0090001"', "data_wrong"),
        ('code = "P004"', 'code = "P404"', "data_wrong"),
    ],
)
def test_a_wrong_leaf_of_the_day_is_named(folder: Path, old: str, new: str, code: str) -> None:
    change(folder / "day.toml", old, new)
    with pytest.raises(DeskError, match=rf"receipts\.{code}"):
        catalog.load_day(folder / "day.toml", the_catalog())
