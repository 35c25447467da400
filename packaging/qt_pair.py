"""Guard of the Qt/Python pair: some PySide6 builds lose one reference to None with every call that returns nothing.

PySide6 6.12.0 on Python 3.11 does: after some thousand such calls the interpreter aborts in `none_dealloc`. The guard
makes many such calls in a process of its own and compares the counts. Standard library only; the measuring runs in
the environment's Python.
"""

from __future__ import annotations

import os
import subprocess
import sys

CALLS = 20_000
TOLERANCE = 100  # references that come and go by themselves, measured: below 10

MEASURE = f"""
import sys
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label, thing = QLabel("a"), QObject()
void = (lambda: label.setText("b"), lambda: label.setEnabled(True), lambda: thing.setObjectName("c"))
flags = (label.isEnabled, label.isVisible)
watched = (None, True, False)
immortal = sys.version_info >= (3, 12)
for call in (*void, *flags):
    before = [sys.getrefcount(value) for value in watched]
    for _ in range({CALLS} // 5):
        call()
    after = [sys.getrefcount(value) for value in watched]
    drift = max(abs(b - a) for a, b in zip(before, after))
    if drift > {TOLERANCE} and not immortal:
        sys.exit(f"{{drift}} references drifted in {CALLS // 5} calls")
print("sound")
"""


def fault(python: str) -> str:
    """Return what is wrong with the pair in that Python's environment, or "" if it is sound."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [python, "-c", MEASURE], env=surroundings, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode == 0 and done.stdout.strip() == "sound":
        return ""
    return f"PySide6 and this Python do not fit (exit {done.returncode}): {done.stderr.strip()[-600:]}"


if __name__ == "__main__":
    sys.exit(fault(sys.executable))
