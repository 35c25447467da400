"""The proxy does to a connection what it says, and nothing else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.peers.proxy import CHUNK, Proxy, Way


@pytest.fixture
def echo() -> Iterator[Proxy]:
    """A proxy before a server that sends everything back."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, stop))
        thread.start()
        with Proxy(*server.getsockname()) as proxy:
            yield proxy
        stop.set()
        thread.join()


def _serve(server: socket.socket, stop: threading.Event) -> None:
    threads = []
    while not stop.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        threads.append(threading.Thread(target=_echo, args=(connection,)))
        threads[-1].start()
    for thread in threads:
        thread.join(5)


def _echo(connection: socket.socket) -> None:
    with connection:
        try:
            while piece := connection.recv(4096):
                connection.sendall(piece)
        except OSError:
            return


def _open(proxy: Proxy) -> socket.socket:
    return socket.create_connection((proxy.host, proxy.port), timeout=2)


def _exchange(connection: socket.socket, text: bytes) -> bytes:
    connection.sendall(text)
    received = b""
    while len(received) < len(text):
        piece = connection.recv(4096)
        if not piece:
            break
        received += piece
    return received


def _until_cut(connection: socket.socket) -> bytes:
    """Return what still arrives before the connection is cut; a silence fails by its timeout."""
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(100):
            received += piece
    return received


def test_it_passes_everything_when_nothing_is_wrong(echo: Proxy) -> None:
    with _open(echo) as connection:
        assert _exchange(connection, b"x" * 100_000) == b"x" * 100_000
    assert echo.passed == {Way.UP: 100_000, Way.DOWN: 100_000}


def test_it_cuts_exactly_after_the_byte_that_was_named(echo: Proxy) -> None:
    echo.cut_after(7, Way.DOWN)
    with _open(echo) as connection:
        connection.sendall(b"0123456789")
        received = _until_cut(connection)
    assert b"0123456".startswith(received)  # a reset may overtake bytes, never add any
    assert echo.passed[Way.DOWN] == 7


def test_an_answer_is_lost_while_the_request_arrives(echo: Proxy) -> None:
    echo.drop(Way.DOWN)
    with _open(echo) as connection:
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            _exchange(connection, b"question")
        assert echo.passed == {Way.UP: 8, Way.DOWN: 0}


def test_what_is_held_arrives_after_the_release(echo: Proxy) -> None:
    with _open(echo) as connection:
        echo.hold()
        connection.sendall(b"late")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(10)
        echo.release()
        connection.settimeout(2)
        assert connection.recv(10) == b"late"


def test_a_delay_holds_back_both_ways(echo: Proxy) -> None:
    echo.delay(0.1)
    with _open(echo) as connection:
        start = time.monotonic()
        assert _exchange(connection, b"slow") == b"slow"
        assert time.monotonic() - start >= 0.2


def test_a_delay_takes_nothing_from_the_bandwidth(echo: Proxy) -> None:
    """Two megabytes are many pieces: were each held back after the other, they would take a minute."""
    echo.delay(0.2)
    size = 2_000_000
    with _open(echo) as connection:
        connection.settimeout(20)
        sender = threading.Thread(target=connection.sendall, args=(b"x" * size,))
        start = time.monotonic()
        sender.start()
        received = 0
        while received < size:
            received += len(connection.recv(65536))
        sender.join()
        pieces = size // CHUNK * 2
        assert time.monotonic() - start < pieces * 0.2


def test_what_is_on_the_line_is_lost_with_a_cut_and_arrives_before_an_orderly_end(echo: Proxy) -> None:
    echo.delay(0.2)
    with _open(echo) as connection:
        connection.sendall(b"on its way")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b"on its way"
        assert connection.recv(100) == b""
    echo.delay(60)
    with _open(echo) as connection:
        connection.sendall(b"too late")
        time.sleep(0.1)
        echo.cut()
        assert _until_cut(connection) == b""


def test_refused_seats_can_come_back_on_the_same_port(echo: Proxy) -> None:
    port = echo.port
    echo.refuse()
    with pytest.raises(ConnectionError):
        _open(echo)
    echo.heal()
    assert echo.port == port
    with _open(echo) as connection:
        assert _exchange(connection, b"back") == b"back"


def test_a_cut_resets_what_is_open_and_lets_the_next_one_in(echo: Proxy) -> None:
    with _open(echo) as connection:
        assert _exchange(connection, b"one") == b"one"
        echo.cut()
        assert _until_cut(connection) == b""
    with _open(echo) as connection:
        assert _exchange(connection, b"three") == b"three"
