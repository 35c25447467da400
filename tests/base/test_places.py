"""The desk finds its own files in a checkout, installed and frozen."""

from __future__ import annotations

import sys
from pathlib import Path

from agent_desk.base import places

ROOT = Path(__file__).parents[2]


def test_a_checkout_has_them_beside_the_package() -> None:
    assert places.resources() == ROOT / "resources"
    assert places.forms() == ROOT / "forms"
    assert (places.resources() / "themes" / "light.toml").is_file()


def test_the_frozen_program_unpacks_them(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert places.resources() == tmp_path / "resources"


def test_the_wheel_carries_them_inside_the_package(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "_data").mkdir()
    monkeypatch.setattr(places, "_PACKAGE", tmp_path)
    assert places.forms() == tmp_path / "_data" / "forms"
