"""Opening the encrypted file the one right way, and saying in a word what is wrong with it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from sqlcipher3 import dbapi2

from agent_desk.base.errors import DeskError

LEAST_SQLITE = (3, 51, 3)
"""Older ones can corrupt a write-ahead log when it is reset (sqlite.org, fixed in 3.51.3)."""

KEY_BYTES = 32
_BUSY_MS = 5000


def refuse_old_sqlite(version: tuple[int, int, int] = dbapi2.sqlite_version_info) -> None:
    """Raise :class:`DeskError` ``sqlite_too_old`` below :data:`LEAST_SQLITE`."""
    if version < LEAST_SQLITE:
        raise DeskError(
            "sqlite_too_old",
            found=".".join(map(str, version)),
            needed=".".join(map(str, LEAST_SQLITE)),
        )


def connect(path: Path, key: bytes, *, read_only: bool = False) -> dbapi2.Connection:
    """A connection that commits nothing by itself and loses nothing at a power cut.

    ``key`` is the raw 256-bit key: no pass-phrase stretching, 0.4 ms to open.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("a store key is 32 bytes")
    connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False, timeout=_BUSY_MS / 1000)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA mmap_size = 0")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        else:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA secure_delete = ON")  # what is erased leaves no copy in a freed place
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def impatient(connection: dbapi2.Connection) -> Iterator[None]:
    """Wait for nobody: for upkeep that may as well be done later."""
    connection.execute("PRAGMA busy_timeout = 50")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")


def told(problem: Exception, path: Path) -> DeskError:
    """The sentence for what SQLite said. The file itself was not touched."""
    name = path.name
    said = str(problem).lower()
    if "append_only" in said:
        return DeskError("store_append_only", file=name)
    for mark, code in _SIGNS:
        if mark in said:
            return DeskError(code, file=name, folder=str(path.parent))
    return DeskError("store_fault", file=name, why=type(problem).__name__)


_SIGNS = (
    ("not a database", "store_damaged"),
    ("malformed", "store_damaged"),
    ("hmac", "store_damaged"),
    ("readonly", "store_read_only"),
    ("read-only", "store_read_only"),
    ("unable to open", "store_unopenable"),
    ("database is locked", "store_busy"),
    ("is full", "disk_full"),
    ("disk i/o", "store_io"),
)


def fingerprint(key: bytes) -> str:
    """Names a key without betraying it (it is random: nothing can be guessed from 8 bytes)."""
    return hashlib.sha256(b"agent-desk/store-key\x00" + key).hexdigest()[:16]


def label_path(path: Path) -> Path:
    """The small plain file beside a store that says which key it needs."""
    return path.with_name(path.name + ".label")


def write_label(path: Path, key: bytes) -> None:
    """Say beside a new store which key it needs, so that a wrong key and damage can be told apart."""
    text = json.dumps({"format": 1, "key": fingerprint(key)})
    label_path(path).write_text(text, encoding="utf-8")


def key_fits(path: Path, key: bytes) -> bool | None:
    """Whether the label names this key; ``None`` when there is no readable label."""
    try:
        label = json.loads(label_path(path).read_text(encoding="utf-8"))
        return bool(label["key"] == fingerprint(key))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def copy(source: Path, target: Path, key: bytes) -> bool:
    """Copy a store by SQLite's backup API, then read every page of the copy back.

    Every page carries a MAC (SQLCipher), so a page that went wrong on the way is seen.
    Returns whether the copy is whole; an unsound one is removed.
    """
    reading = connect(source, key, read_only=True)
    try:
        writing = dbapi2.connect(str(target), isolation_level=None)
        try:
            writing.execute("PRAGMA cipher_log_level = NONE")
            writing.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            reading.backup(writing)
        finally:
            writing.close()
    finally:
        reading.close()
    if is_whole(target, key):
        return True
    target.unlink(missing_ok=True)
    return False


def is_whole(path: Path, key: bytes) -> bool:
    """Whether every page of a store can be read and hangs together."""
    try:
        connection = connect(path, key, read_only=True)
    except dbapi2.Error:
        return False
    try:
        broken = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        checked = connection.execute("PRAGMA integrity_check").fetchall()
        return not broken and checked == [("ok",)]
    except dbapi2.Error:
        return False
    finally:
        connection.close()
