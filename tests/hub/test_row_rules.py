"""Who sees and may do what: real logins against everything the database's own catalogue lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE
from agent_desk.facts.body import parse
from agent_desk.facts.personal import seal
from agent_desk.hub.people import People
from tests.hub.centre import CATALOGUE, GRANTS, PgCentre, Seat, add_centre, presence, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN, poison

PEOPLE = tuple(GRANTS)
PROJECTIONS = frozenset(projection.name for projection in CATALOGUE.projections)
RULED = frozenset({"journal", "fact", "conflict", "ruling", "personal"}) | PROJECTIONS
TOLD = RULED | {"audience", "presence", "readable"}
VERBS = frozenset({
    "push", "beat", "pull", "pull_subject", "present", "open_origin", "own_digests", "take_bundle", "staff_add",
    "staff_set", "staff_list", "password_set", "group_set", "group_list", "seat_enrol", "centre_set",
    "erase", "erase_subject", "rule", "held_list", "offer", "name_hole",
})  # fmt: skip


@dataclass
class House:
    """Two centres in one hub, with facts of every sort in both."""

    here: PgCentre
    there: PgCentre
    seats: dict[str, Seat]
    shared: str
    """Subject of the hall shared to the line."""


@pytest.fixture(scope="module")
def house(new_postgres_hub: NewHub) -> House:
    here = new_postgres_hub()
    there = add_centre(here.database, "Another centre")
    seats = {number: Seat.of(here.sign_in(number)) for number in PEOPLE}
    strangers = [Seat.of(there.sign_in(number)) for number in ("8001", "8002")]
    for seat in (*strangers, *(seats[number] for number in ("8001", "8002", "8003", "8006"))):
        links = [seat.write(WRITTEN, receipt(n), (seal("payer", f"客户{n}"),)) for n in range(3)]
        spoilt = [link for link, _ in poison(seat)[:8]]
        seat.seq, seat.prev = spoilt[-1].link.seq, spoilt[-1].link.digest
        seat.session.push([*links, *spoilt])
        one = seat.body(NOTED, {"text": "one"})
        texts = [one.text(), one.text().replace("one", "two")]
        seat.session.push([seat.link(text, one.id, NOTED) for text in texts])
    subject = seats["8001"].write(NOTED, {"text": "to be handed over"})
    shared = parse(subject.body).subject
    share = seats["8001"].write("subject.shared", {"to_group": "line"}, subject=shared)
    assert [each.verdict.value for each in seats["8001"].session.push([subject, share])] == ["accepted"] * 2
    here.close()
    there.close()
    return House(here, there, seats, shared)


@pytest.fixture
def owner(house: House) -> Iterator[psycopg.Connection[Any]]:
    with house.here.owner() as connection:
        yield connection


@pytest.fixture
def closing(house: House) -> Iterator[None]:
    yield
    house.here.close()
    house.there.close()


def relations(owner: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    """Every table, partition, view and sequence of the hub, in whatever schema of ours."""
    return owner.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and n.nspname not in ('pg_catalog', 'information_schema')"
        " and n.nspname not like 'pg_toast%' order by 1, 2"
    ).fetchall()


def columns(owner: psycopg.Connection[Any], name: str) -> list[str]:
    rows = owner.execute(
        "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
        (f"desk.{name}",),
    ).fetchall()
    return [row[0] for row in rows]


def may_see(row: dict[str, Any], me: Seat, shared: str, my_groups: set[str], sees_all: bool) -> bool:
    """The row rule, written down a second time."""
    told = {name: str(value) for name, value in row.items()}
    if told["centre"] != me.me.centre:
        return False
    return (
        told["author"] == me.me.staff
        or told["grp"] in my_groups | {"*", f"@{me.me.staff}"}
        or sees_all
        or told.get("reader") == me.me.staff
        or (told["subject"] == shared and told["grp"] == "hall" and "line" in my_groups)
    )


def seen(hub: PgCentre, number: str, name: str) -> list[str]:
    """What the verbs that read for a person would find in a table: asked as desk_reader, on their session."""
    with hub.owner() as owner:
        owner.execute("create schema if not exists trial")
        owner.execute("grant usage on schema trial to public")
        owner.execute(
            "create or replace function trial.seen(name text) returns setof text language plpgsql security definer as"
            " 'begin return query execute format(''select t::text from desk.%I t'', name); end'"
        )
        owner.execute("alter function trial.seen(text) owner to desk_reader")
    rows = hub.raw(number).execute("select * from trial.seen(%s)", (name,)).fetchall()
    return sorted(row[0] for row in rows)


@pytest.mark.parametrize("number", PEOPLE)
def test_everybody_sees_exactly_their_rows(
    house: House, owner: psycopg.Connection[Any], closing: None, number: str
) -> None:
    me = house.seats[number]
    groups = {group for group, role in GRANTS[number].items() if group != "*" and role != "admin"}
    sees_all = GRANTS[number].get("*") == "manager"
    for name in sorted(RULED):
        listed = columns(owner, name)
        names = sql.SQL(", ").join(map(sql.Identifier, listed))
        everything = owner.execute(
            sql.SQL("select {}, t::text from desk.{} t").format(names, sql.Identifier(name))
        ).fetchall()
        wanted = [
            row
            for row in everything
            if may_see(dict(zip(listed, row, strict=False)), me, house.shared, groups, sees_all)
        ]
        assert seen(house.here, number, name) == sorted(row[-1] for row in wanted), name
        house.here.close()
        if name in {"journal", "fact"}:
            assert 0 < len(wanted) < len(everything)


def test_the_rule_has_something_to_hide_from_everybody(house: House, closing: None) -> None:
    counts = {number: len(seen(house.here, number, "fact")) for number in PEOPLE}
    assert counts["8004"] > counts["8003"] > counts["8002"] > counts["8005"]


@pytest.mark.parametrize("number", PEOPLE)
def test_nothing_can_be_read_or_changed_past_the_verbs(
    house: House, owner: psycopg.Connection[Any], closing: None, number: str
) -> None:
    raw = house.here.raw(number)
    listed = relations(owner)
    assert {name for schema, name in listed if schema == "desk"} > TOLD
    allowed = []
    for schema, name in listed:
        place = sql.Identifier(schema, name)
        column = sql.Identifier(columns(owner, name)[0] if schema == "desk" else "x")
        tries = {
            "select": sql.SQL("select * from {}").format(place),
            "insert": sql.SQL("insert into {} default values").format(place),
            "update": sql.SQL("update {} set {} = null").format(place, column),
            "delete": sql.SQL("delete from {}").format(place),
            "truncate": sql.SQL("truncate {}").format(place),
            "lock": sql.SQL("lock table {} in row exclusive mode").format(place),
            "copy to": sql.SQL("copy {} to stdout").format(place),
            "copy from": sql.SQL("copy {} from stdin").format(place),
        }
        for what, statement in tries.items():
            try:
                if what.startswith("copy"):
                    with raw.cursor().copy(statement) as copied:
                        if what == "copy to":
                            list(copied.rows())
                else:
                    with raw.transaction():
                        raw.execute(statement)
                        raise psycopg.Rollback
                allowed.append((name, what))
            except errors.InsufficientPrivilege:
                pass
            except (errors.ObjectNotInPrerequisiteState, errors.WrongObjectType):
                assert name == "readable"  # a view over several tables: nothing can be written to it at all
                assert what != "select"
    assert allowed == []


def test_only_the_verbs_can_be_called(house: House, owner: psycopg.Connection[Any], closing: None) -> None:
    login = house.here.seat_file.login("8004")
    rows = owner.execute(
        "select n.nspname, p.proname, p.oid::regprocedure::text, has_function_privilege(%s, p.oid, 'execute')"
        "  and has_schema_privilege(%s, n.oid, 'usage')"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname not in ('pg_catalog', 'information_schema', 'trial')", (login, login),
    ).fetchall()  # fmt: skip
    assert len(rows) > 60
    assert {name for _, name, _, callable_ in rows if callable_} == VERBS
    raw = house.here.raw("8004")
    for schema, name, signature, callable_ in rows:
        if callable_ or "trigger" in signature or name == "refuse_change":
            continue
        types = signature.split("(", 1)[1].rstrip(")").split(",")
        given = ", ".join(f"null::{each}" for each in types if each)
        with pytest.raises(
            (errors.InsufficientPrivilege, errors.UndefinedObject), match=r"permission denied|does not exist"
        ):
            raw.execute(f"select {schema}.{name}({given})".encode())


def test_definer_verbs_are_pinned_and_owned_by_roles_nobody_can_be(owner: psycopg.Connection[Any]) -> None:
    rows = owner.execute(
        "select p.proname, r.rolname, p.proconfig, r.rolcanlogin or r.rolsuper or r.rolbypassrls"
        " from pg_proc p join pg_roles r on r.oid = p.proowner"
        " where p.pronamespace = 'desk'::regnamespace and p.prosecdef"
    ).fetchall()
    assert len(rows) > 15
    for name, role, settings, mighty in rows:
        assert role in {"desk_engine", "desk_registrar", "desk_reader"} or (name, role) == (
            "partitions_ahead",
            "desk_owner",
        )
        assert not mighty
        pinned = {"search_path=pg_catalog, desk, pg_temp", "standard_conforming_strings=on", "row_security=on"}
        assert pinned < set(settings), name
    for table, security, forced in owner.execute(
        "select relname, relrowsecurity, relforcerowsecurity from pg_class"
        " where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p')"
    ).fetchall():
        assert security, table
        assert forced, table
    views = owner.execute(
        "select relname, reloptions from pg_class where relnamespace = 'desk'::regnamespace and relkind = 'v'"
    ).fetchall()
    assert views
    assert all("security_invoker=true" in options for _, options in views)
    assert owner.execute("select count(*) from pg_auth_members m join pg_roles r on r.oid = m.roleid"
                         " where r.rolname in ('desk_owner', 'desk_engine', 'desk_registrar')").fetchone() == (0,)  # fmt: skip


FORBIDDEN = (
    "create temp table t (x int)",
    "create table t (x int)",
    "create table desk.t (x int)",
    "create table desk_ext.t (x int)",
    "create view desk.v as select 1",
    "create function desk.f() returns int language sql as 'select 1'",
    "create function pg_temp.f() returns int language sql as 'select 1'",
    "create schema s",
    "create extension dblink",
    "create role r",
    "create database d",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'x')",
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '/tmp/x')",
    "select lo_open(1, 131072)",
    "select loread(0, 1)",
    "select lo_get(1)",
    "select * from pg_largeobject",
    "select * from pg_largeobject_metadata",
    "select * from pg_authid",
    "select * from pg_shadow",
    "select * from pg_roles",
    "select * from pg_user",
    "select * from pg_group",
    "select * from pg_auth_members",
    "select * from pg_stat_activity",
    "select * from pg_stat_get_activity(null)",
    "select * from pg_hba_file_rules",
    "select * from pg_file_settings",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "copy (select 1) to program 'id'",
    "copy (select 1) to '/tmp/x'",
    "set role desk_owner",
    "set role desk_engine",
    "set role desk_registrar",
    "set session authorization postgres",
    "set session_replication_role = replica",
    "drop owned by desk_member",
    "drop owned by current_user",
    "revoke execute on function desk.push(uuid, text) from desk_member",
    "select pg_advisory_lock(1)",
    "select pg_try_advisory_xact_lock(1, 2)",
    "explain select * from desk.personal",
    "table desk.presence",
    "alter role desk_owner login",
    "alter table desk.fact disable row level security",
    "drop table desk.fact",
    "drop function desk.push(uuid, text)",
    "alter function desk.push(uuid, text) security invoker",
    "create policy p on desk.fact using (true)",
    "create trigger t before insert on desk.fact execute function desk.refuse_change()",
    "grant select on desk.secret to public",
    "comment on table desk.fact is 'x'",
    "alter system set log_statement = 'none'",
    "select desk_ext.hmac('x', 'y', 'sha256')",
    "select pg_logical_emit_message(false, 'a', 'b')",
    "checkpoint",
)


def tried(raw: psycopg.Connection[Any], statement: str) -> bool:
    """Whether the server did it; every refusal is one of rights."""
    try:
        raw.execute(statement.encode())
    except (errors.InsufficientPrivilege, errors.InvalidSchemaName):
        return False
    except psycopg.Error as problem:
        if problem.sqlstate == "AD007":
            return False
        raise
    return True


@pytest.mark.parametrize("number", PEOPLE)
def test_nobody_steps_beside_the_rules(house: House, closing: None, number: str) -> None:
    raw = house.here.raw(number)
    assert [statement for statement in FORBIDDEN if tried(raw, statement)] == []
    raw.execute("set role desk_member")
    assert not any(tried(raw, statement) for statement in FORBIDDEN)


def test_a_login_tells_nothing_and_holds_three_sessions(
    house: House, owner: psycopg.Connection[Any], closing: None
) -> None:
    login = house.here.seat_file.login("8001")
    assert login.startswith("desk_")
    assert "8001" not in login
    row = owner.execute("select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolconnlimit"
                        " from pg_roles where rolname = %s", (login,)).fetchone()  # fmt: skip
    assert row == (False, False, False, False, False, 3)
    member_of = owner.execute(
        "select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid"
        " join pg_roles s on s.oid = m.member where s.rolname = %s",
        (login,),
    ).fetchall()
    assert member_of == [("desk_member",)]


def test_error_texts_betray_nothing_of_other_groups(
    house: House, owner: psycopg.Connection[Any], closing: None
) -> None:
    raw = house.here.raw("8002")
    mine = "\n".join(seen(house.here, "8002", "fact"))
    everything = owner.execute(
        "select id::text, body, subject::text, author::text, origin::text from desk.fact"
    ).fetchall()
    hidden = [row for row in everything if row[0] not in mine]
    assert hidden
    secrets = {value for row in hidden for value in row}
    visible = mine + "\n".join(seen(house.here, "8002", "journal"))
    secrets = {each for each in secrets if each not in visible}
    assert len(secrets) > len(hidden)
    origin, fact = house.seats["8001"].origin, hidden[0][0]
    tries = (
        "select count(*) from desk.fact where body::integer = 1",
        "select 1 / (case when body like '%北京%' then 0 else 1 end) from desk.fact where grp <> '*'",
        f"select desk.open_origin('{origin}', '1')",
        f"select desk.push('{origin}', '[]')",
        f"select desk.own_digests('{origin}', '{{1}}')",
        f"select desk.open_origin(gen_random_uuid(), '1', '{origin}', 1, 'x')",
        "select desk.take_bundle('{}')",
        f"select desk.offer('{origin}', '[]')",
        f"select desk.name_hole('{origin}', 1, 1, 'x')",
        "select desk.staff_set('8001', 'x', true, null)",
        "select desk.password_set('8001', 'x')",
        f"insert into desk.fact (id) values ('{fact}')",
        "select desk.beat('[]', '{}')",
        'select desk.beat(\'{"since": "x"}\', \'[{"o": 1}]\')',
        f"select * from desk.pull('{origin}', 'hall', 0, 9999, 10)",
        f"select * from desk.pull('{origin}', 'line', 0, 9999, -1)",
    )
    for statement in tries:
        try:
            told = str(raw.execute(statement.encode()).fetchall())
        except psycopg.Error as problem:
            told = f"{problem} {problem.diag.message_detail} {problem.diag.context}"
        for secret in secrets:
            assert secret in statement or secret not in told, (statement, secret)


def test_another_hubs_login_does_not_enter_here(house: House, new_postgres_hub: NewHub) -> None:
    elsewhere = new_postgres_hub()
    login = elsewhere.seat_file.login("8004")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        house.here.database.connect(user=login, password=elsewhere.passwords["8004"])
    with house.here.owner() as owner:  # and if the database were left open, as a restore leaves it
        owner.execute(
            sql.SQL("grant connect on database {} to public").format(sql.Identifier(house.here.database.name))
        )
        raw = house.here.database.connect(autocommit=True, user=login, password=elsewhere.passwords["8004"])
        try:
            for name in sorted(TOLD):
                with pytest.raises(errors.InsufficientPrivilege):
                    raw.execute(f"select count(*) from desk.{name}".encode())
            for call in (
                "desk.beat('{}', '[]')",
                "desk.staff_list()",
                f"desk.push('{house.seats['8001'].origin}', '[]')",
            ):
                with pytest.raises(psycopg.Error, match="rights"):
                    raw.execute(f"select {call}".encode())
            assert raw.execute("select * from desk.pull_subject(gen_random_uuid())").fetchall() == []
            assert raw.execute("select * from desk.present()").fetchall() == []
        finally:
            raw.close()
            owner.execute(
                sql.SQL("revoke connect on database {} from public").format(sql.Identifier(house.here.database.name))
            )


def test_who_is_dismissed_reads_nothing_in_an_open_session(new_postgres_hub: NewHub) -> None:
    hub = new_postgres_hub()
    with hub.owner() as owner:
        origin = owner.execute("select hub_origin::text from desk.centre").fetchall()[0][0]
    session = hub.sign_in("8003")
    assert session.pull(origin, EVERYONE, 0, 99)
    People(hub.sign_in("8005")).set("8003", active=False)
    with pytest.raises(DeskError, match=r"hub_refused|hub_away"):  # the session is over, or its rights are
        session.pull(origin, EVERYONE, 0, 99)
    with pytest.raises(DeskError, match="sign_in_refused"):
        hub.sign_in("8003")
    hub.close()


def test_a_leader_sees_who_sits_where_and_an_agent_only_themselves(new_postgres_hub: NewHub) -> None:
    hub = new_postgres_hub()
    for number in PEOPLE:
        hub.sign_in(number).beat(presence(f"seat of {number}"), [])
    found = {
        number: {row[0] for row in hub.raw(number).execute("select seat from desk.present()").fetchall()}
        for number in PEOPLE
    }
    assert found["8001"] == {"seat of 8001"}
    assert found["8003"] == {f"seat of {number}" for number in ("8001", "8003", "8006")}
    assert found["8004"] == {f"seat of {number}" for number in PEOPLE}
    hub.close()
