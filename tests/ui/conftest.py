"""What every test of the kit gets: a dressed application that is undressed again."""

from __future__ import annotations

from tests.probes.dressed import theme, translation

__all__ = ["theme", "translation"]
