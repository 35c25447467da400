"""Surroundings of every test: no screen, folders of its own, a real keyring, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_SURROUNDINGS = Path(tempfile.mkdtemp(prefix="agent-desk-tests-"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("NO_AT_BRIDGE", "1")
for _name in ("DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR"):
    _folder = _SURROUNDINGS / _name.lower()
    _folder.mkdir(mode=0o700)
    os.environ[f"XDG_{_name}"] = str(_folder)

import pytest  # noqa: E402

from tests.house.leaks import (  # noqa: E402
    no_unexpected_warnings,
    nothing_left_behind,
    watch_event_loops,
)
from tests.peers.keyring import PEER, KeyringPeer, keyring_service  # noqa: E402
from tests.peers.postgres import THE_SERVER, fresh_database, postgres_server  # noqa: E402
from tests.peers.screen import x_screen  # noqa: E402

__all__ = [
    "fresh_database",
    "keyring_service",
    "no_unexpected_warnings",
    "nothing_left_behind",
    "postgres_server",
    "x_screen",
]


def pytest_configure(config: pytest.Config) -> None:
    """Start the keyring and watch for event loops."""
    watch_event_loops()
    peer = KeyringPeer(Path(os.environ["XDG_RUNTIME_DIR"]))
    config.stash[PEER] = peer
    if not config.option.collectonly:
        peer.start()


def pytest_report_header(config: pytest.Config) -> str:
    """Say in the head of the run which keyring the tests meet."""
    peer = config.stash[PEER]
    return f"keyring: {'Secret Service on a private bus' if peer.running else peer.problem}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the keyring and delete the run's folders."""
    config.stash[PEER].stop()
    if THE_SERVER in config.stash:
        config.stash[THE_SERVER].close()
    shutil.rmtree(_SURROUNDINGS, ignore_errors=True)
