"""A kind says what its facts hold, and the catalogue knows every kind once."""

from __future__ import annotations

from typing import Any

import pytest

from agent_desk.base.errors import DeskError
from agent_desk.facts.hub_kinds import ERASED_HERE, HUB_KINDS
from agent_desk.facts.kind import Catalogue, FactKind, FieldType
from agent_desk.facts.projection import Projection

TOTAL = Projection("receipt_total", (("total", FieldType.FEN),))
KIND = FactKind(
    "receipt.written",
    fields={"total": FieldType.FEN, "paid": FieldType.FLAG, "lines": FieldType.LINES},
    optional={"due": FieldType.TIME, "note": FieldType.TEXT, "extra": FieldType.MAP},
    projections=(TOTAL,),
)
GOOD: dict[str, Any] = {"total": 5, "paid": False, "lines": []}


def test_fields_that_fit_pass_and_more_may_stand_beside_them() -> None:
    KIND.check(GOOD)
    KIND.check({**GOOD, "due": 1, "note": "", "extra": {}, "newer": [1]})


@pytest.mark.parametrize("name", ["total", "paid", "lines"])
def test_a_missing_field_is_named(name: str) -> None:
    with pytest.raises(DeskError) as refused:
        KIND.check({other: value for other, value in GOOD.items() if other != name})
    assert (refused.value.code, refused.value.facts["field"]) == ("field_missing", name)


@pytest.mark.parametrize(
    ("name", "value"),
    [("total", True), ("total", "5"), ("total", 5.0), ("paid", 1), ("lines", {}), ("lines", "x"), ("due", False),
     ("note", 1), ("note", None), ("extra", [])],
)  # fmt: skip
def test_a_field_of_another_type_is_named(name: str, value: object) -> None:
    with pytest.raises(DeskError) as refused:
        KIND.check({**GOOD, name: value})
    assert (refused.value.code, refused.value.facts) == ("field_wrong", {"kind": KIND.name, "field": name})


def test_the_catalogue_finds_kinds_by_name_and_projections_once() -> None:
    other = FactKind("receipt.voided", projections=(TOTAL,))
    catalogue = Catalogue([KIND, other])
    assert catalogue["receipt.written"] is catalogue.get("receipt.written") is KIND
    assert "receipt.voided" in catalogue
    assert catalogue.get("receipt.lost") is None
    assert list(catalogue) == [KIND, other]
    assert catalogue.projections == (TOTAL,)


def test_two_kinds_of_one_name_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match=r"receipt\.written"):
        Catalogue([KIND, KIND])


def test_the_hubs_own_kinds_are_kept_for_ever_and_nobody_else_writes_them() -> None:
    catalogue = Catalogue(HUB_KINDS)
    for kind in catalogue:
        assert kind.keep_days == (1 if kind is ERASED_HERE else 0)  # a seat's word is of use to the hub alone
        assert kind.hub_only == kind.name.startswith("hub.")
    assert catalogue["subject.shared"].widens


def test_every_column_of_the_hubs_tables_is_a_field_of_its_kind() -> None:
    for kind in HUB_KINDS:
        for projection in kind.projections:
            if projection.each is None:
                assert {name for name, _ in projection.columns} <= {*kind.fields, *kind.optional}
            else:
                assert kind.fields[projection.each] is FieldType.LINES
