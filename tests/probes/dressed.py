"""A dressed application, and its languages, for tests of single widgets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from agent_desk.ui.theme import Theme
from agent_desk.ui.translation import Translation


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light theme, in force."""
    made = Theme(qapp, "light")
    made.start()
    yield made
    made.setParent(None)
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setStyleSheet("")


@pytest.fixture
def translation(qapp: QApplication) -> Iterator[Translation]:
    """The languages; English again afterwards."""
    made = Translation(qapp)
    yield made
    made.choose("en")
    made.end()
