"""Sums are whole fen, and every figure can be worked out again."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.errors import DeskError
from agent_desk.receipts import sums
from tests.receipts.rooms import the_day

QUANTITY = st.integers(1, sums.LARGEST_QUANTITY)
PRICE = st.integers(0, sums.LARGEST_PRICE)


@given(st.integers(0, 10**12), st.integers(0, 500))
def test_a_percentage_is_rounded_half_up_to_a_fen(amount: int, percent: int) -> None:
    exact = Decimal(amount) * percent / 100
    assert sums.percent_of(amount, percent) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize(("amount", "told"), [(0, 0), (1, 1), (3, 2), (5, 3), (149, 75), (150, 75), (151, 76)])
def test_half_a_fen_counts_as_one(amount: int, told: int) -> None:
    assert sums.percent_of(amount, 50) == told


@given(st.lists(st.tuples(QUANTITY, PRICE), max_size=40))
def test_the_subtotal_is_the_sum_of_quantity_times_price(ordered: list[tuple[int, int]]) -> None:
    lines = [sums.make_line("X", "x", quantity, "u", price) for quantity, price in ordered]
    assert sums.subtotal(lines) == sum(quantity * price for quantity, price in ordered)


@pytest.mark.parametrize("quantity", [0, -1, sums.LARGEST_QUANTITY + 1])
def test_no_line_without_a_sensible_quantity(quantity: int) -> None:
    with pytest.raises(DeskError, match=r"receipts\.quantity_wrong"):
        sums.make_line("X", "x", quantity, "u", 100)


@pytest.mark.parametrize("price", [-1, sums.LARGEST_PRICE + 1])
def test_no_line_with_a_price_below_nothing_or_beyond_reason(price: int) -> None:
    with pytest.raises(DeskError, match=r"receipts\.price_wrong"):
        sums.make_line("X", "x", 1, "u", price)


def test_a_total_beyond_what_capitals_are_printed_for_is_refused() -> None:
    assert sums.total(sums.LARGEST_TOTAL, []) == sums.LARGEST_TOTAL
    with pytest.raises(DeskError, match=r"receipts\.total_too_large"):
        sums.total(sums.LARGEST_TOTAL, [1])


def test_every_figure_that_does_not_add_up_is_named() -> None:
    receipt = the_day().leaves[0].receipt
    assert sums.differences(receipt) == ()
    wrong = replace(receipt.lines[0], amount=receipt.lines[0].amount + 1)
    spoiled = replace(receipt, lines=(wrong, *receipt.lines[1:]), total=receipt.total - 1)
    assert [(each.what, each.line) for each in sums.differences(spoiled)] == [
        ("amount", 1), ("subtotal", 0), ("total", 0),
    ]  # fmt: skip


def test_minus_is_no_surcharge() -> None:
    with pytest.raises(ValueError, match="refund"):
        sums.percent_of(-100, 30)
