"""Screen forms: Qt Designer's `.ui` files, compiled into modules and compared with what lies in the tree.

A form lies at forms/screen/<room>/<name>.ui and becomes agent_desk/<room>/ui_<name>.py. The compiler ships inside
PySide6-Essentials. Standard library only.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from environment import ROOT, say, tool

FORMS = ROOT / "forms" / "screen"
FORM_HEADER = (
    '"""Compiled from {source} by `packaging/dev.py forms`; edit the form, not this file."""\n\n# mypy: ignore-errors\n'
)


class FormError(Exception):
    """A form could not be compiled; the text says which."""


def compile_all() -> None:
    """Write every compiled form into its room."""
    for form in sorted(FORMS.rglob("*.ui")):
        target = _target(form)
        target.write_text(_compiled_form(form), encoding="utf-8", newline="\n")
        say(f"{form.relative_to(ROOT)} -> {target.relative_to(ROOT)}")


def stale() -> str:
    """Return the compiled forms that differ from their source or have none, or "" if all are fresh."""
    wanted = {_target(form): form for form in sorted(FORMS.rglob("*.ui"))}
    kept = set((ROOT / "agent_desk").rglob("ui_*.py"))
    old = [path for path, form in wanted.items() if path not in kept or _read(path) != _compiled_form(form)]
    lines = [f"older than its form: {path.relative_to(ROOT)}" for path in old]
    lines += [f"has no form: {path.relative_to(ROOT)}" for path in sorted(kept - set(wanted))]
    return "\n".join([*lines, "run `dev.py forms`"]) if lines else ""


def _target(form: Path) -> Path:
    room = form.parent.relative_to(FORMS)
    if room == Path():
        raise FormError(f"{form.relative_to(ROOT)} must lie in a folder named after its room")
    return ROOT / "agent_desk" / room / f"ui_{form.stem}.py"


def _compiled_form(form: Path) -> str:
    text = _tool("pyside6-uic", str(form))
    body = re.sub(r"\A(?:\s*#[^\n]*\n)+", "", text.replace("\r\n", "\n"))  # its own header names the version only
    return FORM_HEADER.format(source=form.relative_to(ROOT).as_posix()) + "\n" + body.lstrip("\n")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _tool(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [tool(name), *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        raise FormError(f"{name} failed ({done.returncode}): {(done.stderr or done.stdout).strip()}")
    return done.stdout
