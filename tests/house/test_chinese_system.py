"""The tests say themselves which language they read: on a Chinese Windows they pass as on an English one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SYSTEM = "import agent_desk.ui.translation as words; print(words.Translation.of_the_system())"
SHORT = ("tests/ui/test_messages.py", "tests/receipts/test_capability.py")
LONG = (
    "tests/ui", "tests/window", "tests/receipts", "tests/outbox", "tests/people", "tests/bootstrap",
    "tests/settings", "tests/hub/test_cli.py",
)  # fmt: skip


def on_a_chinese_system(*command: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=surroundings, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("areas", [SHORT, pytest.param(LONG, marks=[pytest.mark.long, pytest.mark.timeout(1200)])])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes its language from no variable")
def test_they_pass_where_the_system_is_chinese(areas: tuple[str, ...]) -> None:
    done = on_a_chinese_system("-m", "pytest", "-q", "-x", *areas)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes its language from no variable")
def test_control_the_desk_itself_speaks_chinese_there() -> None:
    assert on_a_chinese_system("-c", SYSTEM).stdout.strip() == "zh_CN"
