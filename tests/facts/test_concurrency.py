"""What a field shows after several seats changed it: causality decides, whatever the order of arrival."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from agent_desk.base.ids import CentreId, FactId, GroupId, StaffId, SubjectId
from agent_desk.facts.body import Body
from agent_desk.facts.concurrency import fields_now

SUBJECT = SubjectId(str(uuid.UUID(int=1)))


def fact(
    number: int, replaces: Mapping[str, list[int]], stamp: int | None = None, kind: str = "receipt.corrected"
) -> Body:
    return Body(
        id=FactId(str(uuid.UUID(int=number))), kind=kind, version=1, centre=CentreId(str(uuid.UUID(int=2))),
        group=GroupId("A"), author=StaffId(str(uuid.UUID(int=3))), subject=SUBJECT, happened=0, keyed=0,
        stamp=number if stamp is None else stamp, fields={name: f"{name} {number}" for name in replaces},
        replaces={name: [str(uuid.UUID(int=earlier)) for earlier in named] for name, named in replaces.items()},
    )  # fmt: skip


def values(facts: list[Body], name: str = "hall") -> list[str]:
    return [str(setting.value) for setting in fields_now(facts)[name].settings]


# A field's history: each fact sets it over any of the facts before it.
HISTORY = st.lists(st.sets(st.integers(1, 8)), min_size=1, max_size=9).map(
    lambda chosen: [
        fact(number, {"hall": [earlier for earlier in named if earlier < number]}, stamp=(number * 7) % 5)
        for number, named in enumerate(chosen, start=1)
    ]
)


def test_one_value_is_simply_the_value() -> None:
    now = fields_now([fact(1, {"hall": [], "booth": []}), fact(2, {"hall": [1]})])
    assert (now["hall"].shown.value, now["booth"].shown.value) == ("hall 2", "booth 1")
    assert not now["hall"].changed_in_two_places


def test_two_changes_over_the_same_value_are_both_shown() -> None:
    now = fields_now([fact(1, {"hall": []}), fact(2, {"hall": [1]}, stamp=9), fact(3, {"hall": [1]}, stamp=8)])
    assert now["hall"].changed_in_two_places
    assert [setting.value for setting in now["hall"].settings] == ["hall 3", "hall 2"]
    assert now["hall"].shown.value == "hall 2"


def test_the_stamp_never_outweighs_causality() -> None:
    assert values([fact(1, {"hall": []}, stamp=999), fact(2, {"hall": [1]}, stamp=1)]) == ["hall 2"]


def test_fields_are_settled_each_for_itself() -> None:
    facts = [fact(1, {"hall": [], "booth": []}), fact(2, {"hall": [1]}), fact(3, {"booth": [1]})]
    now = fields_now(facts)
    assert not any(field.changed_in_two_places for field in now.values())
    assert (now["hall"].shown.value, now["booth"].shown.value) == ("hall 2", "booth 3")


def test_a_settlement_that_forgets_one_leaves_it_open() -> None:
    facts = [fact(1, {"hall": []}), fact(2, {"hall": [1]}), fact(3, {"hall": [1]}), fact(4, {"hall": [1]})]
    half = fact(5, {"hall": [2, 3]})
    assert values([*facts, half]) == ["hall 4", "hall 5"]


def test_facts_that_only_add_set_nothing() -> None:
    assert fields_now([fact(1, {}), fact(2, {})]) == {}


def test_the_fact_that_begins_a_subject_sets_all_its_fields() -> None:
    begun = Body(**{**vars(fact(1, {"hall": [], "payer": []}, kind="receipt.written")), "replaces": {}})
    assert fields_now([begun]) == {}
    now = fields_now([begun, fact(2, {"hall": [1]})], openers={"receipt.written"})
    assert (now["hall"].shown.value, now["payer"].shown.value) == ("hall 2", "payer 1")


def test_a_change_of_a_value_that_has_not_arrived_yet_stands_alone() -> None:
    assert values([fact(3, {"hall": [2]})]) == ["hall 3"]
    assert values([fact(3, {"hall": [2]}), fact(1, {"hall": []})]) == ["hall 1", "hall 3"]
    assert values([fact(3, {"hall": [2]}), fact(1, {"hall": []}), fact(2, {"hall": [1]})]) == ["hall 3"]


def test_a_forged_ring_hides_no_value() -> None:
    assert values([fact(1, {"hall": [2]}), fact(2, {"hall": [1]})]) == ["hall 1", "hall 2"]
    assert values([fact(1, {"hall": [1]})]) == ["hall 1"]
    ring = [fact(1, {"hall": [3]}), fact(2, {"hall": [1]}), fact(3, {"hall": [2]})]
    assert values([*ring, fact(4, {"hall": [1, 2, 3]})]) == ["hall 4"]


@given(HISTORY, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(history: list[Body], chance: random.Random) -> None:
    shuffled = history[:]
    chance.shuffle(shuffled)
    assert fields_now(shuffled) == fields_now(history)


@given(HISTORY, st.lists(st.integers(0, 8), max_size=9))
def test_what_arrives_again_changes_nothing(history: list[Body], again: list[int]) -> None:
    repeated = [*history, *(history[place % len(history)] for place in again)]
    assert fields_now(repeated) == fields_now(history)


@given(HISTORY)
def test_what_is_shown_is_what_nobody_replaced(history: list[Body]) -> None:
    named = {earlier for body in history for earlier in body.replaces["hall"]}
    assert {setting.fact for setting in fields_now(history)["hall"].settings} == {
        body.id for body in history if body.id not in named
    }


@given(HISTORY)
def test_a_settlement_of_all_closes_the_field(history: list[Body]) -> None:
    open_ones = fields_now(history)["hall"].to_replace
    closing = fact(99, {"hall": [uuid.UUID(one).int for one in open_ones]}, stamp=-1)
    now = fields_now([closing, *history])["hall"]
    assert [setting.fact for setting in now.settings] == [closing.id]
    assert not now.changed_in_two_places


@given(st.lists(st.tuples(st.integers(1, 7), st.sets(st.integers(1, 7))), min_size=1, max_size=7))
def test_even_nonsense_leaves_every_field_a_value(told: list[tuple[int, set[int]]]) -> None:
    facts = [fact(number, {"hall": sorted(named)}) for number, named in dict(told).items()]
    assert fields_now(facts)["hall"].settings
