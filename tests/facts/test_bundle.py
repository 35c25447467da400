"""The bundle file: read back as written, and every damage is told from every other."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, OriginId
from agent_desk.facts import bundle
from tests.factory import a_uuid

KEY, CENTRE, ORIGIN = secrets.token_bytes(32), CentreId(a_uuid()), OriginId(a_uuid())
TEXT = bundle.written(CENTRE, [bundle.sealed(KEY, CENTRE, ORIGIN, 1, 3, "王芳" * 40)])


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 1 << 60))
def test_what_was_sealed_is_opened(text: str, first: int) -> None:
    written = bundle.written(CENTRE, [bundle.sealed(KEY, CENTRE, ORIGIN, first, first + 4, text)])
    read = bundle.read(written)
    assert (read.centre, read.links) == (CENTRE, 5)
    assert bundle.opened(KEY, CENTRE, read.parts[0]) == text


def test_two_bundles_of_the_same_entries_have_nothing_in_common() -> None:
    first, second = (bundle.sealed(KEY, CENTRE, ORIGIN, 1, 1, "x" * 64) for _ in range(2))
    assert not {first.nonce, first.iv, first.text[:16], first.seal} & {
        second.nonce,
        second.iv,
        second.text[:16],
        second.seal,
    }


@pytest.mark.parametrize("length", [1, 20, 30, 200, len(TEXT) - 66, len(TEXT) - 65, len(TEXT) - 2, len(TEXT) - 1])
def test_a_file_that_was_cut_short_is_told_so(length: int) -> None:
    with pytest.raises(DeskError, match=r"bundle_cut_short|bundle_unreadable"):
        bundle.read(TEXT[:length])


@given(st.integers(len("agent-desk bundle 1\n"), len(TEXT) - 1), st.integers(0, 6))
def test_a_flipped_bit_is_told(place: int, bit: int) -> None:
    flipped = TEXT[:place] + chr(ord(TEXT[place]) ^ (1 << bit)) + TEXT[place + 1 :]
    with pytest.raises(DeskError, match=r"bundle_altered|bundle_cut_short"):
        bundle.read(flipped)


def test_other_files_and_newer_ones_are_told_apart() -> None:
    for text in ("", "PK\x03\x04", "{}", "agent-desk"):
        with pytest.raises(DeskError, match="bundle_unreadable"):
            bundle.read(text)
    with pytest.raises(DeskError, match="bundle_newer"):
        bundle.read("agent-desk bundle 2\n")


def test_the_seal_is_the_one_written_down_here() -> None:
    """Keys and header as the hub makes them in SQL: worked out a second time."""
    import hashlib
    import hmac
    import uuid

    part = bundle.sealed(KEY, CENTRE, ORIGIN, 7, 9, "text")
    key = hmac.new(KEY, b"agent-desk/bundle/1" + part.nonce + b"seal", hashlib.sha256).digest()
    header = b"agent-desk/bundle/1" + uuid.UUID(CENTRE).bytes + uuid.UUID(ORIGIN).bytes
    header += (7).to_bytes(8, "big") + (9).to_bytes(8, "big") + part.nonce + part.iv
    assert hmac.new(key, header + part.text, hashlib.sha256).digest() == part.seal
