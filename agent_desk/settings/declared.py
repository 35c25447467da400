"""What can be set, declared once: dialogs, files and checks are drawn from the declarations.

Three layers lie over one another: the seat's file (the system manager), the centre, the agent. A later layer wins where
the setting's scope lets it: an agent cannot change what belongs to the seat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final, Generic, Protocol, TypeVar, cast

from agent_desk.base.errors import DeskError

Value = bool | int | str
V = TypeVar("V", bound=Value)
NO_VALUES: Final[Mapping[str, Value]] = MappingProxyType({})


class Scope(IntEnum):
    """Who has the last word over a setting."""

    SEAT = 0
    CENTRE = 1
    AGENT = 2


@dataclass(frozen=True, slots=True)
class Setting(Generic[V]):
    """One thing that can be set.

    ``text``, ``hint``, ``group`` and the words of ``choices`` are English sources marked with
    ``QT_TRANSLATE_NOOP("Setting", …)``. ``least``/``most`` bound a number; ``unit`` stands behind it.
    """

    id: str
    type: type[V]
    default: V
    text: str
    group: str = ""
    hint: str = ""
    choices: tuple[tuple[V, str], ...] = ()
    scope: Scope = Scope.AGENT
    least: int | None = None
    most: int | None = None
    unit: str = ""

    def accept(self, raw: object) -> V:
        """The value if it fits this setting; ``DeskError("settings_bad_value")`` if not."""
        if type(raw) is not self.type:
            raise DeskError("settings_bad_value", setting=self.id)
        value: V = raw
        known = not self.choices or value in {choice for choice, _ in self.choices}
        if not known or not self._within(value):
            raise DeskError("settings_bad_value", setting=self.id)
        return value

    def _within(self, value: Value) -> bool:
        if isinstance(value, bool) or not isinstance(value, int):
            return True
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


AnySetting = Setting[Any]


class Layer(Protocol):
    """Where one layer keeps its values: a file, the person's store, or what the centre sends."""

    scope: Scope

    def read(self) -> Mapping[str, object]:
        """All values kept here, id → raw value."""
        ...

    def write(self, setting_id: str, value: Value | None) -> None:
        """Keep a value; ``None`` takes it away. Raises ``DeskError`` when it cannot be kept."""
        ...


class MemoryLayer:
    """A layer that keeps nothing beyond the run: what the centre sent this time, and tests."""

    def __init__(self, scope: Scope, values: Mapping[str, Value] = NO_VALUES) -> None:
        self.scope = scope
        self._values: dict[str, Value] = dict(values)

    def read(self) -> Mapping[str, object]:
        """What was written so far."""
        return dict(self._values)

    def write(self, setting_id: str, value: Value | None) -> None:
        """Keep it for this run."""
        if value is None:
            self._values.pop(setting_id, None)
        else:
            self._values[setting_id] = value


class Settings:
    """The settings in force: typed reading, writing into the right layer, and word to whoever listens."""

    def __init__(self, declared: Iterable[AnySetting], layers: Sequence[Layer]) -> None:
        """``layers`` from the weakest to the strongest. ``ValueError`` for an id declared twice or a bad default."""
        self._declared: dict[str, AnySetting] = {}
        self._layers = sorted(layers, key=lambda layer: layer.scope)
        self._values: dict[Scope, dict[str, Value]] = {}
        self._listeners: list[Callable[[str], object]] = []
        self._rejected: list[str] = []
        for setting in declared:
            self._declare(setting)
        self.reload()

    def _declare(self, setting: AnySetting) -> None:
        if setting.id in self._declared:
            raise ValueError(f"setting {setting.id} is declared twice")
        setting.accept(setting.default)
        self._declared[setting.id] = setting

    @property
    def declared(self) -> Sequence[AnySetting]:
        """Everything that can be set, in the order of its declaration."""
        return tuple(self._declared.values())

    @property
    def rejected(self) -> Sequence[str]:
        """Ids whose kept value did not fit and was passed over, to be told to IT."""
        return tuple(self._rejected)

    def reload(self) -> None:
        """Read every layer anew (the centre sent values, the agent's store was opened)."""
        before = (
            {setting_id: self.get(setting) for setting_id, setting in self._declared.items()} if self._values else {}
        )
        self._rejected = []
        self._values = {layer.scope: self._fitting(layer) for layer in self._layers}
        for setting_id, value in before.items():
            if self.get(self._declared[setting_id]) != value:
                self._tell(setting_id)

    def add_layer(self, layer: Layer) -> None:
        """Lay one more layer on (after sign-in: the agent's); it takes the place of one with the same scope."""
        kept = [other for other in self._layers if other.scope != layer.scope]
        self._layers = sorted([*kept, layer], key=lambda other: other.scope)
        self.reload()

    def get(self, setting: Setting[V]) -> V:
        """The value in force: the strongest layer that may and does set it, else the default."""
        return cast(V, self._value_and_source(setting)[0])

    def source(self, setting: Setting[V]) -> Scope | None:
        """Whose value is in force; ``None`` for the default."""
        return self._value_and_source(setting)[1]

    def set(self, setting: Setting[V], value: V | None, scope: Scope = Scope.AGENT) -> None:
        """Set (``None``: back to the weaker layers) and tell the listeners at once.

        ``DeskError``: ``settings_bad_value``; ``settings_not_yours`` when the scope may not; ``settings_not_saved``, then the
        value holds until the desk is closed.
        """
        if scope > setting.scope:
            raise DeskError("settings_not_yours", setting=setting.id)
        layer = next((layer for layer in self._layers if layer.scope == scope), None)
        if layer is None:
            raise DeskError("settings_not_yours", setting=setting.id)
        before = self.get(setting)
        kept = self._values.setdefault(scope, {})
        if value is None:
            kept.pop(setting.id, None)
        else:
            kept[setting.id] = setting.accept(value)
        if self.get(setting) != before:
            self._tell(setting.id)
        layer.write(setting.id, value)

    def changed(self, listener: Callable[[str], object]) -> Callable[[], None]:
        """Call ``listener(id)`` whenever a value in force changes; gives back a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _value_and_source(self, setting: Setting[V]) -> tuple[Value, Scope | None]:
        for scope in sorted(self._values, reverse=True):
            if scope <= setting.scope and setting.id in self._values[scope]:
                return self._values[scope][setting.id], scope
        return setting.default, None

    def _fitting(self, layer: Layer) -> dict[str, Value]:
        """The layer's values that fit their declarations; unknown ids belong to another version and stay where they are."""
        kept: dict[str, Value] = {}
        for setting_id, raw in layer.read().items():
            setting = self._declared.get(setting_id)
            if setting is None:
                continue
            try:
                kept[setting_id] = setting.accept(raw)
            except DeskError:
                self._rejected.append(setting_id)
        return kept

    def _tell(self, setting_id: str) -> None:
        for listener in list(self._listeners):
            listener(setting_id)
