"""Processes beside a bench: a delaying line before a server, and PouchDB with its own server as the peer."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.peers.processes import end, start_beside

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(__file__).with_name("peers")


@contextlib.contextmanager
def line_to(host: str, port: int, round_trip_ms: int) -> Iterator[tuple[str, int]]:
    """An address that leads to another with a round trip added, by a process of its own; 0 leads there directly."""
    if not round_trip_ms:
        yield host, port
        return
    command = [sys.executable, "-m", "tests.peers.proxy", host, str(port), str(round_trip_ms)]
    with beside(command, os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        yield "127.0.0.1", int(line_of(process))


class Pouch:
    """PouchDB on a seat and PouchDB's own server, both with LevelDB in a folder."""

    def __init__(self, server: subprocess.Popen[bytes], seat: subprocess.Popen[bytes]) -> None:
        self.port = int(line_of(server))
        self._seat = seat

    def write(self, name: str, file: Path) -> int:
        """Fill a seat's database with the documents of a file, one JSON a line."""
        return int(self._do(do="write", name=name, file=str(file))["docs"])

    def replicate(self, way: str, name: str, port: int, remote: str, batch: int) -> tuple[float, int]:
        """Push or pull a database; milliseconds and documents. A batch of 0 is PouchDB's default, 100."""
        url = f"http://127.0.0.1:{port}/{remote}"
        told = self._do(do=way, name=name, url=url, batch=batch)
        assert told["ok"], told
        return float(told["ms"]), int(told["docs"])

    def _do(self, **order: object) -> dict[str, Any]:
        assert self._seat.stdin is not None
        self._seat.stdin.write(json.dumps(order).encode() + b"\n")
        self._seat.stdin.flush()
        told: dict[str, Any] = json.loads(line_of(self._seat))
        return told


@contextlib.contextmanager
def pouch(folder: Path) -> Iterator[Pouch]:
    """The peer, up; skips where `dev.py bench` could not install it."""
    packages = os.environ.get("AGENT_DESK_PEERS", "")
    if not packages:
        pytest.skip("PouchDB is not installed: run it by `python3 packaging/dev.py bench peers`, with node and npm")
    surroundings = os.environ | {"NODE_PATH": str(Path(packages) / "node_modules"), "NODE_NO_WARNINGS": "1"}
    places = [folder / name for name in ("pouch-server", "pouch-seat")]
    for place in places:
        place.mkdir()
    with (
        beside(["node", str(SCRIPTS / "server.js"), str(places[0])], surroundings) as server,
        beside(["node", str(SCRIPTS / "seat.js"), str(places[1])], surroundings) as seat,
    ):
        yield Pouch(server, seat)


@contextlib.contextmanager
def beside(command: list[str], surroundings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is spoken to line by line, and ended afterwards."""
    process = start_beside(command, surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        end(process)


def line_of(process: subprocess.Popen[bytes]) -> str:
    """The next line it says."""
    assert process.stdout is not None
    return process.stdout.readline().decode()
