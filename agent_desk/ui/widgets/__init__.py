"""The widgets every view is put together from; each loads when it is first asked for: the first page paints early."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent_desk.ui.widgets.bar import Bar, BarStack
    from agent_desk.ui.widgets.buttons import Button, IconButton, RailButton, Segments
    from agent_desk.ui.widgets.card import Card, Divider, SectionTitle, label
    from agent_desk.ui.widgets.edits import MoneyEdit, NumberEdit, TextLine, TextNote
    from agent_desk.ui.widgets.empty_state import EmptyState
    from agent_desk.ui.widgets.field import Field
    from agent_desk.ui.widgets.key_cap import KeyCap
    from agent_desk.ui.widgets.late_page import LatePage
    from agent_desk.ui.widgets.page import Page
    from agent_desk.ui.widgets.pills import LightPill, LinkState, SeatState, Shape, StatePill
    from agent_desk.ui.widgets.status_line import StatusLine
    from agent_desk.ui.widgets.table import Table
    from agent_desk.ui.widgets.timer_label import TimerLabel

__all__ = [
    "Bar",
    "BarStack",
    "Button",
    "Card",
    "Divider",
    "EmptyState",
    "Field",
    "IconButton",
    "KeyCap",
    "LatePage",
    "LightPill",
    "LinkState",
    "MoneyEdit",
    "NumberEdit",
    "Page",
    "RailButton",
    "SeatState",
    "SectionTitle",
    "Segments",
    "Shape",
    "StatePill",
    "StatusLine",
    "Table",
    "TextLine",
    "TextNote",
    "TimerLabel",
    "label",
]

_WHERE = {
    "Bar": "bar",
    "BarStack": "bar",
    "Button": "buttons",
    "IconButton": "buttons",
    "RailButton": "buttons",
    "Segments": "buttons",
    "Card": "card",
    "Divider": "card",
    "SectionTitle": "card",
    "label": "card",
    "MoneyEdit": "edits",
    "NumberEdit": "edits",
    "TextLine": "edits",
    "TextNote": "edits",
    "EmptyState": "empty_state",
    "Field": "field",
    "KeyCap": "key_cap",
    "LatePage": "late_page",
    "Page": "page",
    "LightPill": "pills",
    "LinkState": "pills",
    "SeatState": "pills",
    "Shape": "pills",
    "StatePill": "pills",
    "StatusLine": "status_line",
    "Table": "table",
    "TimerLabel": "timer_label",
}


def __getattr__(name: str) -> Any:
    """A widget by name, from the module it lives in (PEP 562)."""
    if name not in _WHERE:
        raise AttributeError(name)
    found = getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = found
    return found
