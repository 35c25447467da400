"""Numbers people say: made on the seat, never twice, found by their end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.errors import DeskError
from agent_desk.people.short_number import ShortNumber, draw, ends_like, new_unproven_code, read
from tests.factory import a_note, a_store


def us(year: int, month: int, day: int, hour: int = 4) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) * 1_000_000


class Counter:
    """Counts like a store does."""

    def __init__(self) -> None:
        self.last: dict[tuple[str, str], int] = {}

    def draw_serial(self, kind: str, day: str) -> int:
        self.last[kind, day] = self.last.get((kind, day), 0) + 1
        return self.last[kind, day]


def test_a_number_says_kind_day_origin_and_serial() -> None:
    counter = Counter()
    assert [str(draw(counter, "R", us(2026, 11, 22), 7)) for _ in range(2)] == ["R1122-7-1", "R1122-7-2"]
    assert str(draw(counter, "C", us(2026, 11, 22), 7)) == "C1122-7-1"
    assert str(draw(counter, "R", us(2026, 11, 23), 7)) == "R1123-7-1"


def test_the_day_is_beijings() -> None:
    assert draw(Counter(), "R", us(2026, 11, 22, 15), 7).day == "1122"
    assert draw(Counter(), "R", us(2026, 11, 22, 16), 7).day == "1123"


def test_the_same_day_next_year_goes_on_counting() -> None:
    counter = Counter()
    assert draw(counter, "R", us(2026, 11, 22), 7).serial == 1
    assert draw(counter, "R", us(2027, 11, 22), 7).serial == 2


def test_a_clock_set_back_draws_no_number_twice() -> None:
    counter = Counter()
    drawn = [str(draw(counter, "R", us(2026, 11, day), 7)) for day in (22, 23, 22, 23, 22)]
    assert len(set(drawn)) == len(drawn)


def test_a_number_is_given_back_with_the_transaction_that_failed(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    with pytest.raises(ZeroDivisionError), store.writing() as writing:
        assert draw(writing, "R", us(2026, 11, 22), 7).serial == 1
        raise ZeroDivisionError
    with store.writing() as writing:
        number = draw(writing, "R", us(2026, 11, 22), 7)
        writing.add(a_note(store, str(number)))
    store.close()
    assert number.serial == 1


def test_an_unproven_session_has_its_own_letters() -> None:
    code = new_unproven_code()
    number = draw(Counter(), "R", us(2026, 11, 22), None, code)
    assert str(number) == f"R1122-{code}-1"
    assert read(str(number)) == number
    with pytest.raises(DeskError):
        draw(Counter(), "R", us(2026, 11, 22), None)
    with pytest.raises(ValueError, match="letter"):
        draw(Counter(), "r", us(2026, 11, 22), 7)


@pytest.mark.parametrize("typed", ["r1122-7-15", " R1122 - 7 - 15 ", "R1122—7—15", "R1122-7-015"])
def test_a_typed_number_is_read(typed: str) -> None:
    assert read(typed) == ShortNumber("R", "1122", "7", 15)


@pytest.mark.parametrize("typed", ["", "1122-7-15", "R1122-7", "R122-7-15", "R1122-u-15", "R1122-7-x"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read(typed) is None


def test_a_number_is_found_by_its_end() -> None:
    assert ends_like("R1122-7-15", "15")
    assert ends_like("R1122-7-15", "7-15")
    assert ends_like("R1122-7-15", "r1122-7-15")
    assert not ends_like("R1122-7-15", "16")
    assert not ends_like("R1122-7-15", "")


@given(st.sampled_from("ABCRT"), st.integers(1, 12), st.integers(1, 28), st.integers(1, 99_999), st.integers(1, 10**9))
def test_every_number_reads_back(letter: str, month: int, day: int, code: int, serial: int) -> None:
    number = ShortNumber(letter, f"{month:02d}{day:02d}", str(code), serial)
    assert read(str(number)) == number
    assert read(str(number).lower()) == number
