"""An audit's report: for people, for programs, and one digest for the paper."""

from __future__ import annotations

import json
import uuid

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.hub.report import COUNTS, AuditReport, root_of

HEADS = st.lists(
    st.tuples(st.uuids().map(str), st.integers(1, 1 << 62), st.binary(min_size=32, max_size=32)),
    max_size=6,
    unique_by=lambda head: head[0],
)


def test_a_clean_report_says_so_in_words_and_in_json() -> None:
    report = AuditReport(centres=1, links=7, root_digest="ab")
    assert report.ok
    assert "nothing lost, nothing doubled" in report.as_words()
    told = json.loads(report.as_json())
    assert told == {
        **dict.fromkeys(COUNTS, 0),
        "centres": 1,
        "links": 7,
        "away": {},
        "ok": True,
        "problems": [],
        "explained": [],
        "root_digest": "ab",
    }


def test_problems_are_told_with_their_place() -> None:
    report = AuditReport(problems=[("gap", {"origin": "o", "from": 3, "upto": 4})])
    assert not report.ok
    assert "PROBLEM gap: origin o, from 3, upto 4" in report.as_words()
    assert "nothing lost" not in report.as_words()
    assert json.loads(report.as_json())["problems"] == [{"code": "gap", "origin": "o", "from": 3, "upto": 4}]


@given(HEADS, st.randoms())
def test_the_root_digest_does_not_depend_on_the_order(heads: list[tuple[str, int, bytes]], chance: object) -> None:
    assert root_of(heads) == root_of(reversed(heads)) == root_of(sorted(heads, key=lambda head: head[2]))


@given(HEADS)
def test_one_more_link_moves_the_root_digest(heads: list[tuple[str, int, bytes]]) -> None:
    added = [*heads, (str(uuid.uuid4()), 1, bytes(32))]
    assert root_of(added) != root_of(heads)
    for place, (origin, seq, digest) in enumerate(heads):
        grown = [*heads[:place], (origin, seq + 1, digest), *heads[place + 1 :]]
        assert root_of(grown) != root_of(heads)
