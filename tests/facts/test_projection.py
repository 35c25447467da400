"""Typed tables are made from bodies alone, and made again when their declaration changes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from agent_desk.facts.kind import FieldType
from agent_desk.facts.projection import HEADER, Projection
from tests.facts.test_body import example_body

RECEIPT = Projection("receipt", (("total", FieldType.FEN), ("paid", FieldType.FLAG)), indexes=("total",))
LINE = Projection("receipt_line", (("item", FieldType.TEXT), ("count", FieldType.INTEGER)), each="lines")


def test_a_body_gives_one_row_with_the_columns_that_row_rules_read() -> None:
    body = example_body(fields={"total": 5, "paid": True, "newer": "x"})
    (row,) = RECEIPT.rows(body)
    assert dict(zip(RECEIPT.names, row, strict=True)) == {
        "fact": body.id, "centre": body.centre, "grp": "A", "author": body.author, "subject": body.subject,
        "happened": 1, "total": 5, "paid": True,
    }  # fmt: skip
    assert RECEIPT.names[: len(HEADER)] == HEADER


def test_lines_give_one_row_each_numbered_from_nought() -> None:
    rows = LINE.rows(example_body(fields={"lines": [{"item": "lamp", "count": 2}, {"item": "chair"}]}))
    told = [dict(zip(LINE.names, row, strict=True)) for row in rows]
    assert [(row["line"], row["item"], row["count"]) for row in told] == [(0, "lamp", 2), (1, "chair", None)]
    assert LINE.rows(example_body(fields={})) == []


def test_rows_are_filled_in_the_order_of_the_tables_columns() -> None:
    for projection in (RECEIPT, LINE):
        assert projection.names == tuple(column.name for column in projection.table(MetaData()).columns)


def test_tables_are_strict_on_a_seat_and_wide_on_the_hub() -> None:
    table = RECEIPT.table(MetaData())
    on_seat = str(CreateTable(table).compile(dialect=sqlite.dialect()))
    on_hub = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert "STRICT" in on_seat
    assert "total INTEGER" in on_seat
    assert "total BIGINT" in on_hub
    assert "paid BOOLEAN" in on_hub


def test_a_table_is_made_once_in_its_schema() -> None:
    metadata = MetaData()
    assert RECEIPT.table(metadata) is RECEIPT.table(metadata)
    assert RECEIPT.table(metadata, "desk") is not RECEIPT.table(metadata)
    assert [column.name for column in LINE.table(metadata).primary_key] == ["fact", "line"]


def test_the_shape_changes_with_the_declaration_and_with_nothing_else() -> None:
    changed = [
        replace(RECEIPT, name="other"), replace(RECEIPT, columns=RECEIPT.columns[:1]), replace(RECEIPT, each="lines"),
        replace(RECEIPT, indexes=()), replace(RECEIPT, columns=RECEIPT.columns[::-1]),
    ]  # fmt: skip
    shapes = {projection.shape for projection in changed}
    assert len(shapes) == len(changed)
    assert RECEIPT.shape not in shapes
    assert replace(RECEIPT).shape == RECEIPT.shape
