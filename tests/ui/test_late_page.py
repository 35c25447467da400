"""A page nobody has looked at costs nothing, and is whole when somebody does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.ui.widgets import LatePage

pytestmark = pytest.mark.usefixtures("theme")


class Desk:
    """Two pages in a window: the one in front, and one that is built late."""

    def __init__(self) -> None:
        self.built: list[QWidget] = []
        self.late = LatePage(self._build)
        self.stack = QStackedWidget()
        self.stack.addWidget(QLineEdit())
        self.stack.addWidget(self.late)

    def _build(self) -> QWidget:
        page = QWidget()
        QVBoxLayout(page).addWidget(edit := QLineEdit())
        page.setFocusProxy(edit)
        self.built.append(page)
        return page


@pytest.fixture
def desk(qtbot) -> Desk:
    made = Desk()
    qtbot.addWidget(made.stack)
    made.stack.show()
    made.stack.activateWindow()
    qtbot.waitUntil(made.stack.isActiveWindow)
    return made


def test_it_is_built_once_when_it_is_first_shown_and_takes_the_keyboard(desk: Desk) -> None:
    assert not desk.late.is_built
    assert desk.built == []
    desk.stack.setCurrentIndex(1)
    desk.late.setFocus()
    assert desk.late.is_built
    assert desk.built[0].isVisible()
    assert QApplication.focusWidget() is desk.built[0].focusProxy()
    desk.stack.setCurrentIndex(0)
    desk.stack.setCurrentIndex(1)
    assert desk.late.page() is desk.built[0]
    assert len(desk.built) == 1


def test_whoever_needs_it_earlier_gets_it_whole(desk: Desk) -> None:
    page = desk.late.page()
    assert desk.built == [page]
    assert desk.late.isAncestorOf(page)
    assert not page.isVisible()


def test_another_language_is_told_while_there_is_no_page(desk: Desk, qtbot) -> None:
    with qtbot.waitSignal(desk.late.reworded):
        QCoreApplication.sendEvent(desk.late, QEvent(QEvent.Type.LanguageChange))
    assert not desk.late.is_built
