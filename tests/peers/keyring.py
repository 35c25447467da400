"""A real Secret Service keyring on a private session bus, unlocked; on Windows the account's own is used."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.peers.processes import end, start_beside

PASSWORD = b"the keyring of a test run\n"
SECONDS = 20


class KeyringPeer:
    """A session bus and a gnome-keyring with its data under `folder`; sets DBUS_SESSION_BUS_ADDRESS for us all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs: list[subprocess.Popen[bytes]] = []
        self.problem = "" if sys.platform == "linux" else f"not used on {sys.platform}"

    @property
    def running(self) -> bool:
        """Tell whether the keyring answers."""
        return bool(self._programs) and not self.problem

    def start(self) -> None:
        """Start both programs, or note in `problem` what is missing."""
        missing = [name for name in ("dbus-daemon", "gnome-keyring-daemon") if not shutil.which(name)]
        if missing:
            self.problem = f"missing: {', '.join(missing)}"
        if self.problem:
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"  # never the keyring of the person at this machine
            return
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
        self._start_keyring()

    def stop(self) -> None:
        """End both programs."""
        while self._programs:
            end(self._programs.pop())

    def _start_bus(self) -> str:
        address = f"unix:path={self._folder / 'bus'}"
        command = ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address={address}"]
        bus = start_beside(command, os.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._programs.append(bus)
        return _first_line(bus)

    def _start_keyring(self) -> None:
        command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
        keyring = start_beside(
            command, os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._programs.append(keyring)
        assert keyring.stdin is not None
        keyring.stdin.write(PASSWORD)
        keyring.stdin.close()
        deadline = time.monotonic() + SECONDS
        while not _on_the_bus("org.freedesktop.secrets"):
            if keyring.poll() is not None or time.monotonic() > deadline:
                self.problem = "gnome-keyring did not come up"
                return
            time.sleep(0.02)


def _first_line(program: subprocess.Popen[bytes]) -> str:
    assert program.stdout is not None
    ready, _, _ = select.select([program.stdout], [], [], SECONDS)
    return program.stdout.readline().decode().strip() if ready else ""


def _on_the_bus(name: str) -> bool:
    asked = subprocess.run(
        ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
         "org.freedesktop.DBus.NameHasOwner", f"string:{name}"],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    return "boolean true" in asked.stdout


@pytest.fixture(scope="session")
def keyring_service(request: pytest.FixtureRequest) -> KeyringPeer:
    """The run's keyring; skips where there is none to be had, fails in CI, which must have one."""
    peer: KeyringPeer = request.config.stash[PEER]
    if sys.platform == "linux" and not peer.running:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no keyring: {peer.problem}")
    return peer


PEER = pytest.StashKey[KeyringPeer]()
