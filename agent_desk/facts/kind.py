"""Kinds: what may be written down, declared once beside its capability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from agent_desk.base.errors import DeskError

if TYPE_CHECKING:
    from agent_desk.facts.projection import Projection


class Role(StrEnum):
    """What a person may be in a group."""

    AGENT = "agent"
    CLERK = "clerk"
    LEADER = "leader"
    MANAGER = "manager"
    ADMIN = "admin"


ANY_ROLE = tuple(Role)


class FieldType(StrEnum):
    """What a field of a fact holds."""

    TEXT = "text"
    INTEGER = "integer"
    FEN = "fen"
    """Money, whole fen."""
    TIME = "time"
    """Microseconds since 1970 UTC."""
    FLAG = "flag"
    LINES = "lines"
    """A list of mappings: the lines of an order."""
    MAP = "map"


_PYTHON = {
    FieldType.TEXT: str,
    FieldType.INTEGER: int,
    FieldType.FEN: int,
    FieldType.TIME: int,
    FieldType.FLAG: bool,
    FieldType.LINES: list,
    FieldType.MAP: dict,
}


@dataclass(frozen=True)
class Claim:
    """A number that must be used once in a centre: the fields that hold its book and itself."""

    book: str
    number: str


@dataclass(frozen=True)
class FactKind:
    """One kind of fact.

    ``name`` is ``<capability>.<past participle>``. ``fields`` are the required ones with
    their types; more may stand in the body and stay there (a newer desk's). ``personal``
    names fields kept apart for erasing. ``writers`` are the roles that may write it: the hub
    holds a fact of another's. ``keep_days`` is how long seats keep other people's; 0 = always.
    ``retain_days`` is how long personal values may be kept after *happened* (0 = no limit); it travels to the hub,
    and nothing erases by it yet.
    """

    name: str
    version: int = 1
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    optional: Mapping[str, FieldType] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    writers: tuple[Role, ...] = ANY_ROLE
    keep_days: int = 90
    retain_days: int = 0
    claim: Claim | None = None
    widens: bool = False
    """A share: its field ``to_group`` may read the whole subject from now on."""
    hub_only: bool = False
    """Written by the hub's own origin alone."""
    projections: tuple[Projection, ...] = ()

    def check(self, fields: Mapping[str, object]) -> None:
        """Raise :class:`DeskError` ``field_missing`` or ``field_wrong`` unless the fields fit."""
        for name, kind in self.fields.items():
            if name not in fields:
                raise DeskError("field_missing", kind=self.name, field=name)
            self._check_type(name, kind, fields[name])
        for name, kind in self.optional.items():
            if name in fields:
                self._check_type(name, kind, fields[name])
        for projection in self.projections:
            self._check_columns(projection, fields)

    def _check_columns(self, projection: Projection, fields: Mapping[str, object]) -> None:
        """What becomes a typed column must have its type, in lines too; it may be absent."""
        lines: object = [fields] if projection.each is None else fields.get(projection.each, ())
        if not isinstance(lines, list | tuple):
            raise DeskError("field_wrong", kind=self.name, field=projection.each)
        for line in lines:
            if not isinstance(line, Mapping):
                raise DeskError("field_wrong", kind=self.name, field=projection.each)
            for name, kind in projection.columns:
                if name in line:
                    self._check_type(name, kind, line[name])

    def _check_type(self, name: str, kind: FieldType, value: object) -> None:
        wanted = _PYTHON[kind]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise DeskError("field_wrong", kind=self.name, field=name)


class Catalogue:
    """Every kind this desk knows, handed to the store and the hub when they are built."""

    def __init__(self, kinds: Iterable[FactKind]) -> None:
        listed: dict[str, FactKind] = {}
        for kind in kinds:
            if kind.name in listed:
                raise ValueError(f"two kinds are called {kind.name}")
            listed[kind.name] = kind
        self._kinds = MappingProxyType(listed)

    def __iter__(self) -> Iterator[FactKind]:
        return iter(self._kinds.values())

    def __contains__(self, name: object) -> bool:
        return name in self._kinds

    def get(self, name: str) -> FactKind | None:
        """The kind of that name, or ``None`` when a newer desk wrote it."""
        return self._kinds.get(name)

    def __getitem__(self, name: str) -> FactKind:
        return self._kinds[name]

    @property
    def projections(self) -> tuple[Projection, ...]:
        """Every projection once, in the order declared."""
        seen: dict[str, Projection] = {}
        for kind in self:
            for projection in kind.projections:
                seen.setdefault(projection.name, projection)
        return tuple(seen.values())
