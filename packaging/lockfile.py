"""Resolves pyproject.toml into one lock with hashes for every supported Python and system.

uv does the resolving, out of a throw-away environment: pip cannot yet resolve for other systems than its own.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import machine
from environment import say

HEADER = "# Made by `packaging/dev.py lock` from pyproject.toml. Do not edit.\n"


def resolve(project: Path, lock: Path) -> None:
    """Write the lock beside its markers. Raises CalledProcessError if the dependencies contradict each other."""
    with tempfile.TemporaryDirectory(prefix="agent-desk-lock-") as folder:
        subprocess.run([*machine.find_python(), "-m", "venv", folder], check=True)
        binaries = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([str(binaries / "python"), "-m", "pip", "install", "-qq", "uv"], check=True)
        made = Path(folder) / "made.lock"
        subprocess.run(
            [
                str(binaries / "uv"), "pip", "compile", str(project), "--group", f"{project}:dev", "--universal",
                "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate",
                "--no-emit-index-url", "--upgrade", "--quiet", "--output-file", str(made),
            ],
            check=True,
            cwd=project.parent,
        )  # fmt: skip
        lock.write_text(HEADER + made.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    say(f"{lock.name}: {sum('==' in line for line in lock.read_text(encoding='utf-8').splitlines())} packages")
