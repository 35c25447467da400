"""The rooms of the house as the source tree has them: modules, their names, their imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "agent_desk"
# Rooms that are no capability; every other folder of the package is one.
FLOORS = frozenset({"base", "facts", "storage", "hub", "sync", "settings", "ui", "window", "rehearsal"})
QUIET = frozenset({"model", "records", "paper"})
SPEAKING = frozenset({"service", "line"})


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the package."""

    name: str
    path: Path

    @property
    def room(self) -> str:
        """Return the folder it lies in, "" for the page-one modules beside `bootstrap`."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and (PACKAGE / parts[1]).is_dir() else ""

    @property
    def tree(self) -> ast.Module:
        """Return the parsed source."""
        return ast.parse(self.path.read_text(encoding="utf-8"), str(self.path))

    @property
    def imports(self) -> set[str]:
        """Return the full names of what it imports, anywhere in the file."""
        return set(_imports(self.tree))


@cache
def modules() -> tuple[Module, ...]:
    """Return every module that a person wrote; compiled forms and the migration scripts alembic runs are none."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if _is_module(path.relative_to(PACKAGE)))
    return tuple(Module(_name(path), path) for path in paths)


def capabilities() -> set[str]:
    """Return the names of the capability folders."""
    return {module.room for module in modules()} - FLOORS - {""}


def _is_module(path: Path) -> bool:
    return not path.name.startswith("ui_") and "migrations" not in path.parts and "_data" not in path.parts


def _name(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
