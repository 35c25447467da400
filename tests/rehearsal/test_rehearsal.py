"""The rehearsal itself: it ends green on a whole hub, red on a damaged one, and leaves nothing running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 110


@dataclass(frozen=True)
class Played:
    """One rehearsal that was played in a process of its own."""

    code: int
    out: Path
    summary: dict[str, Any]
    said: str

    def broken(self) -> set[str]:
        """The checks that did not hold."""
        return {f"{check['act']}: {check['what']}" for check in self.summary["checks"] if not check["held"]}


def play(out: Path, *options: str, seconds: float = SECONDS) -> Played:
    """Play it as a person at a terminal does."""
    surroundings = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    surroundings["XDG_DATA_HOME"] = str(out / "data")  # nothing may be written there
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "agent_desk", "rehearse", "--out", str(out), "--json", *options],
        cwd=ROOT, env=surroundings, capture_output=True, timeout=seconds, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    return Played(done.returncode, out, json.loads(done.stdout), done.stderr)


@pytest.mark.timeout(SECONDS + 10)
def test_a_short_rehearsal_ends_green_and_leaves_its_pictures_papers_and_audit(tmp_path: Path) -> None:
    played = play(tmp_path, "--short")
    assert played.broken() == set(), played.said
    assert played.code == 0, played.said
    assert played.summary["held"] is True
    assert "Traceback" not in played.said
    assert json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))["ok"] is True
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8")) == played.summary
    for name in played.summary["pictures"] + played.summary["papers"]:
        assert (tmp_path / name).stat().st_size > 5_000, name
    figures = played.summary["figures"]
    keys = figures["of them key by key"]
    assert keys + figures["of them with the fields set at once and the save button clicked"] == 19
    assert keys >= 9
    assert not (tmp_path / "data").exists(), "the account's own folders are left alone"
    sides = figures["count"]
    assert len({line.split()[-1] for line in sides}) == 1, sides


@pytest.mark.timeout(SECONDS + 10)
def test_a_fact_taken_out_of_the_hub_turns_the_rehearsal_red(tmp_path: Path) -> None:
    played = play(tmp_path, "--short", "--embedded", "--spoil", "lost")
    assert played.code == 1
    assert played.summary["held"] is False
    broken = played.broken()
    assert "act 6: the audit finds every chain whole" in broken
    assert "act 7: hub: no receipt is lost" in broken
    assert "act 7: fresh seat, 8003: no receipt is lost" in broken
    assert not any(each.startswith("act 7: seat 3, 8020") for each in broken), "what the seat holds is still whole"


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 10)
@pytest.mark.parametrize("hub", [(), ("--embedded",)], ids=["best", "embedded"])
def test_an_amount_altered_on_the_hub_turns_the_rehearsal_red(tmp_path: Path, hub: tuple[str, ...]) -> None:
    played = play(tmp_path, "--short", "--spoil", "altered", *hub)
    assert played.code == 1
    broken = played.broken()
    assert "act 6: the audit finds every chain whole" in broken
    assert "act 7: hub: every receipt says what the paper says" in broken
    assert "act 7: hub: money by payment and kind is equal to the fen" in broken


@pytest.mark.long
@pytest.mark.timeout(400)
def test_the_whole_day_on_the_best_hub_this_machine_can_start(tmp_path: Path) -> None:
    played = play(tmp_path, seconds=380)
    assert played.broken() == set(), played.said
    assert played.code == 0
    assert played.summary["figures"]["receipts written through the form"] == 74
    assert len(played.summary["pictures"]) >= 36
    for name in played.summary["papers"]:
        assert (tmp_path / name).read_bytes().startswith(b"%PDF-")
