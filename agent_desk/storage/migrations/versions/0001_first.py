"""The first schema of a seat's store."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, Text, text

revision = "0001"
down_revision = None

_OWN = "EXISTS (SELECT 1 FROM own_origin AS o WHERE o.origin = OLD.origin)"
_OWN_FACT = "EXISTS (SELECT 1 FROM journal AS j JOIN own_origin AS o ON o.origin = j.origin WHERE j.fact = OLD.{0})"
GUARDS = (
    "CREATE TRIGGER IF NOT EXISTS journal_stays BEFORE UPDATE ON journal"
    " WHEN OLD.mac IS NOT NULL OR NEW.mac IS NULL"
    " OR (OLD.origin, OLD.seq, OLD.fact, OLD.kind, OLD.prev, OLD.content, OLD.digest)"
    " IS NOT (NEW.origin, NEW.seq, NEW.fact, NEW.kind, NEW.prev, NEW.content, NEW.digest)"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    f"CREATE TRIGGER IF NOT EXISTS journal_kept BEFORE DELETE ON journal WHEN {_OWN}"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS fact_stays BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    f"CREATE TRIGGER IF NOT EXISTS fact_kept BEFORE DELETE ON fact"
    f" WHEN {_OWN_FACT.format('id')} BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS personal_stays BEFORE UPDATE ON personal"
    " WHEN NEW.value IS NOT NULL OR (OLD.fact, OLD.field, OLD.salt)"
    " IS NOT (NEW.fact, NEW.field, NEW.salt)"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    f"CREATE TRIGGER IF NOT EXISTS personal_kept BEFORE DELETE ON personal"
    f" WHEN {_OWN_FACT.format('fact')} BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS own_origin_kept BEFORE DELETE ON own_origin"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
)
"""The guards of this schema as they were: later ones come with later files."""


def upgrade() -> None:
    """Make the journal side: written once here, never changed by later files."""
    zero = text("0")
    op.create_table(
        "meta",
        Column("name", Text, primary_key=True),
        Column("value", Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "own_origin",
        Column("origin", Text, primary_key=True),
        Column("opened", Integer, nullable=False),
        Column("key", LargeBinary),
        Column("code", Integer),
        Column("closed", Integer, nullable=False, server_default=zero),
        Column("acked_seq", Integer, nullable=False, server_default=zero),
        sqlite_strict=True,
    )
    op.create_table(
        "journal",
        Column("origin", Text, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("fact", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("prev", LargeBinary, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("mac", LargeBinary),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_journal_fact", "journal", ["fact"])
    op.create_table(
        "fact",
        Column("id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("grp", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("happened", Integer, nullable=False),
        Column("stored", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("body", Text, nullable=False),
        Column("far", Integer, nullable=False, server_default=zero),
        sqlite_strict=True,
    )
    op.create_index("ix_fact_subject", "fact", ["subject"])
    op.create_table(
        "personal",
        Column("fact", Text, primary_key=True),
        Column("field", Text, primary_key=True),
        Column("value", Text),
        Column("salt", LargeBinary, nullable=False),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "standing",
        Column("fact", Text, primary_key=True),
        Column("verdict", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("hub_us", Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_standing_verdict", "standing", ["verdict"])
    op.create_table(
        "draft",
        Column("id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("changed", Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "cursor",
        Column("origin", Text, primary_key=True),
        Column("grp", Text, primary_key=True),
        Column("seq", Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "serial",
        Column("kind", Text, primary_key=True),
        Column("day", Text, primary_key=True),
        Column("last", Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "shape",
        Column("name", Text, primary_key=True),
        Column("shape", Text, nullable=False),
        sqlite_strict=True,
    )
    for guard in GUARDS:
        op.execute(guard)
