"""Data files read field by field: a wrong entry is named with its file, its place and its field."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

from agent_desk.base.errors import DeskError
from agent_desk.receipts.surcharge import Calendar

Names = Mapping[str, str]
"""Words by language; English is always among them."""
T = TypeVar("T")


def told(names: Names, language: str) -> str:
    """A name in the language asked for, else in English."""
    return names.get(language) or names["en"]


class Entry:
    """One table of a data file, read field by field; every complaint says where it stands."""

    def __init__(self, file: str, place: str, values: Mapping[str, Any]) -> None:
        self._file = file
        self._place = place
        self._values = values

    def wrong(self, name: str) -> DeskError:
        """The error for a field that is there but cannot be used."""
        shown = str(self._values.get(name, ""))[:40]
        return DeskError("receipts.data_wrong", file=self._file, entry=self._place, field=name, value=shown)

    def has(self, name: str) -> bool:
        return name in self._values

    def _value(self, name: str, kind: type[T]) -> T:
        if name not in self._values:
            raise DeskError("receipts.data_missing", file=self._file, entry=self._place, field=name)
        value = self._values[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(name)
        return value

    def text(self, name: str, default: str | None = None) -> str:
        if default is not None and name not in self._values:
            return default
        return self._value(name, str)

    def whole(self, name: str, default: int | None = None) -> int:
        if default is not None and name not in self._values:
            return default
        value = self._value(name, int)
        if value < 0:
            raise self.wrong(name)
        return value

    def signed(self, name: str) -> int:
        return self._value(name, int) if name in self._values else 0

    def flag(self, name: str, default: bool) -> bool:
        return self._value(name, bool) if name in self._values else default

    def listed(self, name: str) -> list[Any]:
        return self._value(name, list)

    def fen(self, name: str) -> int:
        """Yuan with two decimals as text, ``"1280.00"``."""
        whole, point, part = self._value(name, str).partition(".")
        if not (point and whole.isascii() and whole.isdigit() and len(part) == 2 and part.isdigit()):
            raise self.wrong(name)
        return int(whole) * 100 + int(part)

    def names(self, name: str) -> Names:
        """Words by language; English always, for every other language falls back on it."""
        value = self._value(name, dict)
        if "en" not in value or not all(isinstance(word, str) for word in value.values()):
            raise self.wrong(name)
        return value

    def word(self, name: str, kind: Callable[[Any], T]) -> T:
        """A word of a closed list."""
        try:
            return kind(self._value(name, str))
        except ValueError:
            raise self.wrong(name) from None

    def moment(self, name: str, offset_minutes: int) -> int:
        """A wall clock reading as µs since 1970 UTC."""
        local = self._value(name, datetime)
        if local.tzinfo is None:
            local = local.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
        return Calendar(0, 0, 0, 0, offset_minutes).moment(local)

    def time_of_day(self, name: str) -> time | None:
        return self._value(name, time) if name in self._values else None

    def table(self, name: str) -> Entry:
        return Entry(self._file, f"{self._place}.{name}", self._value(name, dict))

    def tables(self, name: str, told_by: str = "code") -> list[Entry]:
        """A list of tables, each named by its code or by its place in the list."""
        listed = self._value(name, list)
        made = []
        for place, each in enumerate(listed, start=1):
            if not isinstance(each, dict):
                raise self.wrong(name)
            made.append(Entry(self._file, f"{name} {each.get(told_by, place)}", each))
        return made


def read(path: Path) -> Entry:
    """A TOML file. Raises :class:`DeskError` ``receipts.data_unreadable`` with the parser's place."""
    try:
        return Entry(path.name, path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise DeskError("receipts.data_unreadable", file=path.name, why=str(problem)) from None
