"""Sets a hub up and brings it up to date: roles, schema, verbs, the centre and its first admin."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId
from agent_desk.facts.kind import Catalogue
from agent_desk.hub.projecting import misfits_sql, project_sql, projection_tables, rebuild_sql, shape_on_hub

if TYPE_CHECKING:
    from sqlalchemy import Engine

SCHEMA_NUMBER = "0003"
"""The newest migration: alembic is loaded only when the hub's number is another."""
_MONTHS_AHEAD = 6
"""Months of facts that get a part of their own at once; beats add later months in time."""
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Centre:
    """A centre as its hub knows it; nothing secret."""

    id: CentreId
    name: str
    salt: str
    recovery_key: str


def create_database(connection: psycopg.Connection[Any], name: str) -> bool:
    """Make the hub's database unless it is there; says whether it was made.

    Raises :class:`DeskError` ``hub_needs_superuser``.
    """
    _refuse_others(connection)
    if connection.execute("select from pg_database where datname = %s", (name,)).fetchall():
        return False
    connection.execute(sql.SQL("create database {} encoding 'UTF8' template template0").format(sql.Identifier(name)))
    return True


def upgrade(connection: psycopg.Connection[Any], catalogue: Catalogue) -> None:
    """Bring schema, verbs, kinds and projections up to date.

    ``connection`` is a superuser's, in the hub's database, with autocommit on. Raises :class:`DeskError`
    ``hub_needs_superuser`` or ``hub_newer``.
    """
    _refuse_others(connection)
    connection.execute("set client_min_messages = warning")
    connection.execute("select pg_advisory_lock(hashtext('agent-desk upgrade'))")
    try:
        close_database(connection)
        if _schema_number(connection) != SCHEMA_NUMBER:
            _migrate(connection)
        with connection.transaction():
            _renew(connection, catalogue)
    finally:
        connection.execute("select pg_advisory_unlock_all()")


def close_database(connection: psycopg.Connection[Any]) -> None:
    """Take from the public what it has by default: a database made as a copy or restored has it again."""
    make_roles(connection)
    with connection.transaction():
        _run(connection, _sql("01_cluster.sql"))


def make_roles(connection: psycopg.Connection[Any]) -> None:
    """The roles of the cluster that every hub on it shares; those that are there stay."""
    with connection.transaction():
        _run(connection, _sql("00_roles.sql"))


def _renew(connection: psycopg.Connection[Any], catalogue: Catalogue) -> None:
    _run(connection, _sql("00_clear.sql"))
    _run(connection, "create table if not exists desk.fact_other partition of desk.fact default")
    _run(connection, _sql("10_who.sql"))
    _run(connection, _sql("20_say.sql"))
    _tell_kinds(connection, catalogue)
    _make_projections(connection, catalogue)
    _run(connection, misfits_sql(catalogue))
    _run(connection, project_sql(catalogue))
    for name in (
        "30_push.sql", "40_beat_pull.sql", "45_upkeep.sql", "47_erase.sql", "48_rule.sql", "49_parts.sql",
        "50_people.sql", "55_bundle.sql", "60_heal.sql",
    ):  # fmt: skip
        _run(connection, _sql(name))
    names = " ".join(each.name for each in catalogue.projections)
    connection.execute("select set_config('desk.projections', %s, true)", (names,))
    _run(connection, _sql("90_rules.sql"))
    connection.execute("update desk.state set home = desk.here() where home = ''")
    connection.execute("select desk.partitions_ahead(%s), desk.release_known()", (_MONTHS_AHEAD,))


def found(
    connection: psycopg.Connection[Any], name: str, recovery_key: str,
    admin: tuple[str, str, str],
) -> Centre:  # fmt: skip
    """Make a centre in an upgraded hub, with its secret and its first admin.

    ``recovery_key`` is the public half in hex; ``admin`` is (number, name, password): the
    password leaves this process only as a SCRAM verifier.
    """
    centre = Centre(CentreId(str(uuid.uuid4())), name, secrets.token_hex(16), recovery_key)
    number, person, password = admin
    close_database(connection)
    with connection.transaction():
        connection.execute(
            "select desk.found_centre(%s, %s, %s, %s, %s)",
            (centre.id, name, centre.salt, recovery_key, secrets.token_bytes(32)),
        )
        connection.execute(
            "select desk.found_admin(%s, %s, %s, %s)",
            (centre.id, number, person, verifier(connection, password)),
        )
    return centre


def verifier(connection: psycopg.Connection[Any], password: str) -> str:
    """The SCRAM-SHA-256 verifier of a password, made here: the server never hears the password.

    Raises :class:`DeskError` ``password_too_short`` below 8 characters.
    """
    if len(password) < 8:
        raise DeskError("password_too_short", least=8)
    made = connection.pgconn.encrypt_password(password.encode(), b"", b"scram-sha-256")
    return made.decode()


def _refuse_others(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    if row is None or not row[0]:
        raise DeskError("hub_needs_superuser")


def _sql(name: str) -> str:
    return (_HERE / "sql" / name).read_text(encoding="utf-8")


def _run(connection: psycopg.Connection[Any], text: str) -> None:
    connection.execute(text.encode())


def _schema_number(connection: psycopg.Connection[Any]) -> str | None:
    row = connection.execute("select to_regclass('desk.alembic_version')").fetchone()
    if row is None or row[0] is None:
        return None
    row = connection.execute("select version_num from desk.alembic_version").fetchone()
    return row[0] if row else None


def alchemy_engine(connection: psycopg.Connection[Any]) -> Engine:
    """A SQLAlchemy engine over this one connection, for migrations and their check."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    return create_engine(
        "postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool,
    )  # fmt: skip


def _migrate(connection: psycopg.Connection[Any]) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations").replace("%", "%%"))
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    there = _schema_number(connection)
    if there is not None and there not in known:
        raise DeskError("hub_newer", number=there)
    connection.autocommit = False
    try:
        with alchemy_engine(connection).connect() as bound:
            config.attributes["connection"] = bound
            command.upgrade(config, "head")
            bound.commit()
    finally:
        connection.rollback()
        connection.autocommit = True


def _tell_kinds(connection: psycopg.Connection[Any], catalogue: Catalogue) -> None:
    connection.execute("delete from desk.kind")
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into desk.kind values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (kind.name, kind.version, [role.value for role in kind.writers], kind.keep_days,
                 kind.claim.book if kind.claim else None,
                 kind.claim.number if kind.claim else None, kind.widens, kind.hub_only, kind.retain_days)
                for kind in catalogue
            ],
        )  # fmt: skip


def _make_projections(connection: psycopg.Connection[Any], catalogue: Catalogue) -> None:
    """Make the projection tables; drop and fill those whose declaration changed."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    told = connection.execute("select name, shape from desk.projection").fetchall()
    there = dict(told)
    for projection, table in projection_tables(catalogue):
        if there.get(projection.name) == shape_on_hub(projection):
            continue
        connection.execute(sql.SQL("drop table if exists desk.{}").format(sql.Identifier(table.name)))
        _run(connection, str(CreateTable(table).compile(dialect=dialect)))
        for index in table.indexes:
            _run(connection, str(CreateIndex(index).compile(dialect=dialect)))
        _run(connection, rebuild_sql(catalogue, projection))
        connection.execute(
            "insert into desk.projection values (%s, %s) on conflict (name) do update set shape = excluded.shape",
            (projection.name, shape_on_hub(projection)),
        )
