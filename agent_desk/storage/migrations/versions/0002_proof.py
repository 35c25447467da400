"""What a forked origin and erased values need on a seat."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, Text

revision = "0002"
down_revision = "0001"

_OWN = "EXISTS (SELECT 1 FROM own_origin AS o WHERE o.origin = OLD.origin)"
_LEFT = (
    "EXISTS (SELECT 1 FROM left_link AS l WHERE l.origin = OLD.origin AND l.seq = OLD.seq AND l.digest = OLD.digest)"
)


def upgrade() -> None:
    """Only adds; two triggers are made anew: a left link gives up its place, an erased value its salt."""
    op.add_column("own_origin", Column("forked_from", Text))
    op.add_column("own_origin", Column("forked_seq", Integer))
    op.add_column("own_origin", Column("left_at", Integer))
    op.create_table(
        "left_link",
        Column("origin", Text, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("fact", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("prev", LargeBinary, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("mac", LargeBinary),
        Column("left", Integer, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erased",
        Column("fact", Text, primary_key=True),
        Column("field", Text, primary_key=True),
        Column("told_by", Text, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.execute("DROP TRIGGER journal_kept")
    op.execute(
        f"CREATE TRIGGER journal_kept BEFORE DELETE ON journal WHEN {_OWN} AND NOT {_LEFT}"
        " BEGIN SELECT RAISE(ABORT, 'append_only'); END"
    )
    op.execute("DROP TRIGGER personal_stays")
    op.execute(
        "CREATE TRIGGER personal_stays BEFORE UPDATE ON personal"
        " WHEN NEW.value IS NOT NULL OR NEW.salt IS NOT zeroblob(16)"
        " OR (OLD.fact, OLD.field) IS NOT (NEW.fact, NEW.field)"
        " OR NOT EXISTS (SELECT 1 FROM erased AS e WHERE e.fact = OLD.fact AND e.field = OLD.field)"
        " BEGIN SELECT RAISE(ABORT, 'append_only'); END"
    )
    for table, verb, name in (
        ("left_link", "UPDATE", "stays"), ("left_link", "DELETE", "kept"),
        ("erased", "UPDATE", "stays"), ("erased", "DELETE", "kept"),
    ):  # fmt: skip
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'append_only'); END"
        )
