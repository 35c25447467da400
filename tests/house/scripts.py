"""Loads the developer's scripts of packaging/, which are run by path and are no package."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from tests.house.rooms import ROOT

SCRIPTS = ROOT / "packaging"


def load(name: str) -> ModuleType:
    """Import one script by its name."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(SCRIPTS))
