"""Ids are version-7 UUIDs in one spelling: ordered by time, never the same twice."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.ids import is_uuid, uuid7, uuid7_ms

MILLISECONDS = st.integers(0, (1 << 48) - 1)


@given(MILLISECONDS)
def test_an_id_is_a_version_7_uuid_that_tells_its_time(unix_ms: int) -> None:
    made = uuid.UUID(uuid7(unix_ms))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert uuid7_ms(str(made)) == unix_ms


@given(MILLISECONDS, MILLISECONDS)
def test_later_ids_sort_later(one: int, other: int) -> None:
    assert one == other or (uuid7(one) < uuid7(other)) == (one < other)


def test_ids_of_one_millisecond_differ() -> None:
    assert len({uuid7(5) for _ in range(5_000)}) == 5_000


@pytest.mark.parametrize("unix_ms", [-1, 1 << 48])
def test_a_time_that_does_not_fit_is_refused(unix_ms: int) -> None:
    with pytest.raises(ValueError, match="48 bits"):
        uuid7(unix_ms)


@given(st.uuids())
def test_only_one_spelling_of_an_id_counts(value: uuid.UUID) -> None:
    told = str(value)
    assert is_uuid(told)
    letters = told.upper() != told
    assert is_uuid(told.upper()) != letters
    for other in (told.replace("-", ""), f"{{{told}}}", f"urn:uuid:{told}", f" {told}", told[:-1], value, None, 5):
        assert not is_uuid(other)


@given(st.text(max_size=40))
def test_any_text_can_be_asked(text: str) -> None:
    assert is_uuid(text) in {True, False}
