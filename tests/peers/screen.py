"""A real X screen without a monitor, with a window manager, for tests that need activation, focus or a screen reader."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping

import pytest

from tests.peers.processes import end, start_beside

SECONDS = 20


class XScreen:
    """An Xvfb display of the given size; `environment` is what a program needs to open its window there."""

    def __init__(self, width: int = 1366, height: int = 768) -> None:
        self._size = f"{width}x{height}x24"
        self._programs: list[subprocess.Popen[bytes]] = []
        self.display = ""

    def __enter__(self) -> XScreen:
        server = start_beside(
            ["Xvfb", "-displayfd", "1", "-screen", "0", self._size, "-nolisten", "tcp", "-noreset"],
            os.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._programs.append(server)
        assert server.stdout is not None
        ready, _, _ = select.select([server.stdout], [], [], SECONDS)
        self.display = f":{server.stdout.readline().decode().strip()}" if ready else ""
        if self.display in {"", ":"}:
            self.__exit__()
            raise RuntimeError("Xvfb did not come up")
        self._start_window_manager()
        return self

    def __exit__(self, *error: object) -> None:
        while self._programs:
            end(self._programs.pop())

    @property
    def environment(self) -> Mapping[str, str]:
        """Return our environment with this screen in it, and Qt's accessibility bridge always on."""
        return {
            **os.environ,
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }

    def _start_window_manager(self) -> None:
        if shutil.which("openbox"):
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            self._programs.append(start_beside(["openbox"], self.environment, **quiet))


@pytest.fixture
def x_screen() -> Iterator[XScreen]:
    """A screen of 1366 × 768; skips where there is no Xvfb, fails in CI, which must have it."""
    if not shutil.which("Xvfb"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no X screen: Xvfb is missing")
    with XScreen() as screen:
        yield screen
