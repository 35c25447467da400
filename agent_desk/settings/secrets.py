"""Where a seat keeps its secrets: the account's own keyring, or a file that only the account can read.

A file key protects a stolen disk. It does not protect two people who share one Windows account
from each other: whoever can start programs in the account can ask its keyring.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib
import json
import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from agent_desk.base.errors import DeskError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

STORE_KEY_BYTES = 32
LONGEST_SECRET = 1280
"""Characters. Windows keeps 2,560 bytes of UTF-16 (CRED_MAX_CREDENTIAL_BLOB_SIZE); not every
version says so when it cuts, so that we count ourselves, on every system alike."""

_PRODUCT = "agent-desk"


class Purpose(StrEnum):
    """What a secret is for."""

    STORE_KEY = "store-key"
    HUB_PASSWORD = "hub-password"


@dataclass(frozen=True)
class Entry:
    """One secret's name: what it is for, on which installation, of which staff number."""

    purpose: Purpose
    installation: str
    number: str

    @property
    def service(self) -> str:
        """The name in the keyring. Each entry has one of its own: Windows' backend shuffles
        secrets about when two share a service."""
        return f"{_PRODUCT}/{self.installation}/{self.purpose.value}/{self.number}"


class Vault(Protocol):
    """Keeps secrets between two starts of the desk. Calls may block; keep them off the window's thread."""

    @property
    def warning(self) -> str:
        """Code of the sentence that stands in the window as long as this vault is used, or ``""``."""

    def get(self, entry: Entry) -> str | None:
        """The secret, or ``None`` when there is none of that name. Raises :class:`DeskError`
        ``vault_unreadable`` when there may be one but it cannot be had now."""

    def put(self, entry: Entry, secret: str) -> None:
        """Keep a secret and read it back. Raises :class:`DeskError` ``secret_too_long``,
        ``vault_unwritable`` or ``vault_forgets``."""

    def remove(self, entry: Entry) -> None:
        """Forget a secret; nothing happens when there is none."""


class MemoryVault:
    """A vault that is gone with the process: for the trial centre and for tests."""

    warning = ""

    def __init__(self, kept: Mapping[Entry, str] | None = None) -> None:
        self._kept = dict(kept or {})

    def get(self, entry: Entry) -> str | None:
        """The secret, or ``None``."""
        return self._kept.get(entry)

    def put(self, entry: Entry, secret: str) -> None:
        """Keep it until the process ends."""
        _refuse_too_long(entry, secret)
        self._kept[entry] = secret

    def remove(self, entry: Entry) -> None:
        """Forget it."""
        self._kept.pop(entry, None)


class KeyringVault:
    """The account's keyring: Windows Credential Manager, or a Secret Service on Linux.

    Raises :class:`DeskError` ``keyring_missing`` for a backend that keeps nothing (``null``
    swallows secrets without a word) or recommends itself with a priority of 0 or less.
    """

    warning = ""

    def __init__(self, backend: KeyringBackend) -> None:
        _refuse_unfit(backend)
        self._backend = backend

    def get(self, entry: Entry) -> str | None:
        """The secret, or ``None``."""
        with _backend_faults("vault_unreadable"):
            return self._backend.get_password(entry.service, entry.number)

    def put(self, entry: Entry, secret: str) -> None:
        """Keep it, then read it back: a keyring may take a secret and drop it."""
        _refuse_too_long(entry, secret)
        with _backend_faults("vault_unwritable"):
            self._backend.set_password(entry.service, entry.number, secret)
        _refuse_forgotten(self.get(entry), secret)

    def remove(self, entry: Entry) -> None:
        """Forget it."""
        if self.get(entry) is None:
            return
        with _backend_faults("vault_unwritable"):
            self._backend.delete_password(entry.service, entry.number)


class FileGuard(Protocol):
    """Makes a file the account's own."""

    def close(self, path: Path) -> None:
        """Take every right to ``path`` from everybody but this account.
        Raises :class:`DeskError` ``key_file_open`` when that fails."""

    def is_closed(self, path: Path) -> bool:
        """Whether only this account can read ``path``."""


class PosixGuard:
    """Mode bits: 0600 for a file, 0700 for a folder."""

    def close(self, path: Path) -> None:
        """Set the mode. Raises ``key_file_open`` when the file is another account's."""
        try:
            path.chmod(0o700 if path.is_dir() else 0o600)
        except OSError:
            raise DeskError("key_file_open", file=path.name) from None
        if not self.is_closed(path):
            raise DeskError("key_file_open", file=path.name)

    def is_closed(self, path: Path) -> bool:
        """Whether the file is ours and its mode gives nobody else anything."""
        found = path.stat()
        me: int = vars(os)["geteuid"]()  # not there on Windows
        return found.st_mode & 0o077 == 0 and found.st_uid == me


def run_windows_tool(command: Sequence[str]) -> str:
    """The output of a program of Windows' own system folder, at most 20 s waited for."""
    folder = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32"
    done = subprocess.run(
        [str(folder / command[0]), *command[1:]],
        capture_output=True, check=True, timeout=20, encoding="utf-8", errors="replace",
    )  # fmt: skip
    return done.stdout


class WindowsGuard:
    """The access list, through ``icacls``: nothing inherited, this account alone.

    ``run`` starts a program of Windows' system folder and returns what it said.
    """

    def __init__(self, run: Callable[[Sequence[str]], str] = run_windows_tool) -> None:
        self._run = run

    def close(self, path: Path) -> None:
        """Replace the list by one entry. Raises ``key_file_open``."""
        try:
            grant = f"*{self._account()[1]}:F"
            self._run(["icacls.exe", str(path), "/inheritance:r", "/grant:r", grant])
            closed = self.is_closed(path)
        except (OSError, subprocess.SubprocessError, ValueError) as problem:
            raise DeskError("key_file_open", file=path.name, why=type(problem).__name__) from None
        if not closed:
            raise DeskError("key_file_open", file=path.name)

    def is_closed(self, path: Path) -> bool:
        """Whether the list has one entry and it names this account."""
        name, sid = self._account()
        told = self._run(["icacls.exe", str(path)])
        entries = [line for line in told.splitlines() if ":(" in line]
        return len(entries) == 1 and (name in entries[0].lower() or sid.lower() in entries[0].lower())

    def _account(self) -> tuple[str, str]:
        """This account's name (``domain\\user``, lower case) and its security identifier."""
        told = self._run(["whoami.exe", "/user", "/fo", "csv", "/nh"]).strip()
        name, sid = (part.strip('"') for part in told.rsplit(",", 1))
        if not sid.startswith("S-1-"):
            raise ValueError("whoami said something else")
        return name.lower(), sid


class KeyFileVault:
    """One file a secret, in a folder only this account can read: for a machine without a keyring.

    The key then lies on the same disk as what it opens, so that a warning stands in the window.
    """

    warning = "key_file_warning"

    def __init__(self, folder: Path, guard: FileGuard | None = None) -> None:
        self._folder = folder
        self._guard = guard or (WindowsGuard() if sys.platform == "win32" else PosixGuard())

    def get(self, entry: Entry) -> str | None:
        """The secret, or ``None``. A file others could read is closed again, and the log says so."""
        path = self._path(entry)
        try:
            if not path.exists():
                return None
            if not self._guard.is_closed(path):
                log.warning("the key file %s could be read by other accounts; closing it", path.name)
                self._guard.close(path)
            kept = json.loads(path.read_text(encoding="utf-8"))
            return str(kept["secret"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise DeskError("vault_unreadable", why=type(problem).__name__) from None

    def put(self, entry: Entry, secret: str) -> None:
        """Write a new file beside, close it to others before the secret is in it, then swap."""
        _refuse_too_long(entry, secret)
        path = self._path(entry)
        fresh = path.with_suffix(".new")
        try:
            self._make_folder()
            fresh.unlink(missing_ok=True)
            os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._guard.close(fresh)
            _write_durably(fresh, json.dumps({"format": 1, "entry": entry.service, "secret": secret}))
            fresh.replace(path)
        except OSError as problem:
            raise DeskError("vault_unwritable", why=type(problem).__name__) from None
        _refuse_forgotten(self.get(entry), secret)

    def remove(self, entry: Entry) -> None:
        """Delete the file."""
        try:
            self._path(entry).unlink(missing_ok=True)
        except OSError as problem:
            raise DeskError("vault_unwritable", why=type(problem).__name__) from None

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, mode=0o700)
            self._guard.close(self._folder)

    def _path(self, entry: Entry) -> Path:
        """A staff number may hold any letter: the file is called by a digest of the entry's name."""
        digest = hashlib.sha256(entry.service.encode("utf-8")).hexdigest()
        return self._folder / f"{entry.purpose.value}-{digest[:24]}.key"


class MovingVault:
    """A keyring that takes over what a key file kept before there was one."""

    def __init__(self, keyring: Vault, before: Vault) -> None:
        self._keyring = keyring
        self._before = before

    @property
    def warning(self) -> str:
        """The keyring's own: nothing stays in the file once it was asked for."""
        return self._keyring.warning

    def get(self, entry: Entry) -> str | None:
        """From the keyring, else moved there from the file: written, read back, then deleted."""
        found, left = self._keyring.get(entry), self._before.get(entry)
        if found is None and left is not None:
            self._keyring.put(entry, left)
            found = left
        if left is not None and left == found:
            self._before.remove(entry)
        return found

    def put(self, entry: Entry, secret: str) -> None:
        """Into the keyring."""
        self._keyring.put(entry, secret)

    def remove(self, entry: Entry) -> None:
        """From both."""
        self._keyring.remove(entry)
        self._before.remove(entry)


_BACKENDS = {
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "linux": ("keyring.backends.SecretService.Keyring", "keyring.backends.kwallet.DBusKeyring"),
}
"""Named, not searched for: a plug-in or an environment variable must not choose where keys go."""


def system_backend(platform: str = sys.platform) -> KeyringBackend:
    """The keyring of this account. Raises :class:`DeskError` ``keyring_missing``.

    On Windows secrets are bound to the machine (persist "local machine"): they do not roam to
    another seat with a roaming profile.
    """
    why = "none"
    for name in _BACKENDS.get(platform, ()):
        module, _, kind = name.rpartition(".")
        try:
            backend_class = getattr(importlib.import_module(module), kind)
            if not backend_class.priority > 0:
                continue
            backend: KeyringBackend = backend_class()
            if platform == "win32":
                backend.persist = "local machine"  # type: ignore[attr-defined]
        except Exception as problem:  # noqa: BLE001 - a backend may fail in its own words: try the next
            why = type(problem).__name__
            continue
        return backend
    raise DeskError("keyring_missing", why=why)


def open_vault(folder: Path, backend: Callable[[], KeyringBackend] = system_backend) -> Vault:
    """The best vault this account offers. ``folder`` is where key files go, or went before."""
    key_file = KeyFileVault(folder)
    try:
        return MovingVault(KeyringVault(backend()), key_file)
    except DeskError as problem:
        if problem.code != "keyring_missing":
            raise
        log.warning("no keyring in this account (%s): keys go to a file", problem)
        return key_file


def new_store_key() -> bytes:
    """A random 256-bit key for one person's store."""
    return secrets.token_bytes(STORE_KEY_BYTES)


def keep_store_key(vault: Vault, entry: Entry, key: bytes) -> None:
    """Keep a store's key. Raises :class:`DeskError` ``store_key_kept`` when there is another one:
    to overwrite it would be to lose what it opens."""
    if len(key) != STORE_KEY_BYTES:
        raise ValueError("a store key is 32 bytes")
    there = vault.get(entry)
    if there is not None and not hmac.compare_digest(there.encode(), key.hex().encode()):
        raise DeskError("store_key_kept", number=entry.number)
    vault.put(entry, key.hex())


def store_key(vault: Vault, entry: Entry) -> bytes | None:
    """A store's key, or ``None``. Raises :class:`DeskError` ``vault_unreadable``."""
    kept = vault.get(entry)
    if kept is None:
        return None
    try:
        key = bytes.fromhex(kept)
    except ValueError:
        key = b""
    if len(key) != STORE_KEY_BYTES:
        raise DeskError("vault_unreadable", why="length")
    return key


def remember_password(vault: Vault, entry: Entry, password: str, *, personal_account: bool) -> None:
    """Keep a hub password because its person asked for it.

    Raises :class:`DeskError` ``password_not_kept`` where the Windows account is shared: the
    next person at the seat could push and read as this one.
    """
    if not personal_account:
        raise DeskError("password_not_kept", number=entry.number)
    vault.put(entry, password)


@contextmanager
def _backend_faults(code: str) -> Iterator[None]:
    """Backends fail in their own words (pywintypes, D-Bus, …) whose texts may quote what they were
    given: only the name of the fault goes on."""
    try:
        yield
    except Exception as problem:  # noqa: BLE001
        raise DeskError(code, why=type(problem).__name__) from None


def _refuse_unfit(backend: KeyringBackend) -> None:
    kind = type(backend)
    if kind.__module__ in {"keyring.backends.null", "keyring.backends.fail"}:
        raise DeskError("keyring_missing", why=kind.__module__)
    with _backend_faults("keyring_missing"):
        fit = kind.priority > 0
    if not fit:
        raise DeskError("keyring_missing", why="priority")


def _refuse_too_long(entry: Entry, secret: str) -> None:
    units = len(secret.encode("utf-16-le", "surrogatepass")) // 2
    if units > LONGEST_SECRET:
        raise DeskError("secret_too_long", purpose=entry.purpose.value, limit=LONGEST_SECRET)


def _refuse_forgotten(found: str | None, secret: str) -> None:
    if found is None or not hmac.compare_digest(found.encode("utf-8"), secret.encode("utf-8")):
        raise DeskError("vault_forgets")


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
