"""Links hang together without gaps, and nothing in them changes unseen."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.ids import FactId, OriginId
from agent_desk.facts.body import content_digest
from agent_desk.facts.link import (
    FIRST_PREV,
    Link,
    delivery_key,
    forked_prev,
    holds,
    link_digest,
    mac_of,
    make_link,
)

IDS = st.uuids().map(str)
DIGESTS = st.binary(min_size=32, max_size=32)
SEQS = st.integers(1, (1 << 63) - 1)
BODY = '{"text":"雨棚漏水"}'
ORIGIN = OriginId(str(uuid.UUID(int=1)))
FACT = FactId(str(uuid.UUID(int=2)))


@st.composite
def links(draw: st.DrawFn) -> Link:
    return make_link(OriginId(draw(IDS)), draw(SEQS), draw(DIGESTS), FactId(draw(IDS)), content_digest(BODY),
                     draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)), draw(DIGESTS))  # fmt: skip


def test_the_format_of_a_link_is_this_one_for_ever() -> None:
    content = content_digest("{}")
    told = b"agent-desk/link/1\x00" + b"\x00" * 15 + b"\x01" + b"\x00" * 7 + b"\x05" + FIRST_PREV
    told += b"\x00" * 15 + b"\x02" + content + b"note.written"
    assert link_digest(ORIGIN, 5, FIRST_PREV, FACT, content, "note.written") == hashlib.sha256(told).digest()
    assert link_digest(ORIGIN, 5, FIRST_PREV, FACT, content, "note.written").hex() == (
        "b4fc4959b8ed7c756660d918d3faeb423e6a82f34a182c238125c3e95234e4e7"
    )
    assert bytes(32) == FIRST_PREV


def test_keys_macs_and_forks_are_made_as_written() -> None:
    key = delivery_key(b"secret", ORIGIN)
    assert key == hmac.new(b"secret", b"\x00" * 15 + b"\x01", hashlib.sha256).digest()
    assert mac_of(key, b"d" * 32) == hmac.new(key, b"d" * 32, hashlib.sha256).digest()
    named = b"agent-desk/fork/1\x00" + b"\x00" * 15 + b"\x01" + b"\x00" * 7 + b"\x09" + b"d" * 32
    assert forked_prev(ORIGIN, 9, b"d" * 32) == hashlib.sha256(named).digest()


@given(links())
def test_a_link_holds_with_its_own_body_only(link: Link) -> None:
    assert holds(link, BODY)
    assert not holds(link, BODY + " ")


@given(links(), IDS, IDS, SEQS, DIGESTS, DIGESTS, DIGESTS, st.text("abc.", max_size=5))
def test_no_part_of_a_link_changes_unseen(
    link: Link, origin: str, fact: str, seq: int, prev: bytes, content: bytes, digest: bytes, kind: str
) -> None:
    changes: dict[str, Any] = {
        "origin": OriginId(origin), "fact": FactId(fact), "seq": seq, "prev": prev, "content": content,
        "digest": digest, "kind": kind,
    }  # fmt: skip
    for name, value in changes.items():
        if getattr(link, name) != value:
            assert not holds(replace(link, **{name: value}), BODY)


@given(IDS, IDS, st.binary(max_size=40), st.binary(max_size=40))
def test_every_origin_and_every_hub_has_a_key_of_its_own(one: str, other: str, secret: bytes, another: bytes) -> None:
    keys = {(origin, hub): delivery_key(hub, OriginId(origin)) for origin in (one, other) for hub in (secret, another)}
    padded = {(origin, hub.ljust(64, b"\x00")) for origin, hub in keys}  # HMAC pads short keys with zeros
    assert len(set(keys.values())) == len(padded)
    assert all(len(key) == 32 for key in keys.values())


def test_a_link_without_a_key_has_no_mac() -> None:
    assert make_link(ORIGIN, 1, FIRST_PREV, FACT, content_digest(BODY), "k", None).mac is None


@given(st.lists(st.text(max_size=5), min_size=2, max_size=8), st.data())
def test_exchanging_two_links_breaks_the_chain(texts: list[str], data: st.DataObject) -> None:
    chain: list[Link] = []
    for seq, text in enumerate(texts, start=1):
        prev = chain[-1].digest if chain else FIRST_PREV
        chain.append(make_link(ORIGIN, seq, prev, FACT, content_digest(text), "k", b"key"))
    place = data.draw(st.integers(0, len(chain) - 2))
    chain[place], chain[place + 1] = chain[place + 1], chain[place]
    before, broken = FIRST_PREV, False
    for seq, link in enumerate(chain, start=1):
        broken = broken or link.prev != before or link.seq != seq
        before = link.digest
    assert broken
