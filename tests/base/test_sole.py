"""One process at a time: told at once, let go by the machine when a process ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent_desk.base.sole import HeldElsewhereError, Sole

TAKE = """
import sys
from pathlib import Path
from agent_desk.base.sole import HeldElsewhereError, Sole
sole = Sole(Path(sys.argv[1]))
try:
    sole.take()
except HeldElsewhereError:
    print("held elsewhere", flush=True)
    raise SystemExit
print("taken", flush=True)
sys.stdin.readline()
"""


def other(path: Path) -> subprocess.Popen[str]:
    """Another process that tries to take it."""
    return subprocess.Popen(
        [sys.executable, "-c", TAKE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=20)


def test_a_second_process_is_told_and_gets_it_once_it_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "store.lock"
    mine = Sole(path)
    mine.take()
    first = other(path)
    assert said(first) == "held elsewhere"
    ended(first)
    mine.release()
    mine.release()
    second = other(path)
    assert said(second) == "taken"
    ended(second)


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "store.lock"
    first = other(path)
    assert said(first) == "taken"
    with pytest.raises(HeldElsewhereError):
        Sole(path).take()
    ended(first)
    mine = Sole(path)
    mine.take()
    mine.release()


def test_two_of_one_process_are_in_each_others_way_too(tmp_path: Path) -> None:
    path = tmp_path / "store.lock"
    mine = Sole(path)
    mine.take()
    with pytest.raises(HeldElsewhereError):
        Sole(path).take()
    mine.release()


def test_where_no_file_can_be_made_the_machine_s_own_word_comes_through(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Sole(tmp_path / "nowhere" / "store.lock").take()
