"""The hub's own tables: journals, facts, people and seats. Projections come from the kinds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

SCHEMA = "desk"

metadata = MetaData(schema=SCHEMA)


def _id(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Uuid(as_uuid=False), nullable=null)


def _text(name: str, *, null: bool = False, default: str | None = None) -> Column[Any]:
    return Column(name, Text(), nullable=null, server_default=default)


def _whole(name: str, *, null: bool = False, default: str | None = None) -> Column[Any]:
    return Column(name, BigInteger(), nullable=null, server_default=default)


def _bytes(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, LargeBinary(), nullable=null)


def _flag(name: str, default: str) -> Column[Any]:
    return Column(name, Boolean(), nullable=False, server_default=default)


def _row_rule() -> list[Column[Any]]:
    """What row rules read: frozen in the row when it is written."""
    return [_text("grp"), _id("author"), _id("subject"), _id("reader", null=True)]


centre = Table(
    "centre", metadata,
    _id("id"), _text("name"), _text("salt"), _text("recovery_key"), _id("hub_origin"),
    _whole("founded"),
    PrimaryKeyConstraint("id"),
)  # fmt: skip
"""``salt``: mixed into login names, so that they tell nothing. Times are µs since 1970 UTC."""

state = Table(
    "state", metadata,
    _id("centre"), _text("epoch"), _flag("opened", "true"), _whole("last_code", default="0"),
    _whole("last_stamp", default="0"), _whole("grace_us", default="604800000000"),
    _text("oldest_client", default=""), _text("home", default=""),
    _whole("restored", null=True), _whole("healed", null=True),
    PrimaryKeyConstraint("centre"),
)  # fmt: skip
"""What changes about a centre. ``epoch`` is new after a restore; seats then send again.

``home`` names the cluster and database it is open in: anywhere else it is a copy, and closed. ``restored``
and ``healed`` are when it last came back from a backup, and when it opened again (µs since 1970 UTC).
"""

secret = Table(
    "secret", metadata, _id("centre"), _bytes("hub_secret"), PrimaryKeyConstraint("centre"),
)  # fmt: skip

staff = Table(
    "staff", metadata,
    _id("centre"), _id("id"), _text("number"), _text("name"), _text("login"),
    _flag("active", "true"), _whole("ended", null=True), _whole("grants_version", default="1"),
    PrimaryKeyConstraint("centre", "id"),
    UniqueConstraint("centre", "number", name="staff_number_key"),
    UniqueConstraint("login", name="staff_login_key"),
)  # fmt: skip

staff_right = Table(
    "staff_right", metadata,
    _id("centre"), _id("staff"), _text("grp"), _text("role"), _whole("since"),
    _whole("until", null=True),
    PrimaryKeyConstraint("centre", "staff", "grp", "role", "since"),
)  # fmt: skip
"""A right is never deleted: it ends, and what was written before it ended still counts."""

staff_group = Table(
    "staff_group", metadata,
    _id("centre"), _text("code"), _text("name"), PrimaryKeyConstraint("centre", "code"),
)  # fmt: skip

seat = Table(
    "seat", metadata,
    _id("centre"), _text("number"), _text("name"), _whole("enrolled"),
    PrimaryKeyConstraint("centre", "number"),
)  # fmt: skip

origin = Table(
    "origin", metadata,
    _id("id"), _id("centre"), _id("staff"), _text("seat"), _whole("code"), _whole("opened"),
    _whole("head_seq", default="0"), _bytes("head_digest"), _id("forked_from", null=True),
    _whole("forked_seq", null=True),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("centre", "code", name="origin_code_key"),
    Index("ix_origin_staff", "centre", "staff"),
)  # fmt: skip
"""``head_digest`` starts as what the first link hangs on (zeros, or the forked link's name)."""

head = Table(
    "head", metadata,
    _id("centre"), _id("origin"), _text("grp"), _whole("seq"),
    PrimaryKeyConstraint("centre", "origin", "grp"),
)  # fmt: skip

journal = Table(
    "journal", metadata,
    _id("centre"), _id("origin"), _whole("seq"), _id("fact"), _text("kind"), *_row_rule(),
    _bytes("prev"), _bytes("content"), _bytes("link"), _bytes("mac", null=True),
    _text("verdict"), _text("reason"), _id("delivered_by"), _whole("received"),
    PrimaryKeyConstraint("origin", "seq"),
)  # fmt: skip

fact = Table(
    "fact", metadata,
    _id("centre"), _id("id"), _text("kind"), *_row_rule(),
    _whole("happened"), _whole("keyed"), _whole("stamp"), _text("body"), _bytes("raw", null=True),
    _bytes("content"), _id("origin"), _whole("seq"), _whole("received"),
    PrimaryKeyConstraint("centre", "id"),
    Index("ix_fact_subject", "subject"),
    postgresql_partition_by="RANGE (id)",
)  # fmt: skip
"""``raw`` holds the bytes of a body that is no text PostgreSQL can keep; ``body`` is then ''."""

archived = Table(
    "archived", metadata,
    _id("centre"), _id("id"), _text("grp"), _id("author"), _id("subject"), _bytes("content"),
    _id("origin"), _whole("seq"), _text("part"),
    PrimaryKeyConstraint("centre", "id"),
    Index("ix_archived_subject", "subject"),
    Index("ix_archived_part", "part"),
)  # fmt: skip
"""Facts whose month was taken out of the hub: enough to know them again when they are delivered once more."""

conflict = Table(
    "conflict", metadata,
    _id("centre"), _id("origin"), _whole("seq"), _id("fact"), *_row_rule(),
    _text("body"), _bytes("raw", null=True), Column("personal", JSONB(), nullable=True),
    PrimaryKeyConstraint("origin", "seq"),
)  # fmt: skip
"""Bodies that came under an id already taken by another content: kept, never put in place."""

ruling = Table(
    "ruling",
    metadata,
    _id("centre"),
    _id("origin"),
    _whole("seq"),
    _id("fact"),
    *_row_rule(),
    _text("verdict"),
    _id("told_by"),
    _whole("made"),
    PrimaryKeyConstraint("origin", "seq"),
)
"""What became of a held link afterwards; ``told_by`` is the hub fact that says so."""

personal = Table(
    "personal", metadata,
    _id("centre"), _id("fact"), _text("field"), *_row_rule(), _text("value", null=True),
    _bytes("salt"),
    PrimaryKeyConstraint("centre", "fact", "field"),
)  # fmt: skip

number_claim = Table(
    "number_claim", metadata,
    _id("centre"), _text("book"), _text("number"), _id("fact"), _id("subject"),
    PrimaryKeyConstraint("centre", "book", "number"),
)  # fmt: skip

audience = Table(
    "audience",
    metadata,
    _id("centre"),
    _id("subject"),
    _text("grp"),
    _text("from_grp"),
    _id("fact"),
    PrimaryKeyConstraint("centre", "subject", "grp", "from_grp"),
)
"""Which other groups may read what one group writes of a subject, and the fact that said so."""

kind = Table(
    "kind", metadata,
    _text("name"), Column("version", Integer(), nullable=False),
    Column("writers", ARRAY(Text()), nullable=False),
    Column("keep_days", Integer(), nullable=False),
    _text("claim_book", null=True), _text("claim_number", null=True),
    _flag("widens", "false"), _flag("hub_only", "false"),
    Column("retain_days", Integer(), nullable=False, server_default="0"),
    PrimaryKeyConstraint("name"),
)  # fmt: skip

projection = Table(
    "projection", metadata, _text("name"), _text("shape"), PrimaryKeyConstraint("name"),
)  # fmt: skip
"""Which declaration each projection table was made from."""

presence = Table(
    "presence", metadata,
    _id("centre"), _text("seat"), _id("staff"), _text("state"), _whole("since"),
    _whole("unsent"), _whole("oldest_unsent"), _text("client"),
    Column("said", JSONB(), nullable=False), _whole("beaten"),
    PrimaryKeyConstraint("centre", "seat", "staff"),
    prefixes=["UNLOGGED"],
)  # fmt: skip

offered = Table(
    "offered", metadata,
    _id("centre"), _id("origin"), _whole("seq"), _id("fact"), _text("kind"),
    _bytes("prev"), _bytes("content"), _bytes("link"), _bytes("mac"), _text("body"),
    _bytes("raw", null=True), Column("personal", JSONB(), nullable=True),
    _id("offered_by"), _whole("received"),
    PrimaryKeyConstraint("origin", "seq"),
)  # fmt: skip
"""Links that seats still hold and a restored hub lost, waiting until the ones before them are here or named."""

hole = Table(
    "hole", metadata,
    _id("centre"), _id("origin"), _whole("first"), _whole("last"), _id("told_by"), _whole("made"),
    PrimaryKeyConstraint("origin", "first"),
)  # fmt: skip
"""Links of an origin, ``first`` … ``last``, that nobody holds any more: named by the hub fact ``told_by``."""

erased = Table(
    "erased", metadata,
    _id("centre"), _id("fact"), _text("field"), _id("told_by"), _whole("made"),
    PrimaryKeyConstraint("centre", "fact", "field"),
)  # fmt: skip
"""Personal values that must not come back, whoever delivers them later; ``told_by`` is the hub fact."""

ROW_RULED = (journal, fact, conflict, ruling, personal)
"""Tables a person may read row by row, besides the projections."""
APPEND_ONLY = (journal, fact, conflict, ruling, personal, number_claim, audience, hole, erased)
