"""The installed PySide6 and this Python fit, and the guard would notice a pair that does not."""

from __future__ import annotations

import sys

import pytest

from tests.house.scripts import load


def test_this_pair_is_sound() -> None:
    assert load("qt_pair").fault(sys.executable) == ""


def test_a_leak_of_one_reference_a_call_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.version_info >= (3, 12):
        pytest.skip("None is immortal from Python 3.12 on")
    guard = load("qt_pair")
    leaking = guard.MEASURE.replace("label.isVisible)", "label.isVisible, lambda: kept.append(None))\nkept = []")
    assert leaking != guard.MEASURE
    monkeypatch.setattr(guard, "MEASURE", leaking)
    assert "drifted" in guard.fault(sys.executable)
