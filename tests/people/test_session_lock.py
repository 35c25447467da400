"""The machine's own lock is heard: on a real session bus, and from Windows through its port."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication

from agent_desk.people.session_lock import (
    WM_WTSSESSION_CHANGE,
    WTS_SESSION_LOCK,
    WTS_SESSION_UNLOCK,
    LinuxSessionLock,
    SessionLock,
    WindowsSessionLock,
    _Ear,
    _Message,
    system_lock,
)
from tests.peers.keyring import KeyringPeer


def heard(lock: SessionLock) -> list[str]:
    told: list[str] = []
    lock.machine_locked.connect(lambda: told.append("locked"))
    lock.machine_unlocked.connect(lambda: told.append("unlocked"))
    return told


def say(path: str, interface: str, active: bool) -> None:
    """What a desktop says on the bus."""
    word = "true" if active else "false"
    command = ["dbus-send", "--session", "--type=signal", path, f"{interface}.ActiveChanged", f"boolean:{word}"]
    subprocess.run(command, check=True, timeout=20)


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")
def test_a_linux_desktop_that_locks_is_heard(qapp: QCoreApplication, qtbot, keyring_service: KeyringPeer) -> None:  # type: ignore[no-untyped-def]
    lock = LinuxSessionLock()
    told = heard(lock)
    assert not lock.is_watching
    assert lock.start()
    assert lock.is_watching
    with qtbot.waitSignal(lock.machine_locked, timeout=5000):
        say("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", active=True)
    with qtbot.waitSignal(lock.machine_unlocked, timeout=5000):
        say("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", active=False)
    lock.stop()
    lock.stop()
    say("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver", active=True)
    qtbot.wait(100)
    assert told == ["locked", "unlocked"]
    lock.deleteLater()


class Windows:
    """Windows' two calls, remembered."""

    def __init__(self, willing: bool = True) -> None:
        self.willing = willing
        self.calls: list[tuple[str, int]] = []

    def register(self, window: int) -> bool:
        self.calls.append(("register", window))
        return self.willing

    def unregister(self, window: int) -> None:
        self.calls.append(("unregister", window))


def test_windows_is_asked_once_for_each_window_and_let_go(qapp: QCoreApplication) -> None:
    windows = Windows()
    lock = WindowsSessionLock(windows)
    assert not lock.start(0)
    assert lock.start(42)
    assert lock.is_watching
    assert lock.start(43)
    lock.stop()
    lock.stop()
    assert windows.calls == [("register", 42), ("unregister", 42), ("register", 43), ("unregister", 43)]
    assert not lock.is_watching


def test_windows_that_refuses_is_not_watched(qapp: QCoreApplication) -> None:
    lock = WindowsSessionLock(Windows(willing=False))
    assert not lock.start(42)
    assert not lock.is_watching


def test_windows_messages_are_read_and_none_is_swallowed(qapp: QCoreApplication) -> None:
    lock = WindowsSessionLock(Windows())
    told = heard(lock)
    ear = _Ear(lock)
    for message, change in (
        (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK),
        (WM_WTSSESSION_CHANGE, 5),
        (0x0100, WTS_SESSION_LOCK),
        (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK),
    ):
        native = _Message(42, message, change, 0)
        for kind in (QByteArray(b"windows_generic_MSG"), QByteArray(b"xcb_generic_event_t")):
            assert ear.nativeEventFilter(kind, ctypes.addressof(native)) == (False, 0)
    assert told == ["locked", "unlocked"]


def test_each_machine_has_its_watcher(qapp: QCoreApplication) -> None:
    assert isinstance(system_lock(platform="win32"), WindowsSessionLock)
    assert isinstance(system_lock(platform="linux"), LinuxSessionLock)
    silent = SessionLock()
    assert not silent.start()
    assert not silent.is_watching
    silent.stop()
