"""A body has one spelling, comes back as it was, and refuses what no store keeps unchanged."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, FactId, GroupId, StaffId, SubjectId
from agent_desk.facts.body import LARGEST_BODY, Body, canonical, content_digest, parse

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
INT64 = st.integers(-(1 << 63), (1 << 63) - 1)
VALUES = st.recursive(
    st.one_of(TEXT, INT64, st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=15,
)
FIELDS = st.dictionaries(TEXT, VALUES, max_size=5)
IDS = st.uuids().map(str)


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    return Body(
        id=FactId(draw(IDS)), kind=draw(TEXT.filter(bool)), version=draw(st.integers(1, 9)), centre=CentreId(draw(IDS)),
        group=GroupId(draw(TEXT.filter(bool))), author=StaffId(draw(IDS)), subject=SubjectId(draw(IDS)),
        happened=draw(INT64), keyed=draw(INT64), stamp=draw(INT64), fields=draw(FIELDS),
        personal=draw(st.dictionaries(TEXT, TEXT, max_size=3)),
        replaces=draw(st.dictionaries(TEXT, st.lists(IDS, max_size=3), max_size=3)),
        witness=draw(st.none() | IDS.map(StaffId)),
    )  # fmt: skip


def example_body(**said: Any) -> Body:
    some = str(uuid.UUID(int=7))
    parts: dict[str, Any] = {
        "id": some, "kind": "note.written", "version": 1, "centre": some, "group": "A", "author": some,
        "subject": some, "happened": 1, "keyed": 2, "stamp": 3, "fields": {"text": "雨棚漏水"},
    }  # fmt: skip
    return Body(**{**parts, **said})


@given(VALUES)
@example({"b": 1, "a": [True, "\u2028", "\U0001f600", "\x7f", '"\\']})
def test_canonical_text_reads_back_and_spells_itself_again(value: Any) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(TEXT, VALUES, min_size=2, max_size=5))
def test_the_order_in_which_names_were_added_does_not_matter(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical(turned) == canonical(value)


def test_the_canonical_spelling_is_this_one_for_ever() -> None:
    text = example_body(personal={"payer": "00"}, replaces={"text": ["x"]}).text()
    some = str(uuid.UUID(int=7))
    assert text == (
        f'{{"author":"{some}","centre":"{some}","fields":{{"text":"雨棚漏水"}},"group":"A","happened":1,'
        f'"id":"{some}","keyed":2,"kind":"note.written","personal":{{"payer":"00"}},'
        f'"replaces":{{"text":["x"]}},"stamp":3,"subject":"{some}","v":1}}'
    )
    assert content_digest(text) == hashlib.sha256(text.encode()).digest()


@given(bodies())
def test_a_body_comes_back_as_it_was_written(body: Body) -> None:
    read = parse(body.text())
    assert read == body
    assert read.text() == body.text()


@given(bodies(), TEXT, VALUES)
def test_what_a_newer_desk_wrote_does_not_disturb_reading(body: Body, name: str, value: Any) -> None:
    told = json.loads(body.text())
    if name not in {*told, "witness"}:
        told[name] = value
        assert parse(canonical(told)) == body


@pytest.mark.parametrize(
    ("value", "why"),
    [("a\x00b", "nul"), ("\ud800", "surrogate"), ({"\x00": 1}, "nul"), ({"a": ["\udfff"]}, "surrogate"),
     (1 << 63, "integer"), (-(1 << 63) - 1, "integer"), (1.0, "float"), (None, "NoneType"), ({1: "a"}, "name"),
     (b"x", "bytes"), ({"a": {"b": float("nan")}}, "float")],
)  # fmt: skip
def test_what_no_store_keeps_unchanged_is_refused_when_saving(value: Any, why: str) -> None:
    for refuse in (lambda: canonical(value), lambda: example_body(fields={"x": value}).text()):
        with pytest.raises(DeskError) as refused:
            refuse()
        assert (refused.value.code, refused.value.facts) == ("fact_unsaveable", {"why": why})


def test_a_body_just_too_large_is_refused_and_one_just_small_enough_is_not() -> None:
    spare = LARGEST_BODY - len(example_body(fields={"text": ""}).text())
    assert len(example_body(fields={"text": "x" * spare}).text().encode()) == LARGEST_BODY
    for text in ("x" * (spare + 1), "长" * (spare // 3 + 1)):
        with pytest.raises(DeskError) as refused:
            example_body(fields={"text": text}).text()
        assert (refused.value.code, refused.value.facts) == ("fact_too_large", {"limit": LARGEST_BODY})


ANY_JSON = st.recursive(
    st.one_of(
        st.text(st.characters() | st.just("\x00") | st.just("\ud800"), max_size=6), st.booleans(), st.none(),
        st.floats(), st.integers(-(1 << 70), 1 << 70),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=5,
)  # fmt: skip


@given(ANY_JSON, st.booleans())
@example("null", False)
@example("0123456789012345678901234567890", False)
@example("\\u0000", True)
@example("\x00", True)
@example("\ud800", False)
@example(1 << 63, False)
@example(-(1 << 63), False)
@example((1 << 63) - 1, False)
@example(-(1 << 63) - 1, False)
@example([10**18, -(10**18), 10**19], False)
@example({"a": None}, False)
@example(float("nan"), False)
def test_what_could_not_be_saved_cannot_be_read(value: Any, escaped: bool) -> None:
    """Reading looks at the text first and at the values only in doubt; both must say what saving says."""
    text = json.dumps(json.loads(example_body().text()) | {"fields": {"any": value}}, ensure_ascii=escaped)
    try:
        canonical(value)
    except DeskError:
        with pytest.raises(DeskError, match="fact_unreadable"):
            parse(text)
    else:
        assert parse(text).fields["any"] == value


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "5", '"x"', "{}", "[" * 100_000, "\x00"])
def test_what_is_no_body_cannot_be_read(text: str) -> None:
    with pytest.raises(DeskError, match="fact_unreadable"):
        parse(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", "x"), ("author", 5), ("centre", "A" * 36), ("subject", None), ("kind", ""), ("group", 1), ("v", "1"),
     ("happened", 1.5), ("keyed", True), ("stamp", None), ("fields", []), ("personal", 1), ("replaces", "x")],
)  # fmt: skip
def test_a_body_with_a_wrong_part_cannot_be_read(name: str, value: Any) -> None:
    told = {**json.loads(example_body().text()), name: value}
    with pytest.raises(DeskError, match="fact_unreadable"):
        parse(json.dumps(told))
    del told[name]
    with pytest.raises(DeskError, match="fact_unreadable"):
        parse(json.dumps(told))
