"""From a click on the icon: how long until somebody can type, and until the first receipt is saved.

The floor is a window of Qt alone with one field, measured the same way in turns with the desk. *Warm* is a seat used
before; *fresh folder* is its first start, with everything still to be founded. The machine's file cache is not
emptied in either: that needs rights a seat's account does not have.
"""

from __future__ import annotations

import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.measure import Ratio, report

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("first_window.py")
BYTECODE = Path(sys.prefix) / "bytecode"
"""Kept by the first starts here for all that follow, as an installer does for a desk that is handed out."""
TURNS = 9
PAINT_BAR, SAVE_BAR = 2.0, 5.0


def started(what: str, folder: Path) -> float:
    """Start the program and return what it says, in ms since the process was asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    surroundings = os.environ | {
        "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"), "PYTHONPYCACHEPREFIX": str(BYTECODE),
        "STARTED_NS": str(time.time_ns()),
    }  # fmt: skip
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, str(PROGRAM), what],
        env=surroundings, capture_output=True, timeout=60, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return float(done.stdout.splitlines()[-1])


def in_turns(name: str, what: str, folder: Callable[[], Path], scrap: Path, bar: float) -> Ratio:
    """The medians of interleaved starts: a busy machine slows both alike."""
    works, floors = [], []
    for _ in range(TURNS):
        floors.append(started("minimal", scrap))
        works.append(started(what, folder()))
    return Ratio(name, "a window of Qt alone", statistics.median(works), statistics.median(floors), bar, TURNS)


@pytest.mark.parametrize(
    ("what", "name", "bar"),
    [("paint", "first paint with a live sign-in field", PAINT_BAR), ("save", "first saved receipt", SAVE_BAR)],
)
def test_the_start_is_a_small_multiple_of_qts_own(tmp_path: Path, what: str, name: str, bar: float) -> None:
    used = tmp_path / "used"
    for _ in range(2):
        started("save", used)  # founded, and its bytecode written
    started("minimal", tmp_path)
    fresh = (tmp_path / f"fresh-{number}" for number in itertools.count())
    warm = in_turns(f"{name}, warm", what, lambda: used, tmp_path, bar)
    cold = in_turns(f"{name}, fresh folder", what, lambda: next(fresh), tmp_path, bar)
    report(warm, cold)
    assert warm.kept, f"{warm.ratio:.2f} times, promised {bar:g}"
    assert cold.kept, f"{cold.ratio:.2f} times, promised {bar:g}"
