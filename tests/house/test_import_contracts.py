"""The import contracts hold, and they would notice a breach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.rooms import ROOT


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports.exe" if os.name == "nt" else "lint-imports")
    return subprocess.run(
        [str(linter), "--no-cache", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def _small_house(folder: Path, files: dict[str, str]) -> Path:
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in ("__init__.py", *files):
        path = folder / "agent_desk" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(files.get(name, ""), encoding="utf-8")
    return folder


def test_the_contracts_hold_in_a_house_that_keeps_them(tmp_path: Path) -> None:
    house = _small_house(tmp_path, {"base/ids.py": "", "receipts/model.py": "import agent_desk.base.ids\n"})
    done = _lint(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "files",
    [
        {"base/ids.py": "import agent_desk.facts.body\n", "facts/body.py": ""},
        {"receipts/model.py": "import agent_desk.people.model\n", "people/model.py": ""},
        {"storage/store.py": "import agent_desk.sync.pump\n", "sync/pump.py": ""},
        {"ui/theme.py": "import agent_desk.bootstrap\n", "bootstrap.py": ""},
        {"elsewhere/model.py": ""},
    ],
    ids=["upward", "sideways", "storage knows the pump", "kit knows the builder", "undeclared room"],
)
def test_a_breach_is_noticed(tmp_path: Path, files: dict[str, str]) -> None:
    done = _lint(_small_house(tmp_path, files))
    assert done.returncode != 0, done.stdout
