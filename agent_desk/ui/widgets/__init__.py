"""The widgets every view is put together from."""

from agent_desk.ui.widgets.bar import Bar, BarStack
from agent_desk.ui.widgets.buttons import Button, IconButton, RailButton, Segments
from agent_desk.ui.widgets.card import Card, Divider, SectionTitle, label
from agent_desk.ui.widgets.edits import MoneyEdit, NumberEdit, TextLine, TextNote
from agent_desk.ui.widgets.empty_state import EmptyState
from agent_desk.ui.widgets.field import Field
from agent_desk.ui.widgets.key_cap import KeyCap
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
