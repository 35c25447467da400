"""What the bench `peers` is held against: npm packages, pinned in tests/bench/peers, installed outside this tree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from environment import ROOT, say

PINNED = ROOT / "tests" / "bench" / "peers"


def prepare() -> str:
    """Return the folder with the installed packages; empty, with a word about it, where that cannot be."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        say("node and npm are not here: the bench against PouchDB will be skipped")
        return ""
    lock = (PINNED / "package-lock.json").read_bytes()
    folder = _cache() / "agent-desk" / "bench-peers" / hashlib.sha256(lock).hexdigest()[:16]
    done = folder / "installed"
    if not done.exists():
        say(f"installing PouchDB by npm into {folder}")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(PINNED / name, folder / name)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode != 0:
            say("npm could not install it: the bench against PouchDB will be skipped")
            return ""
        done.touch()
    return str(folder)


def _cache() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
