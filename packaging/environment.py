"""The project's own virtual environment: made once, filled from the lock with hashes, refreshed when the lock changes.

Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "packaging" / "requirements.lock"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def tool(name: str) -> str:
    """Return the path of a console script inside the environment."""
    return str(BIN / (f"{name}.exe" if os.name == "nt" else name))


def prepare() -> None:
    """Make `.venv` match the lock and the project file. Raises MachineError or CalledProcessError."""
    with _one_at_a_time():
        if not _python_version():
            _make()
        for name, (sources, install) in STEPS.items():
            stamp = VENV / f"{name}.sha256"
            digest = _digest(*sources)
            if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
                stamp.unlink(missing_ok=True)
                install()
                stamp.write_text(digest, encoding="utf-8")


def _make() -> None:
    python = machine.find_python()
    say(f"making {VENV.name} with {' '.join(python)}")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([*python, "-m", "venv", str(VENV)], check=True)


def _install_locked() -> None:
    say(f"installing from {LOCK.name} (hashes checked)")
    _pip("--require-hashes", "--only-binary=:all:", "-r", str(LOCK))


def _install_desk() -> None:
    say("installing the desk itself, editable")
    _pip("--no-build-isolation", "-e", str(ROOT))


def _pip(*arguments: str) -> None:
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-deps"]
    subprocess.run([*pip, *arguments], check=True, cwd=ROOT)


STEPS = {
    "locked": ((LOCK,), _install_locked),
    "desk": ((LOCK, PROJECT), _install_desk),
}


def _python_version() -> str:
    """Return "3.11" or "3.12" of the environment, or "" if it is missing, broken or unsupported."""
    code = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    version = answer.stdout.strip()
    return version if version in {f"{a}.{b}" for a, b in machine.SUPPORTED} else ""


def _digest(*sources: Path) -> str:
    """Return what a step was done from: its files, the place of the project, and the Python."""
    parts = [*(path.read_bytes() for path in sources), str(ROOT).encode(), _python_version().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands started together do not fill the same environment at once."""
    with (ROOT / ".venv.busy").open("a+", encoding="utf-8") as file:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """One line of progress."""
    print(f"-- {text}", flush=True, file=sys.stdout)
