"""The spare key: a store's key sealed to the centre, so that a reset Windows password loses nothing.

The centre's recovery key pair is made when its hub is set up; the private half is kept off the hub and
off every seat. A sealed box (X25519, XSalsa20-Poly1305) can be made by anybody who holds the public half and
opened only with the private one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from agent_desk.base.errors import DeskError

FORMAT = 1
_SUFFIX = ".recovery"
_BOUND = b"agent-desk/recovery/1\x00"
_KEY_BYTES = 32


@dataclass(frozen=True)
class SpareKey:
    """What the file beside a store says in the clear, and the sealed key.

    ``fingerprint`` names the public key it is sealed to, so that the right private one can be fetched.
    """

    centre: str
    number: str
    fingerprint: str
    sealed: bytes

    def open_with(self, private_key: bytes) -> bytes:
        """The store's key. Raises :class:`DeskError` ``recovery_wrong_key`` for another centre's
        private key, ``recovery_damaged`` when the box or its labels were altered."""
        private = PrivateKey(private_key)
        if fingerprint_of(bytes(private.public_key)) != self.fingerprint:
            raise DeskError("recovery_wrong_key", number=self.number, needed=self.fingerprint)
        try:
            opened = SealedBox(private).decrypt(self.sealed)
        except CryptoError:
            raise DeskError("recovery_damaged", number=self.number) from None
        bound = _bound(self.centre, self.number)
        if not opened.startswith(bound) or len(opened) != len(bound) + _KEY_BYTES:
            raise DeskError("recovery_damaged", number=self.number)
        return opened[len(bound) :]


def new_key_pair() -> tuple[bytes, bytes]:
    """A private and a public recovery key, 32 bytes each."""
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def read_private_key(path: Path) -> bytes:
    """The private key as ``hub init`` wrote it (hex). Raises ``recovery_file_unreadable``."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise DeskError("recovery_file_unreadable", file=path.name)
    return key


def fingerprint_of(public_key: bytes) -> str:
    """The first 16 hex digits of the public key's SHA-256: what people compare."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def read_public_key(text: str) -> bytes | None:
    """A public key as the seat file holds it (hex); ``None`` for an empty one: the centre has no spare keys.

    Raises :class:`DeskError` ``recovery_key_unreadable``.
    """
    if not text:
        return None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES or not any(key):
        raise DeskError("recovery_key_unreadable")
    return key


def seal(key: bytes, centre: str, number: str, public_key: bytes) -> SpareKey:
    """Seal a store's key for the centre. Its labels are inside the box too: they cannot be swapped."""
    box = SealedBox(PublicKey(public_key))
    sealed = box.encrypt(_bound(centre, number) + key)
    return SpareKey(centre, number, fingerprint_of(public_key), sealed)


def path_beside(store: Path) -> Path:
    """Where a store's spare key lies; copies of the store take it along."""
    return store.with_name(store.name + _SUFFIX)


def write(store: Path, spare: SpareKey) -> None:
    """Write the spare key beside its store, all or nothing. Raises ``recovery_unwritable``."""
    told = {
        "version": FORMAT,
        "centre": spare.centre,
        "number": spare.number,
        "fingerprint": spare.fingerprint,
        "sealed": base64.b64encode(spare.sealed).decode("ascii"),
    }
    path = path_beside(store)
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as problem:
        raise DeskError("recovery_unwritable", file=path.name, why=type(problem).__name__) from None


def read(store: Path) -> SpareKey | None:
    """The spare key beside a store, or ``None`` when there is none.

    Raises :class:`DeskError` ``recovery_damaged``, or ``recovery_newer`` for a later desk's.
    """
    path = path_beside(store)
    if not path.exists():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["version"] > FORMAT:
            raise DeskError("recovery_newer", file=path.name)
        sealed = base64.b64decode(told["sealed"], validate=True)
        return SpareKey(str(told["centre"]), str(told["number"]), str(told["fingerprint"]), sealed)
    except (OSError, ValueError, KeyError, TypeError):
        raise DeskError("recovery_damaged", number="", file=path.name) from None


def is_current(store: Path, public_key: bytes) -> bool:
    """Whether the spare key beside a store is sealed to this public key (it changes with a new pair)."""
    try:
        spare = read(store)
    except DeskError:
        return False
    return spare is not None and spare.fingerprint == fingerprint_of(public_key)


def _bound(centre: str, number: str) -> bytes:
    """What the box holds before the key: the labels' digest."""
    told = json.dumps([centre, number], ensure_ascii=False).encode("utf-8")
    return hashlib.sha256(_BOUND + told).digest()
