"""A module is read once when it is imported, not a second time by PySide."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

IMPORT = """
import linecache, sys
sys.path.insert(0, sys.argv[1])
{first}
import PySide6.QtWidgets
import read_once
print(any("read_once" in name for name in linecache.cache))
"""


def read_twice(folder: Path, first: str) -> bool:
    """Whether the text of a module stands in memory after it was imported."""
    (folder / "read_once.py").write_text("WORD = 1\n", encoding="utf-8")
    command = [sys.executable, "-c", IMPORT.format(first=first), str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True)
    return done.stdout.strip() == "True"


def test_the_desk_imports_plainly(tmp_path: Path) -> None:
    assert not read_twice(tmp_path, "import agent_desk.bootstrap")


def test_control_pyside_alone_reads_every_module_again(tmp_path: Path) -> None:
    assert read_twice(tmp_path, "")


LEFT_ALONE = """
import builtins
import PySide6.QtCore
{before}
hook = builtins.__import__
import agent_desk.bootstrap
print(builtins.__import__ is hook)
"""


@pytest.mark.parametrize(
    "before",
    [
        "plain = builtins.__import__\nbuiltins.__import__ = lambda *args, **named: plain(*args, **named)",
        "del builtins.__feature_import__",
    ],
    ids=["somebody else's hook on top", "PySide names its hook otherwise"],
)
def test_whatever_is_not_known_is_left_alone(before: str) -> None:
    command = [sys.executable, "-c", LEFT_ALONE.format(before=before)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert done.stdout.strip() == "True"
