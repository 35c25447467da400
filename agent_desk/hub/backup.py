"""A copy of the hub to carry away: the dump, the people's logins, and what the hub itself said.

The hub's own facts lie beside the dump as plain lines, so that a restored hub can be told what
happened after the dump by seats that pulled more of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, sql

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, FactId, OriginId
from agent_desk.facts.link import FIRST_PREV, Link, forked_prev, holds
from agent_desk.hub.address import HubAddress
from agent_desk.hub.audit import chain_of, is_named
from agent_desk.hub.report import root_of
from agent_desk.hub.throwaway import find_binaries

DUMP, ROLES, MANIFEST = "hub.dump", "roles.sql", "manifest.json"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Login:
    """Who reads the hub for a backup; ``password`` empty means libpq's own password file."""

    user: str
    password: str


@dataclass(frozen=True)
class Backup:
    """What was written, and verified after writing."""

    folder: Path
    files: Mapping[str, str]
    """File name → hex SHA-256."""
    root_digest: str
    with_logins: bool
    """False when the server does not let its verifiers be read: people then need new passwords."""


def back_up(connection: psycopg.Connection[Any], address: HubAddress, login: Login, parent: Path) -> Backup:
    """Write a backup into a new folder under ``parent`` and read it back.

    Raises :class:`DeskError` ``backup_failed`` (``why``: the program's own last line).
    """
    now = datetime.now(UTC)
    folder = parent / f"agent-desk-hub-{now:%Y%m%dT%H%M%SZ}"
    folder.mkdir(parents=True, mode=0o700)
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        snapshot = str(connection.execute("select pg_export_snapshot()").fetchall()[0][0])
        _dump(address, login, snapshot, folder / DUMP)
        heads = connection.execute("select id::text, head_seq, head_digest from desk.origin order by id").fetchall()
        centres = connection.execute("select id::text from desk.centre order by id").fetchall()
        for (centre,) in centres:
            _write_chain(connection, CentreId(centre), folder)
        epochs = dict(connection.execute("select centre::text, epoch from desk.state").fetchall())
    with_logins = _write_roles(connection, folder / ROLES)
    root = root_of((origin, seq, digest) for origin, seq, digest in heads if seq)
    files = {path.name: _digest(path) for path in sorted(folder.iterdir())}
    told = {
        "made": now.isoformat(), "database": address.database, "files": files,
        "root_digest": root, "with_logins": with_logins, "epochs": epochs,
        "heads": {origin: [seq, digest.hex()] for origin, seq, digest in heads},
    }  # fmt: skip
    _write(folder / MANIFEST, json.dumps(told, indent=1, sort_keys=True))
    verify(folder)
    # said once it reads back: what is erased from now on still lies in it
    taken = int(now.timestamp() * 1_000_000)
    connection.execute("select desk.note_backup(%s, %s, %s)", (str(folder.resolve()), root, taken))
    return Backup(folder, files, root, with_logins)


def verify(folder: Path) -> None:
    """Read a backup back: digests, the dump's table of contents, the hub's chains.

    Raises :class:`DeskError` ``backup_damaged``.
    """
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        for name in sorted({DUMP, ROLES, *files}):
            if not (folder / name).is_file() or _digest(folder / name) != files.get(name):
                raise DeskError("backup_damaged", file=name)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise DeskError("backup_damaged", file=MANIFEST) from None
    try:
        listed = run_program([program("pg_restore"), "--list", str(folder / DUMP)], {})
    except DeskError:
        listed = ""
    if "TABLE DATA desk journal" not in listed:
        raise DeskError("backup_damaged", file=DUMP)
    for path in sorted(folder.glob("hub-facts-*.jsonl")):
        try:
            whole = _chain_holds(path)
        except (ValueError, LookupError, TypeError):
            whole = False
        if not whole:
            raise DeskError("backup_damaged", file=path.name)


def _write_chain(connection: psycopg.Connection[Any], centre: CentreId, folder: Path) -> None:
    path = folder / f"hub-facts-{centre}.jsonl"
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for told in chain_of(connection, centre):
            file.write(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _chain_holds(path: Path) -> bool:
    """Whether each of the hub's chains holds; one begun after a restore hangs on the one before it."""
    links: dict[tuple[str, int], bytes] = {}
    lost: list[tuple[str, int, int]] = []
    with path.open(encoding="utf-8") as file:
        told = [json.loads(line) for line in file]
    for each in told:
        fields = json.loads(each["body"])["fields"]
        if each["kind"] == "hub.hole_named":
            lost.append((fields["origin"], fields["first"], fields["last"]))
    before, last = FIRST_PREV, ("", 0)
    for each in told:
        body, here = json.loads(each["body"]), (each["origin"], each["seq"])
        prev, content, digest = (bytes.fromhex(each[name]) for name in ("prev", "content", "link"))
        if here[0] != last[0]:
            last, start = (here[0], 0), body["fields"]
            before = FIRST_PREV
            if each["kind"] == "hub.restored":
                hangs = links.get((start["origin"], start["seq"]), FIRST_PREV if start["seq"] == 0 else b"")
                before = forked_prev(OriginId(start["origin"]), start["seq"], hangs)
        link = Link(OriginId(here[0]), here[1], FactId(body["id"]), each["kind"], prev, content, digest, None)
        gapless = here[1] == last[1] + 1
        named = here[1] > last[1] and is_named(lost, here[0], last[1] + 1, here[1] - 1)
        if not holds(link, each["body"]) or not (named or gapless) or (gapless and prev != before):
            return False
        links[here], before, last = digest, digest, here
    return True


def _write_roles(connection: psycopg.Connection[Any], path: Path) -> bool:
    """Statements that make the centre's logins again, with their verifiers where those may be read."""
    query = "select r.rolname, r.rolcanlogin, {} from {} r join desk.staff s on s.login = r.rolname order by r.rolname"
    try:
        with connection.transaction():
            rows = connection.execute(query.format("r.rolpassword", "pg_authid").encode()).fetchall()
        with_logins = True
    except errors.InsufficientPrivilege:
        rows = connection.execute(query.format("null", "pg_roles").encode()).fetchall()
        with_logins = False
    lines = []
    for name, can_login, password in rows:
        made = sql.SQL("create role {} {} inherit connection limit 3{} in role desk_member;").format(
            sql.Identifier(name),
            sql.SQL("login" if can_login else "nologin"),
            sql.SQL(" password {}").format(sql.Literal(password)) if password else sql.SQL(""),
        )
        lines.append(made.as_string(connection))
    _write(path, "\n".join([*lines, ""]))
    return with_logins


def _dump(address: HubAddress, login: Login, snapshot: str, path: Path) -> None:
    command = [
        program("pg_dump"), "--format=custom", f"--snapshot={snapshot}", f"--file={path}",
        f"--host={address.host}", f"--port={address.port}", f"--username={login.user}",
        "--no-password", address.database,
    ]  # fmt: skip
    with password_file(address, login) as surroundings:
        run_program(command, surroundings)


@contextlib.contextmanager
def password_file(address: HubAddress, login: Login) -> Iterator[dict[str, str]]:
    """The environment of a libpq program: the password in a file of ours, never on its command line."""
    told = {"PGSSLMODE": address.sslmode, "PGCONNECT_TIMEOUT": "10"}
    with tempfile.TemporaryDirectory(prefix="agent-desk-") as name:
        folder = Path(name)
        if address.certificate.startswith("-----BEGIN"):
            _write(folder / "ca.pem", address.certificate)
            told["PGSSLROOTCERT"] = str(folder / "ca.pem")
        elif address.certificate:
            told["PGSSLROOTCERT"] = address.certificate
        if login.password:
            escaped = login.password.replace("\\", "\\\\").replace(":", "\\:")
            _write(folder / "pgpass", f"*:*:*:*:{escaped}\n")
            told["PGPASSFILE"] = str(folder / "pgpass")
        yield told


def program(name: str) -> str:
    """Where one of PostgreSQL's programs is."""
    return shutil.which(name) or str(find_binaries() / name)


def run_program(command: list[str], surroundings: Mapping[str, str], code: str = "backup_failed") -> str:
    """Run one of PostgreSQL's programs; raises :class:`DeskError` ``code`` with its last line (``why``)."""
    done = subprocess.run(
        command, env={**os.environ, **surroundings}, capture_output=True, text=True,
        encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise DeskError(code, why=lines[-1] if lines else str(done.returncode))
    return done.stdout


def _write(path: Path, text: str) -> None:
    """Write a file only its owner can read, and wait until it is on the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            hashed.update(block)
    return hashed.hexdigest()
