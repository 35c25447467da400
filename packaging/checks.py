"""The static checks of the test command: style, types, import directions, the Qt/Python pair, translations, forms."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable

import qt_pair
import screen_forms
from environment import PYTHON, ROOT, say, tool


def run_all() -> list[str]:
    """Run every check, also after one has failed; return the names of those that failed."""
    return [name for name, work in CHECKS.items() if not _passed(name, work)]


def _passed(name: str, work: Callable[[], str]) -> bool:
    start = time.monotonic()
    try:
        problem = work()
    except (screen_forms.FormError, subprocess.CalledProcessError) as error:
        problem = str(error)
    say(f"{name}: {'FAILED' if problem else 'ok'} ({time.monotonic() - start:.1f} s)")
    if problem:
        print(problem, flush=True)
    return not problem


def _tool(*command: str) -> Callable[[], str]:
    """Return a check that runs one tool and answers its output if it failed."""

    def work() -> str:
        surroundings = {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command, cwd=ROOT, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False
        )
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"

    return work


CHECKS = {
    "style (ruff check)": _tool(tool("ruff"), "check", "--quiet", "."),
    "format (ruff format)": _tool(tool("ruff"), "format", "--check", "."),
    "types (mypy --strict)": _tool(str(PYTHON), "-m", "mypy", "--strict", "agent_desk"),
    "imports (import-linter)": _tool(tool("lint-imports"), "--no-cache", "--no-logo"),
    "Qt/Python pair": lambda: qt_pair.fault(str(PYTHON)),
    "forms": screen_forms.stale,
    "translations": _tool(str(PYTHON), str(ROOT / "packaging" / "strings.py"), "--check"),
}
