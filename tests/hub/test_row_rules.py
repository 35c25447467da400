"""Who sees and may do what: real logins against everything the database's own catalogue lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from agent_desk.facts.body import parse
from agent_desk.facts.personal import seal
from tests.hub.centre import CATALOGUE, GRANTS, PgCentre, Seat, add_centre, receipt
from tests.hub.conftest import NewHub
from tests.hub.test_push import NOTED, WRITTEN, poison

PEOPLE = tuple(GRANTS)
PROJECTIONS = frozenset(projection.name for projection in CATALOGUE.projections)
RULED = frozenset({"journal", "fact", "conflict", "ruling", "personal"}) | PROJECTIONS
READABLE = RULED | {"audience", "presence", "readable"}
VERBS = frozenset({
    "push", "beat", "pull", "pull_subject", "open_origin", "staff_add", "staff_set", "staff_list", "password_set",
    "group_set", "group_list", "seat_enrol", "my_staff", "my_centre", "my_groups", "i_see_all", "my_people", "kept",
    "keep_days", "now_us",
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
        or (told["subject"] == shared and "line" in my_groups)
    )


@pytest.mark.parametrize("number", PEOPLE)
def test_everybody_sees_exactly_their_rows(
    house: House, owner: psycopg.Connection[Any], closing: None, number: str
) -> None:
    me, raw = house.seats[number], house.here.raw(number)
    groups = {group for group, role in GRANTS[number].items() if group != "*" and role != "admin"}
    sees_all = GRANTS[number].get("*") == "manager"
    for name in sorted(RULED):
        listed = columns(owner, name)
        names = sql.SQL(", ").join(map(sql.Identifier, listed))
        query = sql.SQL("select {} from desk.{}").format(names, sql.Identifier(name))
        everything = owner.execute(query).fetchall()
        wanted = [
            row
            for row in everything
            if may_see(dict(zip(listed, row, strict=True)), me, house.shared, groups, sees_all)
        ]
        seen = raw.execute(query).fetchall()
        assert sorted(map(repr, seen)) == sorted(map(repr, wanted)), name
        with raw.cursor().copy(sql.SQL("copy desk.{} to stdout").format(sql.Identifier(name))) as copied:
            # A partitioned table keeps its rows in parts, and COPY under row rules reads only itself.
            assert sum(1 for _ in copied.rows()) == (0 if name == "fact" else len(wanted)), name
        if name in {"journal", "fact"}:
            assert 0 < len(wanted) < len(everything)


def test_the_rule_has_something_to_hide_from_everybody(house: House, closing: None) -> None:
    counts = {number: len(house.here.raw(number).execute("select from desk.fact").fetchall()) for number in PEOPLE}
    assert counts["8004"] > counts["8003"] > counts["8002"] > counts["8005"]
    assert counts["8001"] == counts["8003"]


@pytest.mark.parametrize("number", PEOPLE)
def test_nothing_can_be_read_or_changed_past_the_verbs(
    house: House, owner: psycopg.Connection[Any], closing: None, number: str
) -> None:
    raw = house.here.raw(number)
    listed = relations(owner)
    assert {name for schema, name in listed if schema == "desk"} > READABLE
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
            except (errors.WrongObjectType, errors.ObjectNotInPrerequisiteState):
                assert name == "readable", (name, what)  # a view is no table; select is in the list
    wanted = {(name, "select") for name in READABLE} | {(name, "copy to") for name in READABLE - {"readable"}}
    assert set(allowed) - {("readable", "lock")} == wanted


def test_only_the_verbs_can_be_called(house: House, owner: psycopg.Connection[Any], closing: None) -> None:
    login = house.here.seat_file.login("8004")
    rows = owner.execute(
        "select n.nspname, p.proname, p.oid::regprocedure::text, has_function_privilege(%s, p.oid, 'execute')"
        "  and has_schema_privilege(%s, n.oid, 'usage')"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname not in ('pg_catalog', 'information_schema')", (login, login),
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
        assert role in {"desk_engine", "desk_registrar"} or (name, role) == ("partitions_ahead", "desk_owner")
        assert not mighty
        assert "search_path=pg_catalog, desk, pg_temp" in settings, name
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


@pytest.mark.parametrize("number", PEOPLE)
def test_nobody_steps_beside_the_rules(house: House, closing: None, number: str) -> None:
    raw = house.here.raw(number)
    done = []
    for statement in FORBIDDEN:
        try:
            raw.execute(statement.encode())
            done.append(statement)
        except (errors.InsufficientPrivilege, errors.InvalidSchemaName):
            pass
    assert done == []
    assert raw.execute("show row_security").fetchone() == ("on",)
    raw.execute("set row_security = off")
    with pytest.raises(errors.InsufficientPrivilege):
        raw.execute("select * from desk.fact")


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
    mine = {row[0] for row in raw.execute("select id::text from desk.fact").fetchall()}
    everything = owner.execute(
        "select id::text, body, subject::text, author::text, origin::text from desk.fact"
    ).fetchall()
    hidden = [row for row in everything if row[0] not in mine]
    assert hidden
    secrets = {value for row in hidden for value in row}
    visible = str(raw.execute("select * from desk.journal j left join desk.fact f on f.id = j.fact").fetchall())
    secrets = {each for each in secrets if each not in visible}
    assert len(secrets) > len(hidden)
    origin, fact = house.seats["8001"].origin, hidden[0][0]
    tries = (
        "select count(*) from desk.fact where body::integer = 1",
        "select 1 / (case when body like '%北京%' then 0 else 1 end) from desk.fact where grp <> '*'",
        f"select desk.open_origin('{origin}', '1')",
        f"select desk.push('{origin}', '[]')",
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


def test_another_hubs_login_finds_nothing_here(house: House, new_postgres_hub: NewHub) -> None:
    elsewhere = new_postgres_hub()
    login = elsewhere.seat_file.login("8004")
    raw = house.here.database.connect(autocommit=True, user=login, password=elsewhere.passwords["8004"])
    try:
        for name in sorted(READABLE):
            assert raw.execute(f"select count(*) from desk.{name}".encode()).fetchone() == (0,)
        for call in ("desk.beat('{}', '[]')", "desk.staff_list()", f"desk.push('{house.seats['8001'].origin}', '[]')"):
            with pytest.raises(psycopg.Error, match="rights"):
                raw.execute(f"select {call}".encode())
    finally:
        raw.close()


def test_who_is_dismissed_sees_nothing_in_an_open_session(new_postgres_hub: NewHub) -> None:
    from agent_desk.hub.people import People

    hub = new_postgres_hub()
    raw = hub.raw("8003")
    assert raw.execute("select count(*) > 0 from desk.fact").fetchone() == (True,)
    People(hub.sign_in("8005")).set("8003", active=False)
    assert raw.execute("select count(*) from desk.fact").fetchone() == (0,)
    with pytest.raises(Exception, match="sign_in_refused"):
        hub.sign_in("8003")
    hub.close()
