"""A mark on a file that one process at a time holds: a second window, or a second desk on one store, is told so.

The machine lets go of it when its process ends, however it ends: after a crash nothing has to be cleared away.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path


class HeldElsewhereError(Exception):
    """Another one, of this process or of another, holds it."""


class Sole:
    """One mark. The file stays when it is let go; what is in it does not matter."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> None:
        """Hold it from now on, or raise :class:`HeldElsewhereError` at once; ``OSError`` when the file cannot be made."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except BaseException:
            os.close(file)
            raise
        self._file = file

    def release(self) -> None:
        """Let it go; safe to call twice."""
        file, self._file = self._file, None
        if file is not None:
            _unlock(file)
            os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as problem:
            if problem.errno in {errno.EACCES, errno.EDEADLK}:
                raise HeldElsewhereError from None
            raise

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HeldElsewhereError from None

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
