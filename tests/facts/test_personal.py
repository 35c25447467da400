"""Personal values lie beside a body that knows only their digest."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.facts.personal import SALT_BYTES, Personal, seal

VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(VALUES)
def test_a_sealed_value_fits_its_digest_and_no_other_does(value: str) -> None:
    sealed = seal("payer", value)
    assert sealed.digest == hashlib.sha256(sealed.salt + value.encode()).hexdigest()
    assert Personal("payer", value + "x", sealed.salt).digest != sealed.digest


@given(VALUES)
def test_equal_values_look_different_in_two_bodies(value: str) -> None:
    one, other = seal("payer", value), seal("payer", value)
    assert one.digest != other.digest
    assert len(one.salt) == SALT_BYTES == 16


def test_an_erased_value_has_no_digest_any_more() -> None:
    with pytest.raises(ValueError, match="erased"):
        _ = Personal("payer", None, b"").digest
