"""Hears that the machine's own screen was locked: the seat then goes to not ready and asks for the password.

Windows says it to a window that has registered (WTSRegisterSessionNotification); Linux desktops say it on D-Bus.
Unlocking the machine does not unlock the desk.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any, Protocol

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, Signal, Slot

WM_WTSSESSION_CHANGE = 0x02B1
WTS_SESSION_LOCK = 7
WTS_SESSION_UNLOCK = 8
NOTIFY_FOR_THIS_SESSION = 0


class SessionLock(QObject):
    """The port: tells of the machine's lock. This body tells nothing: for machines that cannot say."""

    machine_locked = Signal()
    machine_unlocked = Signal()

    @property
    def is_watching(self) -> bool:
        """Whether this machine will say when it is locked."""
        return False

    def start(self, window: int = 0) -> bool:
        """Begin to listen; ``window`` is the frame's native id. False when this machine cannot say."""
        del window
        return False

    def stop(self) -> None:
        """Listen no more; safe to call twice."""


class WindowsSessions(Protocol):
    """The two calls of ``wtsapi32`` that are needed."""

    def register(self, window: int) -> bool:
        """``WTSRegisterSessionNotification`` for this session."""

    def unregister(self, window: int) -> None:
        """``WTSUnRegisterSessionNotification``."""


class Wtsapi:
    """Windows itself, through ctypes."""

    def register(self, window: int) -> bool:
        """Whether Windows will send the messages."""
        told = self._library().WTSRegisterSessionNotification(ctypes.c_void_p(window), NOTIFY_FOR_THIS_SESSION)
        return bool(told)

    def unregister(self, window: int) -> None:
        """Windows forgets the window by itself too when it is destroyed."""
        self._library().WTSUnRegisterSessionNotification(ctypes.c_void_p(window))

    @staticmethod
    def _library() -> Any:
        return ctypes.LibraryLoader(vars(ctypes)["WinDLL"]).LoadLibrary("wtsapi32")


class _Message(ctypes.Structure):
    """The beginning of Windows' MSG (winuser.h)."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("first", ctypes.c_size_t),
        ("second", ctypes.c_ssize_t),
    )


class _Ear(QAbstractNativeEventFilter):
    """Reads the native messages that pass by and swallows none."""

    def __init__(self, owner: WindowsSessionLock) -> None:
        super().__init__()
        self._owner = owner

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:  # noqa: N802
        """Hand a session change on."""
        told_kind = kind.data() if isinstance(kind, QByteArray) else kind
        if told_kind == b"windows_generic_MSG":
            told = _Message.from_address(int(message))
            if told.message == WM_WTSSESSION_CHANGE:
                self._owner.hear(int(told.first))
        return False, 0


class WindowsSessionLock(SessionLock):
    """Listens to Windows through the frame's native window."""

    def __init__(self, sessions: WindowsSessions | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sessions = sessions or Wtsapi()
        self._window = 0
        self._ear: _Ear | None = None

    @property
    def is_watching(self) -> bool:
        """Whether Windows took the registration."""
        return self._ear is not None

    def start(self, window: int = 0) -> bool:
        """Register the window. Called again when the frame got a new native window."""
        self.stop()
        application = QCoreApplication.instance()
        if not window or application is None or not self._sessions.register(window):
            return False
        self._window, self._ear = window, _Ear(self)
        application.installNativeEventFilter(self._ear)
        return True

    def stop(self) -> None:
        """Take the registration back."""
        ear, self._ear = self._ear, None
        application = QCoreApplication.instance()
        if ear is None:
            return
        if application is not None:
            application.removeNativeEventFilter(ear)
        self._sessions.unregister(self._window)

    def hear(self, change: int) -> None:
        """One session change, by its number (winuser.h)."""
        if change == WTS_SESSION_LOCK:
            self.machine_locked.emit()
        elif change == WTS_SESSION_UNLOCK:
            self.machine_unlocked.emit()


_SCREEN_SAVERS = (
    ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
    ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),
)


class LinuxSessionLock(SessionLock):
    """Listens to the desktop's screen saver on the session bus."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listening = False

    @property
    def is_watching(self) -> bool:
        """Whether there is a session bus to listen on."""
        return self._listening

    def start(self, window: int = 0) -> bool:
        """Subscribe to both spellings of the signal; ``window`` is not needed here."""
        del window
        self._listening = self._each("connect")
        return self._listening

    def stop(self) -> None:
        """Subscribe no more."""
        if self._listening:
            self._each("disconnect")
            self._listening = False

    def _each(self, verb: str) -> bool:
        from PySide6.QtDBus import QDBusConnection

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return False
        done = [
            getattr(bus, verb)("", path, interface, "ActiveChanged", self, SLOT("hear(bool)"))
            for path, interface in _SCREEN_SAVERS
        ]
        return any(done)

    @Slot(bool)
    def hear(self, active: bool) -> None:
        """The screen saver covered the screen, or uncovered it."""
        (self.machine_locked if active else self.machine_unlocked).emit()


def system_lock(parent: QObject | None = None, platform: str = sys.platform) -> SessionLock:
    """The watcher for this machine."""
    if platform == "win32":
        return WindowsSessionLock(parent=parent)
    return LinuxSessionLock(parent)
