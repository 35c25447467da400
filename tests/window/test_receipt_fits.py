"""The smallest seat, 1366 × 768 less the task bar: an ordinary receipt is in view whole, and its edges are the page's."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from tests.probes.desk import Desk
from tests.probes.receipt import ReceiptProbe

ORDINARY = (("P004", "2"), ("P009", "4"), ("L005", "3"))
LONG = (*ORDINARY, ("P007", "1"), ("P006", "1"), ("N003", "1"), ("N001", "1"))


def right(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, QPoint(widget.width(), 0)).x()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_an_ordinary_receipt_is_in_view_whole_also_under_the_bar_of_an_outage(
    qapp: QApplication, tmp_path: Path, language: str
) -> None:
    desk = Desk(qapp, tmp_path, language=language)

    async def story() -> None:
        await desk.sign_in()
        await desk.linked()
        window = desk.window
        window.resize(1366, 728)
        window.work.go("receipts")
        page = window.work.page("receipts")
        probe = ReceiptProbe(page.form)
        scroll = page.form.findChild(QScrollArea)
        await desk.until(lambda: probe.draft.number, "the form is open")
        probe.write(items=ORDINARY)
        assert len(probe.draft.lines) == 3
        assert scroll.verticalScrollBar().maximum() == 0
        assert right(page.form.beside, window) == right(page.faces, window) == 1350
        assert desk.cable is not None
        desk.cable.pulled = True
        await desk.down()
        await desk.until(lambda: "link" in desk.bars() and window.work.bars.isVisible(), "the bar stands there")
        window.repaint()
        assert scroll.verticalScrollBar().maximum() == 0
        await probe.save()
        probe.write(items=LONG)  # the control: what is longer does scroll
        window.repaint()
        await desk.until(lambda: scroll.verticalScrollBar().maximum() > 0, "a long one scrolls")

    desk.live(story)
