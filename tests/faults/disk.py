"""A disk that remembers what was synced, and that can be full: `disk.c`, compiled once and loaded before a seat.

What is modelled: a power cut keeps every byte that a successful `fsync` of its file covered. Of what was written after
the last sync each 512-byte sector is there or not, as chance will have it. That a file exists, has been cut short or
deleted is taken for safe at once. Not modelled: disks that lie about syncing, and sectors that rot.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SECTOR = 512
_HEAD = struct.Struct("=cIQI")


def compiled(folder: Path) -> Path:
    """The library; skips the test where it cannot be made."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler (Debian: gcc libc6-dev)")
    library = folder / "disk.so"
    source = Path(__file__).with_name("disk.c")
    subprocess.run(
        [
            compiler,
            "-shared",
            "-fPIC",
            "-O1",
            "-Wall",
            "-Werror",
            "-Wno-unused-result",
            "-o",
            str(library),
            str(source),
            "-ldl",
        ],
        check=True,
    )
    return library


def surroundings(library: Path, record: Path | None = None) -> dict[str, str]:
    """The environment of a seat on this disk."""
    told = {**os.environ, "LD_PRELOAD": str(library)}
    if record is not None:
        told["DESK_DISK_RECORD"] = str(record)
    return told


@dataclass(frozen=True)
class Note:
    """One thing that happened: W(ritten), S(ynced), T(runcated), U(nlinked) or P(romised on standard output)."""

    what: str
    name: str
    offset: int
    data: bytes


def read(record: Path) -> list[Note]:
    """Everything that happened, in order; a last note that the kill cut short is left out."""
    return list(_notes(record.read_bytes()))


def _notes(told: bytes) -> Iterator[Note]:
    at = 0
    while at + _HEAD.size <= len(told):
        what, length, offset, size = _HEAD.unpack_from(told, at)
        at += _HEAD.size
        if at + length + size > len(told):
            return
        name = Path(told[at : at + length].decode("utf-8")).name
        yield Note(what.decode("ascii"), name, offset, told[at + length : at + length + size])
        at += length + size


@dataclass
class _File:
    synced: bytearray
    later: list[tuple[int, bytes]] = field(default_factory=list)


@dataclass
class Disk:
    """The disk as it stood at some moment; fed with notes in order."""

    files: dict[str, _File] = field(default_factory=dict)
    promised: list[str] = field(default_factory=list)
    unsynced: int = 0
    """Writes that no sync has covered yet, over all."""

    @classmethod
    def of(cls, folder: Path) -> Disk:
        """What lies in a folder, all of it safe."""
        return cls({path.name: _File(bytearray(path.read_bytes())) for path in folder.glob("*.store*")})

    def hear(self, note: Note) -> None:
        """One thing more has happened."""
        if note.what == "P":
            self.promised += [
                line.split()[1] for line in note.data.decode("utf-8").splitlines() if line.startswith("saved ")
            ]
            return
        file = self.files.setdefault(note.name, _File(bytearray()))
        if note.what == "W":
            file.later.append((note.offset, note.data))
        elif note.what == "S":
            for offset, data in file.later:
                _put(file.synced, offset, data)
            file.later.clear()
        elif note.what == "T":
            del file.synced[note.offset :]
            file.later = [(offset, data[: max(0, note.offset - offset)]) for offset, data in file.later]
        elif note.what == "U":
            del self.files[note.name]
        self.unsynced = sum(len(one.later) for one in self.files.values())

    def cut(self, folder: Path, chance: random.Random | None = None) -> None:
        """The power goes: write down what is found afterwards. Without ``chance`` nothing unsynced is."""
        for name, file in self.files.items():
            left = bytearray(file.synced)
            for offset, data in file.later if chance else ():
                for start in range(0, len(data), SECTOR):
                    if chance is not None and chance.random() < 0.5:
                        _put(left, offset + start, data[start : start + SECTOR])
            (folder / name).write_bytes(left)


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data
