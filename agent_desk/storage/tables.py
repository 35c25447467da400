"""The tables of a seat's store. The journal side is kept for ever; projections are disposable."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

from agent_desk.facts.projection import WHOLE

SCHEMA_NUMBER = 2
"""Kept in ``PRAGMA user_version``. A store with a higher one belongs to a newer desk."""


def journal_side(metadata: MetaData) -> dict[str, Table]:
    """Everything that is not a projection, made in ``metadata``; times are µs since 1970 UTC."""
    tables = (
        Table(
            "meta",
            metadata,
            Column("name", Text, primary_key=True),
            Column("value", Text, nullable=False),
            sqlite_strict=True,
        ),
        Table(
            "own_origin",
            metadata,
            Column("origin", Text, primary_key=True),
            Column("opened", WHOLE, nullable=False),
            Column("key", LargeBinary),
            Column("code", Integer),
            Column("closed", Integer, nullable=False, server_default=text("0")),
            Column("acked_seq", WHOLE, nullable=False, server_default=text("0")),
            Column("forked_from", Text),
            Column("forked_seq", WHOLE),
            Column("left_at", WHOLE),
            sqlite_strict=True,
        ),
        Table(
            "journal",
            metadata,
            Column("origin", Text, primary_key=True),
            Column("seq", WHOLE, primary_key=True, autoincrement=False),
            Column("fact", Text, nullable=False),
            Column("kind", Text, nullable=False),
            Column("prev", LargeBinary, nullable=False),
            Column("content", LargeBinary, nullable=False),
            Column("digest", LargeBinary, nullable=False),
            Column("mac", LargeBinary),
            Index("ix_journal_fact", "fact"),
            sqlite_strict=True,
            sqlite_with_rowid=False,
        ),
        Table(
            "left_link",
            metadata,
            Column("origin", Text, primary_key=True),
            Column("seq", WHOLE, primary_key=True, autoincrement=False),
            Column("fact", Text, nullable=False),
            Column("kind", Text, nullable=False),
            Column("prev", LargeBinary, nullable=False),
            Column("content", LargeBinary, nullable=False),
            Column("digest", LargeBinary, nullable=False),
            Column("mac", LargeBinary),
            Column("left", WHOLE, nullable=False),
            sqlite_strict=True,
            sqlite_with_rowid=False,
        ),
        Table(
            "erased",
            metadata,
            Column("fact", Text, primary_key=True),
            Column("field", Text, primary_key=True),
            Column("told_by", Text, nullable=False),
            sqlite_strict=True,
            sqlite_with_rowid=False,
        ),
        Table(
            "fact",
            metadata,
            Column("id", Text, primary_key=True),
            Column("kind", Text, nullable=False),
            Column("grp", Text, nullable=False),
            Column("author", Text, nullable=False),
            Column("subject", Text, nullable=False),
            Column("happened", WHOLE, nullable=False),
            Column("stored", WHOLE, nullable=False),
            Column("content", LargeBinary, nullable=False),
            Column("body", Text, nullable=False),
            Column("far", Integer, nullable=False, server_default=text("0")),
            Index("ix_fact_subject", "subject"),
            sqlite_strict=True,
        ),
        Table(
            "personal",
            metadata,
            Column("fact", Text, primary_key=True),
            Column("field", Text, primary_key=True),
            Column("value", Text),
            Column("salt", LargeBinary, nullable=False),
            sqlite_strict=True,
            sqlite_with_rowid=False,
        ),
        Table(
            "standing",
            metadata,
            Column("fact", Text, primary_key=True),
            Column("verdict", Text, nullable=False),
            Column("reason", Text, nullable=False),
            Column("hub_us", WHOLE, nullable=False),
            Index("ix_standing_verdict", "verdict"),
            sqlite_strict=True,
        ),
        Table(
            "draft",
            metadata,
            Column("id", Text, primary_key=True),
            Column("kind", Text, nullable=False),
            Column("text", Text, nullable=False),
            Column("changed", WHOLE, nullable=False),
            sqlite_strict=True,
        ),
        Table(
            "cursor",
            metadata,
            Column("origin", Text, primary_key=True),
            Column("grp", Text, primary_key=True),
            Column("seq", WHOLE, nullable=False),
            sqlite_strict=True,
        ),
        Table(
            "serial",
            metadata,
            Column("kind", Text, primary_key=True),
            Column("day", Text, primary_key=True),
            Column("last", WHOLE, nullable=False),
            sqlite_strict=True,
        ),
        Table(
            "shape",
            metadata,
            Column("name", Text, primary_key=True),
            Column("shape", Text, nullable=False),
            sqlite_strict=True,
        ),
    )
    return {table.name: table for table in tables}


_OWN = "EXISTS (SELECT 1 FROM own_origin AS o WHERE o.origin = OLD.origin)"
_LEFT = (
    "EXISTS (SELECT 1 FROM left_link AS l WHERE l.origin = OLD.origin AND l.seq = OLD.seq AND l.digest = OLD.digest)"
)
_OWN_FACT = "EXISTS (SELECT 1 FROM journal AS j JOIN own_origin AS o ON o.origin = j.origin WHERE j.fact = OLD.{0})"

GUARDS = (
    # A link is written once; only a missing mac may be filled in when its person is proven.
    "CREATE TRIGGER IF NOT EXISTS journal_stays BEFORE UPDATE ON journal"
    " WHEN OLD.mac IS NOT NULL OR NEW.mac IS NULL"
    " OR (OLD.origin, OLD.seq, OLD.fact, OLD.kind, OLD.prev, OLD.content, OLD.digest)"
    " IS NOT (NEW.origin, NEW.seq, NEW.fact, NEW.kind, NEW.prev, NEW.content, NEW.digest)"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    # Copies of other people's facts may be purged with the rights to them; own facts never. A link that gave way to
    # another machine's of the same origin is kept as left before its place is given up.
    f"CREATE TRIGGER IF NOT EXISTS journal_kept BEFORE DELETE ON journal WHEN {_OWN} AND NOT {_LEFT}"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS left_link_stays BEFORE UPDATE ON left_link"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS left_link_kept BEFORE DELETE ON left_link"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS erased_stays BEFORE UPDATE ON erased BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS erased_kept BEFORE DELETE ON erased BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS fact_stays BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    f"CREATE TRIGGER IF NOT EXISTS fact_kept BEFORE DELETE ON fact"
    f" WHEN {_OWN_FACT.format('id')} BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    # The only change to a personal value is its erasure, with its salt, once the hub has said so.
    "CREATE TRIGGER IF NOT EXISTS personal_stays BEFORE UPDATE ON personal"
    " WHEN NEW.value IS NOT NULL OR NEW.salt IS NOT zeroblob(16)"
    " OR (OLD.fact, OLD.field) IS NOT (NEW.fact, NEW.field)"
    " OR NOT EXISTS (SELECT 1 FROM erased AS e WHERE e.fact = OLD.fact AND e.field = OLD.field)"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    f"CREATE TRIGGER IF NOT EXISTS personal_kept BEFORE DELETE ON personal"
    f" WHEN {_OWN_FACT.format('fact')} BEGIN SELECT RAISE(ABORT, 'append_only'); END",
    "CREATE TRIGGER IF NOT EXISTS own_origin_kept BEFORE DELETE ON own_origin"
    " BEGIN SELECT RAISE(ABORT, 'append_only'); END",
)
"""Append-only by trigger: a slip in our own code meets the database first."""
