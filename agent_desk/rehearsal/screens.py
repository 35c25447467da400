"""Two screens where there is none: the smallest seat at 100 %, and a large one at 150 %."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

SMALL, LARGE = "small", "large"
SMALL_SIZE = (1366, 768)
LARGE_SIZE = (1920, 1080)
LARGE_SCALE = 1.5
GAP = 2000


def off_screen(folder: Path, environment: MutableMapping[str, str] | None = None) -> bool:
    """Turn to Qt's off-screen platform unless a screen is there or a platform was asked for; before Qt is imported.

    Returns whether the two screens above are drawn on. ``folder`` takes the file that describes them.
    """
    told = os.environ if environment is None else environment
    asked = told.get("QT_QPA_PLATFORM", "")
    if asked not in {"", "offscreen"} or (not asked and _has_screen(told)):
        return False
    described = folder / "screens.json"
    screens = [_screen(SMALL, SMALL_SIZE, 0), _screen(LARGE, LARGE_SIZE, GAP)]
    described.write_text(json.dumps({"screens": screens}), encoding="utf-8")
    told["QT_QPA_PLATFORM"] = f"offscreen:configfile={described}"
    told["QT_SCREEN_SCALE_FACTORS"] = f"{LARGE}={LARGE_SCALE}"
    return True


def _has_screen(environment: MutableMapping[str, str]) -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _screen(name: str, size: tuple[int, int], x: int) -> dict[str, object]:
    return {
        "name": name, "x": x, "y": 0, "width": size[0], "height": size[1],
        "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
    }  # fmt: skip
