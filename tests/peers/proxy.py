"""A TCP proxy on loopback that makes a network fail on demand: delay, hold, lose answers, cut, refuse.

It knows nothing of what passes, so it works under TLS as well.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType

CHUNK = 64 * 1024
LINE_PIECES = 1024  # 64 MB on the line: far more than any connection keeps under way
TICK = 0.05  # seconds between looks at the clock and the faults
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends a reset instead of an orderly end


class Way(Enum):
    """The direction of bytes: UP from the seat to the hub, DOWN the answers."""

    UP = "up"
    DOWN = "down"


@dataclass
class _Faults:
    """What is wrong with the network now; guarded by the proxy's lock."""

    delay: float = 0.0
    cut_after: dict[Way, int] = field(default_factory=dict)
    dropping: set[Way] = field(default_factory=set)


class Proxy:
    """Stands between a seat and `(host, port)`; use it as a context manager, connect to `host` and its `port`.

    A fault holds for present and later connections until `heal`. `passed` counts the bytes let through each way since
    the last `heal`.
    """

    def __init__(self, host: str, port: int) -> None:
        self.host = "127.0.0.1"
        self._target = (host, port)
        self._lock = threading.RLock()
        self._faults = _Faults()
        self._flowing = threading.Event()
        self._flowing.set()
        self.passed = {Way.UP: 0, Way.DOWN: 0}
        self.accepted = 0
        self._pairs: set[_Pair] = set()
        self._threads: list[threading.Thread] = []
        self._closing = False
        self._door: socket.socket | None = None
        self.port = 0
        self._open_door()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Cut everything and end every thread."""
        self._closing = True
        self._flowing.set()
        self._shut_door()
        self.cut()
        for thread in tuple(self._threads):
            thread.join(5)

    def delay(self, seconds: float) -> None:
        """Hold every piece back for a time, each way: a round trip grows by twice that.

        Pieces wait side by side, as on a long line: the delay takes nothing from the bandwidth.
        """
        with self._lock:
            self._faults.delay = seconds

    def cut_after(self, count: int, way: Way) -> None:
        """Cut every connection once `count` more bytes have passed that way; the byte after them never arrives."""
        with self._lock:
            self._faults.cut_after[way] = self.passed[way] + count

    def drop(self, way: Way = Way.DOWN) -> None:
        """Swallow what goes that way and leave the connection open: the request arrives, its answer is lost."""
        with self._lock:
            self._faults.dropping.add(way)

    def hold(self) -> None:
        """Let nothing pass, and lose nothing: like a cable pulled and put back."""
        self._flowing.clear()

    def release(self) -> None:
        """Let what is held pass."""
        self._flowing.set()

    def cut(self) -> None:
        """Reset every connection that is open now."""
        with self._lock:
            pairs = tuple(self._pairs)
        for pair in pairs:
            pair.reset()

    def refuse(self) -> None:
        """Refuse new connections; those that are open stay."""
        self._shut_door()

    def accept(self) -> None:
        """Take new connections again, on the same port."""
        if self._door is None:
            self._open_door()

    def heal(self) -> None:
        """Take every fault away and count from nought."""
        with self._lock:
            self._faults = _Faults()
            self.passed = {Way.UP: 0, Way.DOWN: 0}
        self._flowing.set()
        self.accept()

    @property
    def open_connections(self) -> int:
        """Return how many connections are open now."""
        with self._lock:
            return len(self._pairs)

    def _open_door(self) -> None:
        door = socket.create_server((self.host, self.port), reuse_port=False)
        door.settimeout(TICK)
        self._door, self.port = door, door.getsockname()[1]
        self._begin(self._welcome, door)

    def _shut_door(self) -> None:
        door, self._door = self._door, None
        if door is None:
            return
        with contextlib.suppress(OSError):  # wakes the thread that waits at the door (Linux; elsewhere closing does)
            door.shutdown(socket.SHUT_RDWR)
        door.close()

    def _begin(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="proxy", daemon=True)  # type: ignore[arg-type]
        self._threads = [old for old in self._threads if old.is_alive()] + [thread]
        thread.start()

    def _welcome(self, door: socket.socket) -> None:
        while self._door is door:
            try:
                near, _ = door.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target, timeout=5)
        except OSError:
            _reset(near)
            return
        for end in (near, far):
            end.settimeout(TICK)  # both before either is carried: one way may end the connection at once
        pair = _Pair(near, far)
        with self._lock:
            self._pairs.add(pair)
            self.accepted += 1
        for way, source, sink in ((Way.UP, near, far), (Way.DOWN, far, near)):
            self._begin(self._carry, pair, way, source, sink)

    def _carry(self, pair: _Pair, way: Way, source: socket.socket, sink: socket.socket) -> None:
        line: _Line | None = None
        with contextlib.suppress(OSError):
            while not (self._closing or pair.gone):
                try:
                    piece = source.recv(CHUNK)
                except TimeoutError:
                    continue
                if not piece:
                    break
                with self._lock:
                    delay = self._faults.delay
                if delay and line is None:  # from now on everything this way goes through the line, in order
                    line = _Line()
                    self._begin(self._deliver, pair, way, line, sink)
                if line is not None:
                    line.put(piece, time.monotonic() + delay)
                elif not self._pass(pair, way, piece, sink):
                    pair.reset()
                    break
        if line is not None:
            line.end()
        else:
            self._finish(pair, sink)

    def _deliver(self, pair: _Pair, way: Way, line: _Line, sink: socket.socket) -> None:
        """The far end of a long line: pass each piece on when its time has come."""
        with contextlib.suppress(OSError):
            while (piece := line.take(lambda: self._closing or pair.gone)) is not None:
                if not self._pass(pair, way, piece, sink):
                    pair.reset()
                    break
        self._finish(pair, sink)

    def _finish(self, pair: _Pair, sink: socket.socket) -> None:
        pair.end(sink)
        with self._lock:
            if pair.gone:
                self._pairs.discard(pair)

    def _pass(self, pair: _Pair, way: Way, piece: bytes, sink: socket.socket) -> bool:
        """Send a piece on as the faults allow; return False if the connection is to be cut now."""
        while not self._flowing.wait(TICK):
            if pair.gone:
                return False
        with self._lock:
            if way in self._faults.dropping:
                return True
            limit = self._faults.cut_after.get(way)
            allowed = len(piece) if limit is None else max(0, limit - self.passed[way])
            self.passed[way] += min(allowed, len(piece))
        sink.sendall(piece[:allowed])
        return allowed >= len(piece)


class _Line:
    """Pieces on their way along a long line, each with the moment it arrives; at most ``LINE_PIECES`` at once."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[bytes | None, float]] = deque()
        self._moved = threading.Condition()

    def put(self, piece: bytes, due: float) -> None:
        """Send a piece off; waits while the line is full and its end does not take."""
        with self._moved:
            self._moved.wait_for(lambda: len(self._pieces) < LINE_PIECES, timeout=60)
            self._pieces.append((piece, due))
            self._moved.notify_all()

    def end(self) -> None:
        """Nothing more will come."""
        with self._moved:
            last = self._pieces[-1][1] if self._pieces else 0.0
            self._pieces.append((None, last))
            self._moved.notify_all()

    def take(self, given_up: Callable[[], bool]) -> bytes | None:
        """What is due next, as soon as it is; None when nothing further comes, or nobody waits for it any more."""
        while not given_up():
            with self._moved:
                self._moved.wait_for(lambda: bool(self._pieces), timeout=TICK)
                due = self._due(time.monotonic())
                if due:
                    self._moved.notify_all()
                    return b"".join(due)
                if self._pieces and self._pieces[0][0] is None:
                    return None
                wait = self._pieces[0][1] - time.monotonic() if self._pieces else 0.0
            time.sleep(min(max(wait, 0.0), TICK))
        return None

    def _due(self, now: float) -> list[bytes]:
        """Everything that has arrived by now."""
        due: list[bytes] = []
        while self._pieces and self._pieces[0][1] <= now:
            piece = self._pieces[0][0]
            if piece is None:
                break
            due.append(piece)
            self._pieces.popleft()
        return due


class _Pair:
    """The two ends of one connection."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self._near, self._far = near, far
        self._ended: set[int] = set()
        self._lock = threading.Lock()
        self.gone = False

    def end(self, sink: socket.socket) -> None:
        """One way has come to its end: tell the sink; when both have, close."""
        with self._lock:
            self._ended.add(id(sink))
            finished = len(self._ended) == 2 or self.gone
            self.gone = finished
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        if finished:
            self._near.close()
            self._far.close()

    def reset(self) -> None:
        """Cut both ends at once."""
        self.gone = True
        _reset(self._near)
        _reset(self._far)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    end.close()


def main(host: str, port: str, round_trip_ms: str) -> None:
    """Stand as a process of its own, so that it shares no interpreter with what is measured; ends with its input."""
    with Proxy(host, int(port)) as proxy:
        proxy.delay(float(round_trip_ms) / 2000)
        print(proxy.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
