"""A desk for each test of the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.probes.desk import Desk
from tests.probes.dressed import theme, translation

__all__ = ["desk", "theme", "translation"]


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Desk:
    """The trial centre in a window, in Chinese, in the light."""
    return Desk(qapp, tmp_path)
