"""Starting a seat, listening to what it promises, and killing it without warning."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_desk.facts.link import FIRST_PREV, holds
from agent_desk.storage import cipher
from agent_desk.storage.store import Store


@dataclass
class Victim:
    """A seat process; ``promised`` are the facts it said were safe."""

    order: dict[str, Any]
    promised: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    surroundings: dict[str, str] | None = None
    """The environment of the process; by default ours."""
    module: str = "tests.faults.seat"

    def __enter__(self) -> Victim:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self.surroundings,
            cwd=Path(__file__).parents[2],
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(self.order) + "\n")
        self._process.stdin.flush()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever happened, leave no process behind."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.strip())
            if line.startswith("saved ") and line.endswith("\n"):
                self.promised.append(line.split()[1])

    def wait_for(self, promises: int, seconds: float = 30.0) -> None:
        """Wait until it has promised so many facts."""
        end = time.monotonic() + seconds
        while len(self.promised) < promises and self._process.poll() is None:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(self.promised)} of {promises} promised: {self.lines[-3:]}")
            time.sleep(0.002)

    def kill(self) -> None:
        """SIGKILL (TerminateProcess on Windows): no handler runs, no buffer is flushed."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(30)
        self._listener.join(30)

    def finish(self, seconds: float = 90.0) -> None:
        """Let it come to its end by itself."""
        code = self._process.wait(seconds)
        self._listener.join(30)
        assert code == 0, self._process.stderr.read() if self._process.stderr else code


def lost(store: Store, promised: list[str]) -> set[str]:
    """Facts that were promised and are not there: the one figure that must be empty."""
    with store.reading() as connection:
        there = {row[0] for row in connection.exec_driver_sql("SELECT id FROM fact").fetchall()}
    return set(promised) - there


def chain_breaks(store: Store) -> list[int]:
    """Positions at which an own chain has a gap or a link that does not fit."""
    broken: list[int] = []
    for own in store.origins():
        prev, expected = FIRST_PREV, 1
        for link, text, _ in store.pending(own.origin, 0, 1_000_000, 1 << 40):
            if link.seq != expected or link.prev != prev or not holds(link, text):
                broken.append(link.seq)
            prev, expected = link.digest, link.seq + 1
    return broken


def assert_sound(store: Store, key: bytes, promised: list[str]) -> None:
    """Nothing promised is lost, the chain is whole, every page reads, projections agree."""
    assert lost(store, promised) == set()
    assert chain_breaks(store) == []
    assert cipher.is_whole(store.path, key)
    with store.reading() as connection:
        counted = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM fact WHERE kind = 'test.sold'),"
            " (SELECT count(*) FROM test_sale), (SELECT count(*) FROM test_line),"
            " (SELECT count(*) FROM journal JOIN own_origin USING (origin))"
        ).one()
    assert counted[0] == counted[1] == counted[2] / 2 == counted[3]
