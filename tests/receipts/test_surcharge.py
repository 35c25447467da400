"""The order's own time decides the surcharge, to the microsecond, by the hall's clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.receipts.model import Income
from agent_desk.receipts.surcharge import Calendar
from tests.receipts.rooms import at, the_catalog

CATALOG = the_catalog()
LINES = (CATALOG.items[0].line(1, "en"),)  # ¥380.00


def charge(ordered_at: int, rules: str = "by_event", income: Income = Income.SERVICE, language: str = "en"):
    charges = CATALOG.rule_sets[rules].reckon(LINES, ordered_at, income, CATALOG.event.calendar, language)
    return charges[0] if charges else None


# Build-up begins on 19 November 08:30, the event opens on the 21st 09:30 and closes on the 23rd 15:00.
@pytest.mark.parametrize(
    ("ordered_at", "rule", "amount"),
    [
        (at(10, 9), "preorder", 0),
        (at(16, 23, 59, 59, 999_999), "preorder", 0),  # three days before, last instant
        (at(16, 8, 30), "preorder", 0),  # exactly 72 hours before
        (at(17), "within_3_days", 11_400),  # midnight: two days before from here on
        (at(18, 23, 59, 59, 999_999), "within_3_days", 11_400),
        (at(19), "during_build_up", 11_400),  # the day itself, before the doors open
        (at(21, 9, 29, 59, 999_999), "during_build_up", 11_400),
        (at(21, 9, 30), "while_open", 19_000),
        (at(22, 3), "while_open", 19_000),
        (at(23, 14, 59, 59, 999_999), "while_open", 19_000),
        (at(23, 15), "dismantling", 0),
    ],
)
def test_the_surcharge_by_the_time_of_the_order(ordered_at: int, rule: str, amount: int) -> None:
    found = charge(ordered_at)
    assert (found.rule, found.amount) == (rule, amount)


@pytest.mark.parametrize(
    ("ordered_at", "rule", "amount"),
    [(at(20, 14, 59, 59, 999_999), "before_15", 0), (at(20, 15), "after_15", 19_000), (at(21), "before_15", 0)],
)
def test_a_hall_with_a_daily_cut_off_instead(ordered_at: int, rule: str, amount: int) -> None:
    found = charge(ordered_at, "by_cut_off")
    assert (found.rule, found.amount) == (rule, amount)


@pytest.mark.parametrize(
    ("ordered_at", "language", "sentence"),
    [
        (at(17, 10), "en", "placed 2 days before build-up: +30 %"),
        (at(18, 10), "en", "placed one day before build-up: +30 %"),
        (at(17, 10), "zh_CN", "下单距布展 2 天，加急 30%"),
        (at(10, 10), "en", "placed 9 days before build-up: no surcharge"),
        (at(22, 10), "zh_CN", "开展期间下单，加急 50%，不保证完全提供"),
    ],
)
def test_the_reason_is_a_sentence(ordered_at: int, language: str, sentence: str) -> None:
    assert charge(ordered_at, language=language).sentence == sentence


def test_a_kept_charge_can_be_told_in_another_language() -> None:
    kept = charge(at(17, 10), language="zh_CN")
    assert CATALOG.rules.retold(kept, "10:00", "en") == "placed 2 days before build-up: +30 %"


def test_the_cut_off_sentence_names_the_hour() -> None:
    assert charge(at(20, 15, 5), "by_cut_off").sentence == "asked for at 15:05, after 15:00: +50 %"


@pytest.mark.parametrize("income", [Income.DEPOSIT, Income.COMPENSATION])
def test_deposits_and_compensation_bear_no_surcharge(income: Income) -> None:
    assert charge(at(22, 10), income=income) is None


def test_exempt_items_are_left_out_of_what_the_surcharge_is_taken_on() -> None:
    badge = CATALOG.item("S001")
    assert badge is not None
    lines = (*LINES, badge.line(10, "en"))
    charges = CATALOG.charges(lines, at(22, 10), Income.SERVICE, "en")
    assert charges[0].amount == 19_000


def test_the_hall_s_midnight_counts_and_not_greenwich_s() -> None:
    calendar = CATALOG.event.calendar
    # 16 November 16:00 UTC is midnight of the 17th in Shanghai
    assert calendar.days_before_build_up(at(17) - 1) == 3
    assert calendar.days_before_build_up(at(17)) == 2


@given(st.integers(at(1, month=10), at(31, month=12)))
def test_every_moment_falls_under_exactly_one_rule_of_the_event(ordered_at: int) -> None:
    held = [r for r in CATALOG.rules.rules if r.holds(CATALOG.event.calendar, ordered_at, Income.RENTAL)]
    assert len(held) == 1


@given(st.integers(0, 4 * 10**15))
def test_wall_clock_and_moment_are_each_other_s_way_back(moment: int) -> None:
    calendar: Calendar = CATALOG.event.calendar
    assert calendar.moment(calendar.local(moment)) == moment
