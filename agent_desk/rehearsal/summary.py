"""What the rehearsal found: checks, figures, durations, and what it did not cover."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from agent_desk import __version__


@dataclass(frozen=True)
class Check:
    """One sentence that must be true, and what was seen."""

    act: str
    what: str
    held: bool
    seen: str = ""


@dataclass
class Summary:
    """Filled act by act; written once at the end, whatever happened."""

    checks: list[Check] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    papers: list[str] = field(default_factory=list)
    not_covered: list[str] = field(default_factory=list)
    failure: str = ""
    """Why it could not be played to the end; empty when it was."""

    @property
    def held(self) -> bool:
        """Whether it was played to the end and every check held."""
        return bool(self.checks) and not self.failure and all(check.held for check in self.checks)

    @property
    def broken(self) -> list[Check]:
        """The checks that did not hold."""
        return [check for check in self.checks if not check.held]

    def check(self, act: str, what: str, held: bool, seen: object = "") -> bool:
        """Note one; returns whether it held."""
        self.checks.append(Check(act, what, bool(held), str(seen)))
        return bool(held)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Note how long the block took, in seconds."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[what] = round(time.perf_counter() - start, 2)

    def verdict(self) -> str:
        """The last line."""
        if self.failure:
            return f"NOT PLAYED TO THE END: {self.failure}"
        if self.broken:
            return f"{len(self.broken)} OF {len(self.checks)} CHECKS DID NOT HOLD"
        return f"nothing lost, nothing doubled: all {len(self.checks)} checks held"

    def as_json(self) -> str:
        """Everything, for another program."""
        told = {
            "held": self.held,
            "verdict": self.verdict(),
            "failure": self.failure,
            "figures": self.figures,
            "seconds": self.seconds,
            "checks": [asdict(check) for check in self.checks],
            "pictures": self.pictures,
            "papers": self.papers,
            "not_covered": self.not_covered,
            "versions": versions(),
        }
        return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=False)

    def as_markdown(self) -> str:
        """Everything, for a person."""
        lines = ["# Rehearsal", "", f"**{self.verdict()}**", ""]
        lines += _table("Figures", ("what", "value"), [(key, _shown(value)) for key, value in self.figures.items()])
        marks = {True: "held", False: "**NOT HELD**"}
        rows = [(check.act, check.what, marks[check.held], check.seen) for check in self.checks]
        lines += _table("Checks", ("act", "what", "", "seen"), rows)
        lines += _table("Durations", ("what", "s"), [(key, f"{value:.2f}") for key, value in self.seconds.items()])
        lines += _table("Versions", ("what", "version"), list(versions().items()))
        lines += ["## Not covered", "", *(f"- {each}" for each in self.not_covered), ""]
        lines += ["## Pictures", "", *(f"- [{each}]({each})" for each in self.pictures), ""]
        lines += ["## Papers", "", *(f"- [{each}]({each})" for each in self.papers), ""]
        return "\n".join(lines)

    def write(self, folder: Path) -> None:
        """``summary.json`` and ``summary.md``."""
        (folder / "summary.json").write_text(self.as_json(), encoding="utf-8", newline="\n")
        (folder / "summary.md").write_text(self.as_markdown(), encoding="utf-8", newline="\n")


def versions() -> dict[str, str]:
    """What was rehearsed with."""
    from importlib.metadata import PackageNotFoundError, version

    told = {"agent-desk": __version__, "Python": platform.python_version(), "system": platform.platform()}
    for name in ("PySide6-Essentials", "SQLAlchemy", "sqlcipher3", "psycopg", "reportlab"):
        try:
            told[name] = version(name)
        except PackageNotFoundError:
            told[name] = "not installed as a package"
    return told


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)


def _table(title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [f"## {title}", "", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
