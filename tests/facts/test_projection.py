"""Typed tables are made from bodies alone, and made again when their declaration changes."""

from __future__ import annotations

from dataclasses import replace

from sqlcipher3 import dbapi2

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


def test_a_seats_tables_are_strict_have_one_tree_and_are_found_by_subject_and_time() -> None:
    table, indexes = RECEIPT.seat_table(), RECEIPT.seat_indexes()
    assert table.endswith("WITHOUT ROWID, STRICT")
    assert '"total" INTEGER' in table
    assert [index.split()[2] for index in indexes] == [
        '"ix_receipt_happened"', '"ix_receipt_subject"', '"ix_receipt_total"',
    ]  # fmt: skip
    assert "PRIMARY KEY (fact, line)" in LINE.seat_table()
    assert list(LINE.seat_indexes()) == []


def test_sqlite_takes_the_tables_and_their_columns_stand_in_the_order_of_the_names() -> None:
    connection = dbapi2.connect(":memory:")
    for projection in (RECEIPT, LINE):
        for statement in (projection.seat_table(), *projection.seat_indexes()):
            connection.execute(statement)
        told = connection.execute(f"PRAGMA table_info({projection.name})").fetchall()
        assert tuple(row[1] for row in told) == projection.names
        assert [row[1] for row in told if row[5]] == list(projection.key)
    connection.close()


def test_the_shape_changes_with_the_declaration_and_with_nothing_else() -> None:
    changed = [
        replace(RECEIPT, name="other"), replace(RECEIPT, columns=RECEIPT.columns[:1]), replace(RECEIPT, each="lines"),
        replace(RECEIPT, indexes=()), replace(RECEIPT, columns=RECEIPT.columns[::-1]),
    ]  # fmt: skip
    shapes = {projection.shape for projection in changed}
    assert len(shapes) == len(changed)
    assert RECEIPT.shape not in shapes
    assert replace(RECEIPT).shape == RECEIPT.shape
