"""The hub's schema: migrations give what the models say, SQL spells like Python, projections rebuild."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData

from agent_desk.base.errors import DeskError
from agent_desk.facts.body import canonical, content_digest
from agent_desk.facts.hub_kinds import HUB_KINDS
from agent_desk.facts.kind import Catalogue, FactKind, FieldType
from agent_desk.facts.link import delivery_key, forked_prev, link_digest, mac_of
from agent_desk.facts.projection import Projection
from agent_desk.hub import founding
from agent_desk.hub.audit import audit
from agent_desk.hub.projecting import projection_tables
from agent_desk.hub.tables import metadata
from tests.hub.centre import CATALOGUE, NOTE, RECEIPT, PgCentre, Seat, found_hub, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN
from tests.hub.test_row_rules import seen
from tests.peers.postgres import Database, PostgresServer


@pytest.fixture(scope="module")
def owner(postgres_server: PostgresServer) -> Iterator[psycopg.Connection[Any]]:
    with found_hub(postgres_server).connect(autocommit=True) as connection:
        yield connection


def differences(database: Database, catalogue: Catalogue) -> list[Any]:
    """What alembic would still change; parts of a partitioned table are no tables of the models."""
    models = MetaData(schema="desk")
    for table in (*metadata.tables.values(), *(table for _, table in projection_tables(catalogue))):
        table.to_metadata(models)
    connection = database.connect()

    def ours(thing: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
        return not (kind == "table" and reflected and compared is None and str(name).startswith(("fact_", "alembic_")))

    try:
        with founding.alchemy_engine(connection).connect() as bound:
            options = {
                "include_schemas": True,
                "include_object": ours,
                "include_name": lambda name, kind, _: kind != "schema" or name == "desk",
                "compare_type": True,
                "compare_server_default": True,
                "version_table_schema": "desk",
            }
            return list(compare_metadata(MigrationContext.configure(bound, opts=options), models))
    finally:
        connection.close()


def test_migrations_give_what_the_models_say(postgres_server: PostgresServer, fresh_database: Database) -> None:
    with fresh_database.connect(autocommit=True) as connection:
        founding.upgrade(connection, CATALOGUE)
    assert differences(fresh_database, CATALOGUE) == []
    with fresh_database.connect(autocommit=True) as connection:
        founding.upgrade(connection, CATALOGUE)
    assert differences(fresh_database, CATALOGUE) == []
    with fresh_database.connect(autocommit=True) as connection:
        connection.execute("alter table desk.seat add column surplus int")
        connection.execute("alter table desk.staff alter column name drop not null")
    assert len(differences(fresh_database, CATALOGUE)) == 2


def test_a_hub_of_a_newer_desk_is_left_alone(fresh_database: Database) -> None:
    with fresh_database.connect(autocommit=True) as connection:
        founding.upgrade(connection, CATALOGUE)
        connection.execute("update desk.alembic_version set version_num = '9999'")
        with pytest.raises(DeskError, match="hub_newer"):
            founding.upgrade(connection, CATALOGUE)


def test_only_a_superuser_sets_a_hub_up(postgres_hub: PgCentre) -> None:
    with pytest.raises((DeskError, psycopg.errors.InsufficientPrivilege)):
        founding.upgrade(postgres_hub.raw("8005"), CATALOGUE)


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
def test_the_hub_spells_as_the_seats_do(owner: psycopg.Connection[Any], value: Any) -> None:
    told = json.dumps(value, ensure_ascii=False)
    row = owner.execute("select desk.canonical(%s::jsonb), desk.saveable(%s)", (told, told)).fetchone()
    assert row == (canonical(value), True)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**65), 2**65) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=ANYTHING, separators=st.sampled_from([(",", ":"), (", ", " : "), (",\n", ":\t")]))
def test_the_hub_refuses_what_a_seat_would_not_save(
    owner: psycopg.Connection[Any], value: Any, separators: tuple[str, str]
) -> None:
    told = json.dumps({"fields": value}, ensure_ascii=False, separators=separators)
    try:
        canonical(value)
        saveable = True
    except DeskError:
        saveable = False
    told_in = (Path(founding.__file__).parent / "sql" / "30_push.sql").read_text(encoding="utf-8")
    quick = re.findall(r"body !~ '([^']+)'", told_in)[0]
    row = owner.execute("select desk.saveable(%s), %s ~ %s", (told, told, quick)).fetchall()[0]
    assert row[0] == saveable
    if not saveable:
        assert row[1], "the quick look must not pass what the slow one would stop"


def test_the_hubs_own_links_are_links_like_any_other(postgres_hub: PgCentre) -> None:
    with postgres_hub.owner() as owner:
        secret = owner.execute("select hub_secret from desk.secret").fetchall()[0][0]
        rows = owner.execute(
            "select j.origin::text, j.seq, j.prev, j.fact::text, j.content, j.kind, j.link, j.mac, f.body"
            " from desk.journal j join desk.fact f on f.id = j.fact order by j.seq"
        ).fetchall()
    before = bytes(32)
    assert len(rows) > 7
    for origin, seq, prev, fact, content, kind, link, mac, body in rows:
        assert canonical(json.loads(body)) == body
        assert content == content_digest(body)
        assert (prev, link) == (before, link_digest(origin, seq, prev, fact, content, kind))
        assert mac == mac_of(delivery_key(secret, origin), link)
        before = link


def test_a_forked_origin_hangs_on_the_link_it_goes_on_from(fresh_postgres_hub: PgCentre) -> None:
    """The journal is ready for forks: what a first link hangs on stands in the origin's row."""
    seat = Seat.of(fresh_postgres_hub.sign_in("8001"))
    seat.session.push([seat.write(NOTED, {"text": "old"})])
    fork = Seat.of(seat.session)
    fork.prev = forked_prev(seat.origin, 1, seat.prev)
    with fresh_postgres_hub.owner() as owner:
        owner.execute(
            "update desk.origin set forked_from = %s, forked_seq = 1, head_digest = %s where id = %s",
            (seat.origin, fork.prev, fork.origin),
        )
        assert [each.verdict.value for each in fork.session.push([fork.write(NOTED, {"text": "new"})])] == ["accepted"]
        assert audit(owner, CATALOGUE).problems == []


def test_a_projection_of_another_shape_is_made_again_from_the_facts(new_postgres_hub: NewHub) -> None:
    hub = new_postgres_hub()
    seat = Seat.of(hub.sign_in("8001"))
    seat.session.push([seat.write(WRITTEN, receipt(n, note=f"note {n}")) for n in range(30)])
    seat.session.push([seat.write("later.thing_done", {"size": 5}), seat.write(NOTED, {"text": "x"})])
    hub.close()
    columns = (("number", FieldType.TEXT), ("note", FieldType.TEXT), ("total", FieldType.FEN))
    changed = FactKind(
        WRITTEN, fields=RECEIPT.fields, optional=RECEIPT.optional, claim=RECEIPT.claim,
        projections=(Projection("test_receipt", columns, indexes=("note",)), RECEIPT.projections[1]),
    )  # fmt: skip
    later = Catalogue((*HUB_KINDS, changed, NOTE))
    with hub.owner() as owner:
        founding.upgrade(owner, later)
        rows = owner.execute("select number, note, total from desk.test_receipt order by number::int").fetchall()
        assert rows == [(str(n), f"note {n}", 100_000) for n in range(30)]
        assert audit(owner, later).problems == []
    assert len(seen(hub, "8002", "test_receipt")) == 0
    assert len(seen(hub, "8003", "test_receipt")) == 30
    seat = Seat(hub.sign_in("8001"), seat.me, seat.origin, seat.key, seat.seq, seat.prev)
    seat.session.push([seat.write(WRITTEN, receipt("after"))])
    assert len(seen(hub, "8003", "test_receipt")) == 31
    hub.close()


def test_a_projection_may_not_take_the_name_of_a_hub_table() -> None:
    clash = FactKind("x.done", projections=(Projection("secret", ()),))
    with pytest.raises(ValueError, match="secret"):
        projection_tables(Catalogue([clash]))


def test_facts_lie_in_the_month_of_their_id_and_strange_ids_in_the_default_part(fresh_postgres_hub: PgCentre) -> None:
    seat = Seat.of(fresh_postgres_hub.sign_in("8001"))
    strange = "ffffffff-0000-7000-8000-000000000000"
    seat.session.push([seat.write(NOTED, {"text": "x"}), seat.write(NOTED, {"text": "y"}, id=strange)])
    with fresh_postgres_hub.owner() as owner:
        rows = owner.execute("select tableoid::regclass::text, to_char(now() at time zone 'utc', 'YYYY_MM') from desk.fact"
                             " where author = %s order by id", (seat.me.staff,)).fetchall()  # fmt: skip
        assert rows == [(f"desk.fact_{rows[0][1]}", rows[0][1]), ("desk.fact_other", rows[0][1])]
        founding.upgrade(owner, CATALOGUE)


def test_append_only_holds_even_for_the_owner(fresh_postgres_hub: PgCentre) -> None:
    with fresh_postgres_hub.owner() as owner:
        owner.execute("set role desk_owner")
        for name in ("journal", "fact", "conflict", "ruling", "personal", "number_claim", "audience"):
            owner.execute("reset role")
            count = owner.execute(f"select count(*) from desk.{name}".encode()).fetchall()[0][0]
            for statement in (f"delete from desk.{name}", f"truncate desk.{name}"):
                if count or statement.startswith("truncate"):
                    with pytest.raises(psycopg.errors.Error, match="append_only"):
                        owner.execute(statement.encode())
        parts = owner.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'desk.fact'::regclass"
        ).fetchall()
        for (part,) in parts:
            with pytest.raises(psycopg.errors.Error, match="append_only"):
                owner.execute(f"truncate {part}".encode())
