"""The receipt's definition: one file says what stands on the screen and on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from agent_desk.receipts.entry import Entry, Names, read, told

GRID = 24
"""Columns a row of boxes is shared out over."""


class BoxType(StrEnum):
    """What a box on the form holds."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    TIME = "time"
    CHOICE = "choice"
    PHONE = "phone"
    LINES = "lines"
    SENTENCE = "sentence"
    CAPITALS = "capitals"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Box:
    """One field of the form. ``entered`` is false for what the desk works out or a pen fills in."""

    name: str
    labels: Names
    type: BoxType
    required: bool
    entered: bool
    personal: bool
    longest: int
    choices: Mapping[str, Names]


@dataclass(frozen=True)
class Column:
    """One column of the lines; ``width`` in mm, 0 takes what is left."""

    name: str
    labels: Names
    type: BoxType
    width: int


@dataclass(frozen=True)
class Copy:
    """One of the leaves that are written at once; ``masked`` fields are not printed in full."""

    code: str
    names: Names
    masked: frozenset[str]


@dataclass(frozen=True)
class BoxRow:
    """A row of boxes: field and columns of the grid from left to right, and its least height in mm."""

    cells: tuple[tuple[str, int], ...]
    height: int


@dataclass(frozen=True)
class Form:
    """A printed form and its entry screen. Sizes in mm."""

    code: str
    titles: Names
    remarks: Names
    void: Names
    width: int
    height: int
    margin: int
    side: int
    lines_at_least: int
    copies: tuple[Copy, ...]
    boxes: tuple[Box, ...]
    columns: tuple[Column, ...]
    head: tuple[BoxRow, ...]
    foot: tuple[BoxRow, ...]

    @cached_property
    def _by_name(self) -> Mapping[str, Box]:
        return {box.name: box for box in self.boxes}

    def box(self, name: str) -> Box:
        """The field of that name."""
        return self._by_name[name]

    def label(self, name: str, language: str) -> str:
        """What the field is called in a language."""
        return told(self._by_name[name].labels, language)

    def choice(self, name: str, value: str, language: str) -> str:
        """What a choice of a field is called; the value itself when the form does not know it."""
        names = self._by_name[name].choices.get(value)
        return value if names is None else told(names, language)


def load_form(path: Path) -> Form:
    """A form's file. Raises :class:`DeskError` as :func:`agent_desk.receipts.catalog.load` does."""
    file = read(path)
    paper = file.table("paper")
    boxes = tuple(_box(entry) for entry in file.tables("field", told_by="name"))
    names = {box.name for box in boxes}
    return Form(
        code=file.text("code"),
        titles=file.names("title"),
        remarks=file.names("remark"),
        void=file.names("void"),
        width=paper.whole("width"),
        height=paper.whole("height"),
        margin=paper.whole("margin"),
        side=paper.whole("side"),
        lines_at_least=file.whole("lines_at_least"),
        copies=tuple(_copy(entry, names) for entry in file.tables("copy")),
        boxes=boxes,
        columns=tuple(_column(entry) for entry in file.tables("column", told_by="name")),
        head=tuple(_row(entry, names) for entry in file.tables("head")),
        foot=tuple(_row(entry, names) for entry in file.tables("foot")),
    )


def _box(entry: Entry) -> Box:
    choices = entry.tables("choices", told_by="value") if entry.has("choices") else []
    return Box(
        name=entry.text("name"),
        labels=entry.names("label"),
        type=entry.word("type", BoxType),
        required=entry.flag("required", default=False),
        entered=entry.flag("entered", default=True),
        personal=entry.flag("personal", default=False),
        longest=entry.whole("longest", 0),
        choices={choice.text("value"): choice.names("label") for choice in choices},
    )


def _column(entry: Entry) -> Column:
    return Column(entry.text("name"), entry.names("label"), entry.word("type", BoxType), entry.whole("width"))


def _copy(entry: Entry, names: set[str]) -> Copy:
    masked = frozenset(entry.listed("masked")) if entry.has("masked") else frozenset()
    if not masked <= names:
        raise entry.wrong("masked")
    return Copy(entry.text("code"), entry.names("name"), masked)


def _row(entry: Entry, names: set[str]) -> BoxRow:
    cells = tuple((cell.text("field"), cell.whole("span")) for cell in entry.tables("cells", "field"))
    if sum(span for _, span in cells) != GRID or not {name for name, _ in cells} <= names:
        raise entry.wrong("cells")
    return BoxRow(cells, entry.whole("height", 0))
