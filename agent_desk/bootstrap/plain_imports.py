"""Takes PySide's import hook away: after it is loaded, every module imported would be read a second time, as text."""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401 - it brings the hook along


def import_plainly() -> None:
    """Import as Python does, if PySide's hook is what stands in the way; anybody else's is left alone.

    The hook serves ``from __feature__ import snake_case``, which the desk does not use. To know whether a module
    does, it reads the source of each one and keeps it in memory: a tenth of the time until the first receipt.
    """
    plain = getattr(builtins, "__orig_import__", None)  # PySide keeps both there, see its feature.py
    hook = getattr(builtins, "__feature_import__", None)
    if plain is not None and builtins.__import__ is hook:
        builtins.__import__ = plain
