"""What is handed out is complete, and the developer's files keep to their rules."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from tests.house.rooms import ROOT
from tests.house.scripts import load

PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
LOCK = (ROOT / "packaging" / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `dev.py build` builds it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return next(folder.glob("*.whl"))


def _tracked(*folders: str) -> set[str]:
    """Return the files of these folders as they lie in the tree, caches left out."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in paths if "__pycache__" not in path.parts}


def test_forms_and_resources_travel_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"agent_desk/_data/{name}" for name in _tracked("forms", "resources")} | _tracked("agent_desk")
    assert wanted - inside == set()


def test_nothing_but_the_desk_travels_in_the_wheel(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"agent_desk"}


def test_licence_and_notices_travel_in_the_wheel(wheel: Path) -> None:
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist()}
    assert {"LICENSE", "NOTICES.md"} <= names


def test_an_installed_desk_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "from agent_desk.base import places; print(places.resources()); print(places.forms())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    data = tmp_path / "agent_desk" / "_data"
    assert [Path(line) for line in done.stdout.splitlines()] == [data / "resources", data / "forms"]


def test_everything_shipped_is_in_the_notices() -> None:
    told = _normal_words((ROOT / "NOTICES.md").read_text(encoding="utf-8"))
    shipped = _needed("agent-desk", set()) - {"agent-desk"}
    assert len(shipped) > 15
    assert shipped - told == set()


def _needed(name: str, seen: set[str]) -> set[str]:
    """Return the names of a distribution and of everything installed here that it needs to run."""
    with suppress(importlib.metadata.PackageNotFoundError):
        requirements = importlib.metadata.requires(name) or []
        seen.add(name)
        for needed in {_normal(line) for line in requirements if "extra ==" not in line or "psycopg-" in line}:
            if needed not in seen:
                _needed(needed, seen)
    return seen


def _normal_words(text: str) -> set[str]:
    return {_normal(word) for word in re.findall(r"\w[\w.-]*", text)} | {"pyside6-essentials"}


def test_every_locked_package_has_hashes_and_no_host_is_named() -> None:
    entries = re.split(r"\n(?=\S)", LOCK)
    packages = [entry for entry in entries if "==" in entry.splitlines()[0]]
    assert packages
    assert not [entry.splitlines()[0] for entry in packages if "--hash=sha256:" not in entry]
    assert "://" not in LOCK
    assert "index-url" not in LOCK


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads(PROJECT)
    wanted = {_normal(line) for line in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"])}
    locked = {_normal(line) for line in LOCK.splitlines() if "==" in line}
    assert wanted - locked == set()


def test_every_dependency_says_its_purpose() -> None:
    lines = [line.strip() for line in PROJECT.splitlines() if re.match(r'\s+"[\w\[\]-]+\s*[=><~]', line)]
    assert len(lines) > 15
    assert not [line for line in lines if not re.search(r'",\s+# \w', line)]


def _normal(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_the_scripts_folder_hides_no_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
    names = {path.stem for path in (ROOT / "packaging").glob("*.py")}
    assert not names & sys.stdlib_module_names


def test_the_scripts_need_only_the_standard_library() -> None:
    """They run before `.venv` exists, except `strings`, which reads the desk's own catalogue of sentences."""
    code = "import sys; sys.path.insert(0, 'packaging'); import dev; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    own = {path.stem for path in (ROOT / "packaging").glob("*.py")}
    assert loaded - own - sys.stdlib_module_names - {"__main__"} == set()


def test_continuous_integration_runs_the_readme_command() -> None:
    command = "python3 packaging/dev.py test"
    assert f"exec {command}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 packaging/dev.py run" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_debian_package_says_its_purpose() -> None:
    wanted = load("machine").wanted_packages("run", "screen", "rehearsal", "test")
    assert {"libegl1", "xvfb", "postgresql", "gnome-keyring"} <= set(wanted)
    assert not [name for name, purpose in wanted.items() if not purpose]


def test_an_unsupported_python_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = load("machine")
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho 3.10\n", encoding="utf-8")
    old.chmod(0o755)
    monkeypatch.setattr(machine, "_candidates", lambda: [[str(tmp_path / "none")], [str(old)], [sys.executable]])
    assert machine.find_python() == [sys.executable]
    monkeypatch.setattr(machine, "_candidates", lambda: [[str(old)]])
    monkeypatch.setattr(machine, "may_install", lambda: False)
    with pytest.raises(machine.MachineError, match=r"3\.11 or 3\.12"):
        machine.find_python()


def test_the_environment_is_refilled_only_when_the_lock_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = load("environment")
    done: list[str] = []
    lock, project = tmp_path / "lock", tmp_path / "project"
    steps = {
        "locked": ((lock,), lambda: done.append("locked")),
        "desk": ((lock, project), lambda: done.append("desk")),
    }
    monkeypatch.setattr(environment, "STEPS", steps)
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "_make", lambda: pytest.fail("the environment of this run is a good one"))
    for locked, desk, expected in (
        ("1", "1", ["locked", "desk"]),
        ("1", "1", []),
        ("1", "2", ["desk"]),
        ("2", "2", ["locked", "desk"]),
    ):
        lock.write_text(locked, encoding="utf-8")
        project.write_text(desk, encoding="utf-8")
        done.clear()
        environment.prepare()
        assert done == expected
