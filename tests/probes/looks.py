"""Looks at a window as a proof-reader does: is any word cut off, is anything without a name, does it fit?"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

SLACK = 1


def cut_words(window: QWidget) -> list[str]:
    """Every label and button in view whose words do not fit, as ``class 'words' has 80 of 95 px``."""
    return [told for widget in _in_view(window) for told in _cut(widget)]


def nameless(window: QWidget) -> list[str]:
    """Every control in view that a screen reader could not name."""
    controls = (QAbstractButton, QLineEdit, QComboBox)
    return [
        f"{type(one).__name__} in {_path(one)}"
        for one in _in_view(window)
        if isinstance(one, controls) and not _is_part(one) and not _name(one)
    ]


def spilled(window: QWidget) -> list[str]:
    """Controls that lie outside the window and outside every scroll area: nobody could reach them."""
    frame = QRect(QPoint(0, 0), window.size())
    found = []
    for one in _in_view(window):
        if isinstance(one, QAbstractButton | QLineEdit | QComboBox) and not _scrolled(one):
            box = QRect(one.mapTo(window, QPoint(0, 0)), one.size())
            if not frame.contains(box):
                found.append(f"{type(one).__name__} {_name(one)!r} at {box.getRect()} of {frame.getRect()}")
    return found


def _in_view(window: QWidget) -> Iterator[QWidget]:
    for one in [window, *window.findChildren(QWidget)]:
        if one.isVisibleTo(window) and one.window() is window.window():
            yield one


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel) and widget.text() and not _elides(widget):
        if widget.wordWrap():
            need = widget.heightForWidth(widget.width())
            if need > widget.height() + SLACK:
                yield f"{_path(widget)} {widget.text()!r} has {widget.height()} of {need} px height"
        elif widget.sizeHint().width() > widget.width() + SLACK:
            yield f"{_path(widget)} {widget.text()!r} has {widget.width()} of {widget.sizeHint().width()} px"
    elif (
        isinstance(widget, QPushButton | QCheckBox)
        and widget.text()
        and widget.sizeHint().width() > widget.width() + SLACK
    ):
        yield f"{_path(widget)} {widget.text()!r} has {widget.width()} of {widget.sizeHint().width()} px"


def _elides(label: QLabel) -> bool:
    """Labels that cut themselves and show the whole text as a tooltip say so by asking for no width of their own."""
    return label.sizePolicy().horizontalPolicy() == label.sizePolicy().Policy.Ignored


def _is_part(widget: QWidget) -> bool:
    """The line inside a combo box or spin box, the buttons Qt puts into a line edit."""
    parent = widget.parentWidget()
    return (
        isinstance(parent, QLineEdit)
        or (parent is not None and parent.inherits("QAbstractSpinBox"))
        or (isinstance(widget, QLineEdit) and isinstance(parent, QComboBox))
    )


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def _scrolled(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _path(widget: QWidget) -> str:
    names = []
    step: QWidget | None = widget
    while step is not None and len(names) < 4:
        names.append(type(step).__name__)
        step = step.parentWidget()
    return "/".join(reversed(names))
