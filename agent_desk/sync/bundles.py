"""Writing what is unsent into a file, to be carried to the hub by hand while the line is down."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent_desk.base.errors import DeskError
from agent_desk.facts import bundle
from agent_desk.facts.bundle import Part
from agent_desk.hub.port import Outgoing
from agent_desk.hub.wire import push_text
from agent_desk.storage import erasing
from agent_desk.storage.store import Store

PART_LINKS = 500
FILE_BYTES = 24_000_000
"""Of cipher text in one file; what is beyond it goes into a further one."""


@dataclass(frozen=True)
class Exported:
    """What one store gave. ``unproven`` entries stay: nobody has confirmed whose they are."""

    number: str
    files: tuple[Path, ...]
    links: int
    unproven: int


def export(store: Store, seat: str, folder: Path) -> Exported:
    """Write the unsent links of one store into ``folder``, encrypted for the hub alone, and read each file back.

    Nothing is marked as sent: only the hub's own answer does that. Raises ``bundle_unwritable``.
    """
    files: list[Path] = []
    parts: list[Part] = []
    links = 0
    for part in _parts(store):
        if parts and sum(len(one.text) for one in parts) + len(part.text) > FILE_BYTES:
            files.append(_write(store, seat, folder, len(files), parts))
            parts = []
        parts.append(part)
        links += part.last - part.first + 1
    if parts:
        files.append(_write(store, seat, folder, len(files), parts))
    if files:
        with contextlib.suppress(DeskError), store.writing() as writing:  # a store in trouble gives all the same
            for path in files:
                erasing.note_carried(writing, path)
    return Exported(store.person.number, tuple(files), links, _unproven(store))


def _parts(store: Store) -> Iterator[Part]:
    for own in store.origins():
        after = own.acked_seq
        while own.key is not None and (batch := store.pending(own.origin, after, PART_LINKS)):
            first, after = batch[0][0].seq, batch[-1][0].seq
            text = push_text([Outgoing(*row) for row in batch])
            yield bundle.sealed(own.key, store.person.centre, own.origin, first, after, text)


def _unproven(store: Store) -> int:
    return sum(store.last_seq(own.origin) - own.acked_seq for own in store.origins() if own.key is None)


def _write(store: Store, seat: str, folder: Path, count: int, parts: list[Part]) -> Path:
    moment = dt.datetime.fromtimestamp(store.clock.now_us() / 1e6, dt.UTC).astimezone()
    told = "-".join(_in_a_name(one) for one in (seat, store.person.number))
    path = folder / f"agent-desk-{told}-{moment:%Y%m%d-%H%M%S-%f}-{count + 1}{bundle.SUFFIX}"
    text = bundle.written(store.person.centre, parts)
    fresh = path.with_name(path.name + ".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with fresh.open("w", encoding="ascii", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if fresh.read_bytes() != text.encode("ascii"):
            raise DeskError("bundle_unwritable", folder=str(folder), why="read back")
        fresh.replace(path)
    except OSError as problem:
        raise DeskError("bundle_unwritable", folder=str(folder), why=type(problem).__name__) from None
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    return path


def _in_a_name(told: str) -> str:
    """What any file system takes."""
    return re.sub(r"[^0-9A-Za-z]+", "_", told)[:32] or "_"
