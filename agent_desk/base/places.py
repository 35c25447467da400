"""Where the desk's own files lie: icons, words, themes, fonts and form definitions, in a checkout, installed or frozen."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def _data_root() -> Path:
    """The folder that holds ``resources`` and ``forms``: unpacked by the frozen program, inside the wheel, or the checkout."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen)
    installed = _PACKAGE / "_data"
    return installed if installed.is_dir() else _PACKAGE.parent


def resources() -> Path:
    """The folder of icons, themes, translations, fonts, price lists and scripts."""
    return _data_root() / "resources"


def forms() -> Path:
    """The folder of form definitions: ``screen/*.ui`` and ``paper/*.toml``."""
    return _data_root() / "forms"
