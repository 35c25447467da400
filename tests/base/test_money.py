"""Sums are whole fen; their two spellings on paper are read back by a reader of the test's own."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent_desk.base.errors import DeskError
from agent_desk.base.money import LARGEST, Fen, capitals, figures, parse_figures, plain_figures

SUMS = st.integers(min_value=0, max_value=10**12)
# Sums rich in zeros, where the spelling is difficult.
SPARSE = st.lists(st.sampled_from("0000000123456789"), min_size=1, max_size=13).map(lambda digits: int("".join(digits)))

# From the annex of 《支付结算办法》, with 整 after 角 where the annex says it may stand.
ANNEX = {
    140950: "壹仟肆佰零玖元伍角整",
    600714: "陆仟零柒元壹角肆分",
    168032: "壹仟陆佰捌拾元叁角贰分",
    10700053: "壹拾万柒仟元伍角叁分",
    1640902: "壹万陆仟肆佰零玖元零贰分",
    32504: "叁佰贰拾伍元零肆分",
}
EDGES = {
    0: "零元整",
    1: "壹分",
    10: "壹角整",
    12: "壹角贰分",
    100: "壹元整",
    101: "壹元零壹分",
    1000: "壹拾元整",
    1005: "壹拾元零伍分",
    100000: "壹仟元整",
    1000100: "壹万零壹元整",
    10000000: "壹拾万元整",
    10050000000: "壹亿零伍拾万元整",
    1000005000: "壹仟万零伍拾元整",
    10000500000: "壹亿零伍仟元整",
    100000000000: "壹拾亿元整",
    10**14: "壹万亿元整",
    10**14 + 5 * 10**9: "壹万亿伍仟万元整",
    10**14 + 5 * 10**8: "壹万亿零伍佰万元整",
    -250: "负贰元伍角整",
}


def read_capitals(text: str) -> int:
    """Fen of a capital spelling: sums digit × place, a section at a time, and knows no rule of 零."""
    value = {character: number for number, character in enumerate("零壹贰叁肆伍陆柒捌玖")}
    whole, cents = 0, 0
    whole_text, _, cents_text = text.partition("元") if "元" in text else ("", "", text)
    for unit, worth in (("亿", 10**8), ("万", 10**4), ("", 1)):
        if unit and unit in whole_text:
            part, whole_text = whole_text.rsplit(unit, 1) if unit == "亿" else whole_text.split(unit, 1)
            whole += (read_capitals(part + "元") // 100) * worth
        elif not unit:
            digit = 0
            for character in whole_text:
                if character in value:
                    digit = value[character]
                else:
                    whole += digit * {"拾": 10, "佰": 100, "仟": 1000}[character]
                    digit = 0
            whole += digit
    digit = 0
    for character in cents_text.removesuffix("整"):
        if character in value:
            digit = value[character]
        else:
            cents += digit * {"角": 10, "分": 1}[character]
            digit = 0
    return whole * 100 + cents


@pytest.mark.parametrize(("fen", "told"), [*ANNEX.items(), *EDGES.items()])
def test_a_sum_is_told_in_capitals_as_the_bank_wants_it(fen: int, told: str) -> None:
    assert capitals(Fen(fen)) == told


@given(st.one_of(SUMS, SPARSE))
@example(10**12)
def test_capitals_read_back_are_the_same_sum(fen: int) -> None:
    assert read_capitals(capitals(Fen(fen))) == fen


@given(st.one_of(SUMS, SPARSE))
def test_capitals_keep_the_rules_of_zero_and_of_the_closing_word(fen: int) -> None:
    told = capitals(Fen(fen))
    assert "零零" not in told
    assert told.count("元") <= 1
    assert told.endswith("整") == (fen % 10 == 0)
    assert fen == 0 or not any(f"零{place}" in told for place in "拾佰仟万亿元角分")


@given(SUMS, SUMS)
def test_two_sums_never_share_their_capitals(one: int, other: int) -> None:
    assert (capitals(Fen(one)) == capitals(Fen(other))) == (one == other)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_figures_read_back_are_the_same_sum(fen: int) -> None:
    for told in (figures(Fen(fen)), figures(Fen(fen), sign=""), plain_figures(Fen(fen))):
        assert parse_figures(told) == fen


def test_figures_have_commas_and_two_decimals() -> None:
    assert figures(Fen(123450)) == "¥1,234.50"
    assert figures(Fen(-5)) == "-¥0.05"
    assert plain_figures(Fen(123450)) == "1234.50"


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1234", 123400),
        ("1234.5", 123450),
        ("１２３４．５０", 123450),
        ("￥1，234．50", 123450),
        ("¥ 12"[0] + "12", 1200),
        ("12。5", 1250),
        (" 0.05 ", 5),
        ("1,234,567.89", 123456789),
        ("350元", 35000),
        ("-¥3.00", -300),
        ("¥-3.00", -300),
    ],
)
def test_a_typed_sum_is_read_in_every_usual_spelling(typed: str, fen: int) -> None:
    assert parse_figures(typed) == fen


@pytest.mark.parametrize(
    "typed",
    ["", "¥", "1,23", "1.234", "12,3456", "1,2345", "0,123", "007", "1.", ".5", "1.2.3", "1 234",
     "1234,50", "一百", "1e5", "--5", "-¥-5", "٣", "5 0", "1_000"],
)  # fmt: skip
def test_a_sum_that_may_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(DeskError) as refused:
        parse_figures(typed)
    assert refused.value.code == "money_unreadable"


def test_sums_beyond_any_receipt_are_refused() -> None:
    with pytest.raises(DeskError, match="money_too_large"):
        capitals(Fen(LARGEST + 1))
    with pytest.raises(DeskError, match="money_too_large"):
        parse_figures("9" * 30)
