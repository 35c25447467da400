"""Everything the keyboard and the menus can do, declared once and drawn everywhere.

Menus, the toolbar, the shortcut sheet and the remap page come from the same list. A shortcut is a chord or a function
key, never a bare letter: a Chinese input method must be able to compose undisturbed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import shiboken6
from PySide6.QtCore import QCoreApplication, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from agent_desk.base.translatable import QT_TRANSLATE_NOOP
from agent_desk.ui.icons import Icons

EVERYWHERE: Final = QT_TRANSLATE_NOOP("ActionSpec", "Everywhere")
BARE_KEYS_ALLOWED: Final = frozenset(
    {Qt.Key.Key_Escape, Qt.Key.Key_Insert, Qt.Key.Key_Delete, Qt.Key.Key_Pause}
    | {Qt.Key(Qt.Key.Key_F1.value + number) for number in range(24)}
)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing the desk can do.

    ``text``, ``tooltip`` and ``context`` are English sources marked with ``QT_TRANSLATE_NOOP("ActionSpec", …)``;
    ``context`` names where the shortcut works, :data:`EVERYWHERE` overlaps with all.
    """

    id: str
    text: str
    icon: str = ""
    shortcut: str = ""
    context: str = EVERYWHERE
    tooltip: str = ""

    def words(self) -> str:
        """The text in the language in force."""
        return QCoreApplication.translate("ActionSpec", self.text)

    def where(self) -> str:
        """The context in the language in force."""
        return QCoreApplication.translate("ActionSpec", self.context)

    def hint(self) -> str:
        """The tooltip in the language in force; the text without its access key when there is none."""
        own = QCoreApplication.translate("ActionSpec", self.tooltip) if self.tooltip else self.words()
        return own.replace("&", "").rstrip("…")


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two actions that want the same keys in the same place."""

    keys: str
    first: str
    second: str


def is_bare(sequence: QKeySequence) -> bool:
    """Whether a sequence holds a key that typing a text could press: a letter, a digit or a sign without Ctrl or Alt."""
    return any(_bare(sequence[at]) for at in range(sequence.count()))  # type: ignore[index]


def _bare(chord: QKeyCombination) -> bool:
    held = chord.keyboardModifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return held == Qt.KeyboardModifier.NoModifier and chord.key() not in BARE_KEYS_ALLOWED


class ActionBook(QObject):
    """All declared actions, the person's own keys, and the ``QAction`` made from them."""

    keys_changed = Signal(str)

    def __init__(
        self, specs: Iterable[ActionSpec], own_keys: Mapping[str, str] | None = None, parent: QObject | None = None
    ) -> None:
        """``own_keys``: action id → keys the person chose; unknown ids are kept aside and ignored.

        Raises ``ValueError`` for an id declared twice or a default shortcut without a modifier.
        """
        super().__init__(parent)
        self._specs: dict[str, ActionSpec] = {}
        self._own = dict(own_keys or {})
        self._made: list[tuple[str, QAction]] = []
        for spec in specs:
            self._declare(spec)

    def _declare(self, spec: ActionSpec) -> None:
        if spec.id in self._specs:
            raise ValueError(f"action {spec.id} is declared twice")
        if is_bare(QKeySequence(spec.shortcut)):
            raise ValueError(f"action {spec.id}: {spec.shortcut!r} would disturb typing")
        self._specs[spec.id] = spec

    def specs(self) -> list[ActionSpec]:
        """All actions in the order they were declared."""
        return list(self._specs.values())

    def spec(self, action_id: str) -> ActionSpec:
        """One action; ``KeyError`` when nobody declared it."""
        return self._specs[action_id]

    def keys(self, action_id: str) -> QKeySequence:
        """The keys in force: the person's own, else the default."""
        return QKeySequence(self._own.get(action_id, self._specs[action_id].shortcut))

    def own_keys(self) -> dict[str, str]:
        """What the person changed, to be kept in the settings."""
        return dict(self._own)

    def make(self, action_id: str, window: QWidget, do: Callable[[], object]) -> QAction:
        """The action for one window: text, icon, keys and tooltip stay in step with language, theme and remapping."""
        spec = self._specs[action_id]
        action = QAction(window)
        action.setObjectName(f"action:{spec.id}")
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WindowShortcut if spec.context == EVERYWHERE else context.WidgetWithChildrenShortcut
        )
        action.triggered.connect(lambda: do())
        if spec.icon:
            Icons.current().put(action, spec.icon)
        window.addAction(action)
        self._made.append((spec.id, action))
        self._dress(spec.id, action)
        return action

    def retranslate(self) -> None:
        """Word every action anew; the window calls this on a language switch."""
        for action_id, action in self.living():
            self._dress(action_id, action)

    def rebind(self, action_id: str, keys: str) -> list[Conflict]:
        """Give an action other keys ("" = none). Conflicts are told and the change is not made; ``ValueError`` for bare keys."""
        sequence = QKeySequence(keys)
        if is_bare(sequence):
            raise ValueError(keys)
        rivals = self.rivals(action_id, sequence)
        if rivals:
            return [Conflict(sequence.toString(), action_id, rival) for rival in rivals]
        portable = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        if sequence == QKeySequence(self._specs[action_id].shortcut):
            self._own.pop(action_id, None)
        else:
            self._own[action_id] = portable
        self._rekey(action_id)
        return []

    def reset(self) -> None:
        """Back to the declared keys, all of them."""
        changed, self._own = list(self._own), {}
        for action_id in changed:
            if action_id in self._specs:
                self._rekey(action_id)

    def rivals(self, action_id: str, sequence: QKeySequence) -> list[str]:
        """The other actions that already have these keys where this one works."""
        if sequence.isEmpty():
            return []
        mine = self._specs[action_id]
        return [
            other.id
            for other in self._specs.values()
            if other.id != action_id and self.keys(other.id) == sequence and _overlap(mine, other)
        ]

    def conflicts(self) -> list[Conflict]:
        """Every pair of actions that want the same keys in the same place."""
        found = []
        for spec in self._specs.values():
            keys = self.keys(spec.id)
            found += [
                Conflict(keys.toString(), spec.id, rival) for rival in self.rivals(spec.id, keys) if spec.id < rival
            ]
        return found

    def _rekey(self, action_id: str) -> None:
        for made_id, action in self.living():
            if made_id == action_id:
                self._dress(made_id, action)
        self.keys_changed.emit(action_id)

    def _dress(self, action_id: str, action: QAction) -> None:
        spec, keys = self._specs[action_id], self.keys(action_id)
        action.setText(spec.words())
        action.setShortcut(keys)
        words = keys.toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{spec.hint()}  {words}" if words else spec.hint())

    def living(self) -> list[tuple[str, QAction]]:
        """The actions whose window still exists, with their ids."""
        self._made = [(action_id, action) for action_id, action in self._made if shiboken6.isValid(action)]
        return list(self._made)


def _overlap(one: ActionSpec, other: ActionSpec) -> bool:
    return one.context == other.context or EVERYWHERE in {one.context, other.context}
