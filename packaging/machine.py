"""What the developer's machine has: a supported Python, and on Debian the system packages we need.

Standard library only; runs on any Python 3 that can start `dev.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SUPPORTED = ((3, 11), (3, 12))
PACKAGES = Path(__file__).with_name("debian-packages.txt")
PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"


class MachineError(Exception):
    """The machine lacks something we cannot add; the text says what to do."""


def find_python() -> list[str]:
    """Return the command of a Python 3.11 or 3.12 that can make a virtual environment.

    Raises MachineError if none is found, also after trying to install Debian's `python3-venv`.
    """
    found = _first_working_python()
    if found is None and may_install():
        install(["python3-venv"])
        found = _first_working_python()
    if found is None:
        raise MachineError(
            "Agent Desk needs Python 3.11 or 3.12 with its venv module, and none was found.\n"
            "  Debian/Ubuntu: sudo apt-get install python3-venv   (or python3.11-venv, python3.12-venv)\n"
            "  Windows:       install Python 3.12 from the Store or python.org, then run this again with `py`"
        )
    return found


def _first_working_python() -> list[str] | None:
    return next((command for command in _candidates() if _works(command)), None)


def _candidates() -> list[list[str]]:
    commands = [[sys.executable]] if sys.executable else []
    names = [f"python{major}.{minor}" for major, minor in SUPPORTED]
    if os.name == "nt":
        commands += [["py", f"-{major}.{minor}"] for major, minor in SUPPORTED]
    commands += [[path] for name in (*names, "python3", "python") if (path := shutil.which(name))]
    commands += [[f"/usr/bin/{name}"] for name in (*names, "python3") if Path(f"/usr/bin/{name}").exists()]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for major, minor in SUPPORTED:
        commands += [[str(path)] for path in sorted(pyenv.glob(f"{major}.{minor}.*/bin/python"), reverse=True)]
    return commands


def _works(command: list[str]) -> bool:
    try:
        answer = subprocess.run([*command, "-c", PROBE], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() in {f"{a}.{b}" for a, b in SUPPORTED}


def wanted_packages(*groups: str) -> dict[str, str]:
    """Return package → purpose for the named groups of `debian-packages.txt`."""
    wanted: dict[str, str] = {}
    group = ""
    for line in PACKAGES.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("["):
            group = text.strip("[]")
        elif text and not text.startswith("#") and group in groups:
            name, _, purpose = text.partition(" ")
            wanted[name] = purpose.strip()
    return wanted


def missing_packages(*groups: str) -> dict[str, str]:
    """Return the wanted packages that are not installed; empty where there is no dpkg."""
    wanted = wanted_packages(*groups)
    if not shutil.which("dpkg-query") or not wanted:
        return {}
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted, *(f"{name}t64" for name in wanted)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    rows = (line.split() for line in answer.stdout.splitlines())
    installed = {row[0].removesuffix("t64") for row in rows if row[1:] == ["installed"]}
    missing = {name: purpose for name, purpose in wanted.items() if name not in installed}
    if _postgres_binaries():
        missing.pop("postgresql", None)
    return missing


def _postgres_binaries() -> bool:
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _sudo() -> list[str] | None:
    """Return the prefix that makes us root without asking, or None if nothing does."""
    if os.name == "nt":
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    quiet = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if quiet else None


def may_install() -> bool:
    """Tell whether Debian packages can be installed without a question."""
    return bool(shutil.which("apt-get")) and _sudo() is not None


def install(names: list[str]) -> None:
    """Install Debian packages. Raises MachineError if apt-get fails."""
    prefix = [*(_sudo() or []), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    subprocess.run([*prefix, "update"], check=False, **quiet)
    done = subprocess.run([*prefix, "install", "-y", "--no-install-recommends", *names], check=False, **quiet)
    if done.returncode != 0:
        raise MachineError(f"apt-get could not install: {' '.join(names)}")


def install_line(names: list[str]) -> str:
    """Return the line a person types to install the packages."""
    return "sudo apt-get install --no-install-recommends " + " ".join(names)
