"""The tables of a seat's store. The journal side is kept for ever; projections are disposable."""

from __future__ import annotations

from collections.abc import Mapping

SCHEMA_NUMBER = 2
"""Kept in ``PRAGMA user_version``. A store with a higher one belongs to a newer desk."""

TABLES: Mapping[str, str] = {
    "meta": ("CREATE TABLE meta (name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name)) STRICT"),
    "own_origin": (
        "CREATE TABLE own_origin ("
        'origin TEXT NOT NULL, opened INTEGER NOT NULL, "key" BLOB, code INTEGER, '
        "closed INTEGER NOT NULL DEFAULT 0, acked_seq INTEGER NOT NULL DEFAULT 0, forked_from TEXT, "
        "forked_seq INTEGER, left_at INTEGER, PRIMARY KEY (origin)"
        ") STRICT"
    ),
    "journal": (
        "CREATE TABLE journal ("
        "origin TEXT NOT NULL, seq INTEGER NOT NULL, fact TEXT NOT NULL, kind TEXT NOT NULL, "
        "prev BLOB NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL, mac BLOB, "
        "PRIMARY KEY (origin, seq)"
        ") WITHOUT ROWID, STRICT"
    ),
    "left_link": (
        "CREATE TABLE left_link ("
        "origin TEXT NOT NULL, seq INTEGER NOT NULL, fact TEXT NOT NULL, kind TEXT NOT NULL, "
        "prev BLOB NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL, mac BLOB, "
        '"left" INTEGER NOT NULL, PRIMARY KEY (origin, seq)'
        ") WITHOUT ROWID, STRICT"
    ),
    "erased": (
        "CREATE TABLE erased ("
        "fact TEXT NOT NULL, field TEXT NOT NULL, told_by TEXT NOT NULL, PRIMARY KEY (fact, field)"
        ") WITHOUT ROWID, STRICT"
    ),
    "fact": (
        "CREATE TABLE fact ("
        "id TEXT NOT NULL, kind TEXT NOT NULL, grp TEXT NOT NULL, author TEXT NOT NULL, "
        "subject TEXT NOT NULL, happened INTEGER NOT NULL, stored INTEGER NOT NULL, "
        "content BLOB NOT NULL, body TEXT NOT NULL, far INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (id)"
        ") STRICT"
    ),
    "personal": (
        "CREATE TABLE personal ("
        "fact TEXT NOT NULL, field TEXT NOT NULL, value TEXT, salt BLOB NOT NULL, "
        "PRIMARY KEY (fact, field)"
        ") WITHOUT ROWID, STRICT"
    ),
    "standing": (
        "CREATE TABLE standing ("
        "fact TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, hub_us INTEGER NOT NULL, "
        "PRIMARY KEY (fact)"
        ") STRICT"
    ),
    "draft": (
        "CREATE TABLE draft ("
        "id TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, changed INTEGER NOT NULL, "
        "PRIMARY KEY (id)"
        ") STRICT"
    ),
    "cursor": (
        "CREATE TABLE cursor ("
        "origin TEXT NOT NULL, grp TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (origin, grp)"
        ") STRICT"
    ),
    "serial": (
        "CREATE TABLE serial ("
        "kind TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (kind, day)"
        ") STRICT"
    ),
    "shape": ("CREATE TABLE shape (name TEXT NOT NULL, shape TEXT NOT NULL, PRIMARY KEY (name)) STRICT"),
}
"""Everything that is not a projection; times are µs since 1970 UTC."""

INDEXES = (
    "CREATE INDEX ix_journal_fact ON journal (fact)",
    "CREATE INDEX ix_fact_subject ON fact (subject)",
    "CREATE INDEX ix_standing_verdict ON standing (verdict)",
)

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
