"""One number in many spellings is one number, and what nobody need read is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.errors import DeskError
from agent_desk.base.phone_number import masked, normalise, parse_phone, same_number

SPELLINGS = {
    "13812341234": [
        "13812341234", "138 1234 1234", "138-1234-1234", "+86 138 1234 1234", "+8613812341234",
        "0086 13812341234", "8613812341234", "１３８１２３４１２３４", "013812341234", "（138）12341234",
        "+86-138-1234-1234", "138–1234–1234",
    ],
    "057985381234": [
        "0579-85381234", "(0579) 8538 1234", "0579－85381234", "+86 579 8538 1234", "+86 (0)579 85381234",
        "０５７９ ８５３８１２３４",
    ],
    "057985381234-801": [
        "0579-85381234-801", "0579-85381234转801", "0579-85381234 转 801", "(0579)85381234 ext. 801",
        "+86 579 85381234 x801", "0579 85381234分机801", "057985381234#801", "+86-0579-85381234-801",
    ],
    "01085381234": ["010-85381234", "(010)85381234", "010 8538 1234"],
    "4008208820": ["400-820-8820", "400 820 8820", "4008208820"],
    "85381234": ["85381234", "8538-1234", "8538 1234"],
    "8538123": ["8538123"],
    "85381234-12": ["85381234-12"],
    "110": ["110"],
    "12345": ["12345"],
    "95588": ["95588"],
    "10086": ["10086"],
    "+442079460958": ["+44 20 7946 0958", "0044 20 7946 0958"],
    "+85223456789": ["+852 2345 6789"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "spelling"), [(number, told) for number, all_ in SPELLINGS.items() for told in all_]
)
def test_every_usual_spelling_is_read_as_one_number(number: str, spelling: str) -> None:
    assert normalise(spelling) == number
    assert same_number(spelling, number)


@pytest.mark.parametrize("text", ["", "abc", "12", "1381234123", "138123412345", "+", "0000", "电话", "1" * 30])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(DeskError) as refused:
        parse_phone(text)
    assert refused.value.code == "phone_unreadable"
    assert text == "" or masked(text) == "****"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("138 1234 1234", "138****1234"),
        ("0579-85381234", "0579-****1234"),
        ("0579-85381234转801", "0579-****1234"),
        ("0372-2921234", "0372-****234"),
        ("85381234", "****1234"),
        ("+44 20 7946 0958", "+44****58"),
        ("95588", "95588"),
        ("", ""),
    ],
)
def test_a_number_is_masked_so_that_it_is_recognised_but_not_called(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.lists(st.integers(1, 10), max_size=3), st.booleans())
def test_spaces_and_the_country_code_change_no_mobile_number(digits: str, gaps: list[int], plus: bool) -> None:
    spaced = digits
    for gap in sorted(set(gaps), reverse=True):
        spaced = f"{spaced[:gap]} {spaced[gap:]}"
    assert same_number(f"+86 {spaced}" if plus else spaced, digits)
    assert masked(spaced) == f"{digits[:3]}****{digits[7:]}"


@given(st.sampled_from(["010", "021", "0579", "0371"]), st.from_regex(r"[2-8][0-9]{7}", fullmatch=True),
       st.one_of(st.just(""), st.from_regex(r"[0-9]{1,6}", fullmatch=True)))  # fmt: skip
def test_a_normal_spelling_is_its_own_normal_spelling(area: str, local: str, extension: str) -> None:
    typed = f"{area}-{local}" + (f"-{extension}" if extension else "")
    once = normalise(typed)
    assert normalise(once) == once
    assert parse_phone(typed).extension == extension


@given(st.text(max_size=30))
def test_nothing_typed_breaks_the_reader_or_slips_through_the_mask(text: str) -> None:
    hidden = masked(text)
    try:
        number = parse_phone(text)
    except DeskError:
        assert hidden in {"", "****"}
    else:
        assert len(number.digits) <= 6 or number.digits[:3] in {"400", "800"} or "****" in hidden
