"""Background programs that tests need beside them: started, waited for, ended, and gone if the test run is killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import IO


def start_beside(
    command: list[str], environment: Mapping[str, str], *, stdin: int | IO[bytes] = subprocess.DEVNULL, **pipes: int
) -> subprocess.Popen[bytes]:
    """Start a program that ends with us, also when we are killed (on Linux)."""
    follow = ["setpriv", "--pdeathsig", "TERM"] if sys.platform == "linux" and shutil.which("setpriv") else []
    return subprocess.Popen([*follow, *command], env=dict(environment), stdin=stdin, **pipes)


def end(program: subprocess.Popen[bytes], seconds: float = 5) -> None:
    """End a program politely, then not; close its pipes."""
    if program.poll() is None:
        program.terminate()
    try:
        program.wait(seconds)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait(seconds)
    for pipe in (program.stdin, program.stdout, program.stderr):
        if pipe is not None:
            pipe.close()
