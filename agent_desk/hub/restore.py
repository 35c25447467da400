"""Makes a hub again from a backup: people's logins, the dump, schema and verbs of today. It comes up closed.

A restored hub has forgotten what came after its backup. It opens only when it was healed
(:mod:`agent_desk.hub.heal`): else people who left since could sign in, and erased values be back.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError

from agent_desk.base.errors import DeskError
from agent_desk.facts.kind import Catalogue
from agent_desk.hub import founding, heal
from agent_desk.hub.address import HubAddress
from agent_desk.hub.audit import audit
from agent_desk.hub.backup import DUMP, MANIFEST, ROLES, Login, password_file, program, run_program, verify
from agent_desk.hub.postgres import as_superuser
from agent_desk.hub.report import AuditReport

_ROLE = re.compile(
    r'create role "?(?P<name>desk_[0-9a-f]{24})"? (?P<can>login|nologin) inherit connection limit 3'
    r"(?: password '(?P<verifier>SCRAM-SHA-256\$[0-9A-Za-z+/=:$]+)')? in role desk_member;"
)
_SCRATCH = "agent_desk_restore_check"


@dataclass(frozen=True)
class Restored:
    """A hub that is back, closed."""

    database: str
    root_digest: str
    """Over the heads it holds now: the same as in the backup's manifest."""
    without_password: tuple[str, ...]
    """Staff numbers whose verifier the backup could not hold."""


@dataclass(frozen=True)
class Checked:
    """What a restore for trial found."""

    report: AuditReport
    expected: str
    """The root digest in the backup's manifest."""

    @property
    def ok(self) -> bool:
        """It came up whole, audits clean, and holds what the manifest says."""
        return self.report.ok and self.report.root_digest == self.expected


def restore(folder: Path, address: HubAddress, login: Login, catalogue: Catalogue) -> Restored:
    """Make the hub of a backup at an address where none is.

    Raises :class:`DeskError` ``backup_damaged``, ``restore_not_empty``, ``restore_differs`` or ``restore_failed``;
    what this call made is dropped again then.
    """
    verify(folder)
    manifest = read_manifest(folder)
    made = _create(address, login)
    try:
        _fill(folder, address, login, catalogue)
        with _as_superuser(address, login) as connection:
            root = heal.close(connection)
            without = heal.without_password(connection)
        if root != manifest["root_digest"]:
            raise DeskError("restore_differs", found=root, expected=manifest["root_digest"])
    except BaseException:
        if made:
            _drop(address, login)
        else:
            _empty(address, login)
        raise
    return Restored(address.database, root, without)


def check(folder: Path, address: HubAddress, login: Login, catalogue: Catalogue) -> Checked:
    """Restore into a scratch database at an address, audit it, compare, and drop it again."""
    verify(folder)
    manifest = read_manifest(folder)
    if not _create(address, login):
        raise DeskError("restore_not_empty", database=address.database)
    try:
        _fill(folder, address, login, catalogue)
        with _as_superuser(address, login) as connection, _understood():
            report = audit(connection, catalogue)
    finally:
        _drop(address, login)
    return Checked(report, manifest["root_digest"])


def check_alone(folder: Path, catalogue: Catalogue) -> Checked:
    """The same on a server of its own, made for this from the machine's binaries and gone afterwards."""
    from agent_desk.hub.throwaway import ThrowawayPostgres

    with ThrowawayPostgres(fsync=False) as server:
        address = HubAddress(server.host, server.port, _SCRATCH, "disable")
        return check(folder, address, Login(server.user, server.password), catalogue)


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a backup says of itself. Raises :class:`DeskError` ``backup_damaged``."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        str(told["root_digest"])
    except (OSError, ValueError, KeyError, TypeError):
        raise DeskError("backup_damaged", file=MANIFEST) from None
    return told


def _as_superuser(
    address: HubAddress, login: Login, database: str = ""
) -> contextlib.AbstractContextManager[psycopg.Connection[Any]]:
    return as_superuser(replace(address, database=database or address.database), login.user, login.password)


def _create(address: HubAddress, login: Login) -> bool:
    """Make the database, or take an empty one. Raises :class:`DeskError` ``restore_not_empty``."""
    with _as_superuser(address, login, "postgres") as connection:
        made = founding.create_database(connection, address.database)
    if not made:
        with _as_superuser(address, login) as connection:
            if connection.execute("select to_regnamespace('desk')").fetchall() != [(None,)]:
                raise DeskError("restore_not_empty", database=address.database)
    return made


def _drop(address: HubAddress, login: Login) -> None:
    with _as_superuser(address, login, "postgres") as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(address.database)))


def _empty(address: HubAddress, login: Login) -> None:
    with _as_superuser(address, login) as connection:
        connection.execute("drop schema if exists desk, desk_away, desk_ext cascade")


def _fill(folder: Path, address: HubAddress, login: Login, catalogue: Catalogue) -> None:
    with _as_superuser(address, login) as connection:
        founding.make_roles(connection)
        _make_logins(connection, folder / ROLES)
    command = [
        program("pg_restore"), "--exit-on-error", "--single-transaction", "--no-password",
        f"--dbname={address.database}", f"--host={address.host}", f"--port={address.port}",
        f"--username={login.user}", str(folder / DUMP),
    ]  # fmt: skip
    with password_file(address, login) as surroundings:
        run_program(command, surroundings, "restore_failed")
    with _as_superuser(address, login) as connection, _understood():
        founding.upgrade(connection, catalogue)


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    """What the database refuses of a backup is a fault of the backup. Its own words may hold somebody's data."""
    try:
        yield
    except (psycopg.Error, SQLAlchemyError) as problem:
        cause = getattr(problem, "orig", None) or problem
        why = f"{type(cause).__name__} {getattr(cause, 'sqlstate', None) or ''}".strip()
        raise DeskError("restore_failed", why=f"{why}.") from None


def _make_logins(connection: psycopg.Connection[Any], path: Path) -> None:
    """The people's logins, made as the registrar makes them; those the server already has stay as they are."""
    there = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
    for line in path.read_text(encoding="utf-8").splitlines():
        told = _ROLE.fullmatch(line)
        if told is None:
            raise DeskError("backup_damaged", file=ROLES)
        if told["name"] in there:
            continue
        verifier = sql.Literal(told["verifier"]) if told["verifier"] else sql.SQL("null")
        with connection.transaction():
            connection.execute("set local role desk_registrar")
            for statement in (
                "create role {name} {can} inherit connection limit 3 password {verifier} in role desk_member",
                "alter role {name} set statement_timeout = '60s'",
                "alter role {name} set idle_in_transaction_session_timeout = '60s'",
                "alter role {name} set lock_timeout = '30s'",
            ):
                connection.execute(
                    sql.SQL(statement).format(
                        name=sql.Identifier(told["name"]), can=sql.SQL(told["can"]), verifier=verifier
                    )
                )
