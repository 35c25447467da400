"""What one run of ``agent-desk hub`` gives the verbs that live in files of their own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from agent_desk.base.errors import DeskError

if TYPE_CHECKING:
    import contextlib

    import psycopg

    from agent_desk.facts.kind import Catalogue
    from agent_desk.hub.address import HubAddress, SeatFile
    from agent_desk.hub.people import People

Told = tuple[dict[str, Any], list[str]]
"""An answer: for another program, and line by line for a person."""
Add = Callable[[argparse.ArgumentParser], None]
"""Adds arguments that several verbs share."""


class CliDesk(Protocol):
    """Words, passwords, sessions and connections of one run."""

    args: argparse.Namespace

    @property
    def say(self) -> Callable[..., str]: ...
    @property
    def kinds(self) -> Callable[[], Catalogue]: ...
    def clock(self, us: int) -> str: ...
    def error(self, problem: DeskError) -> str: ...
    def address(self, database: str | None = None) -> HubAddress: ...
    def password(self, source: str | None, word: str, *, twice: bool = False, **facts: object) -> str: ...
    def superuser_password(self) -> str: ...
    def people(self) -> contextlib.AbstractContextManager[tuple[People, SeatFile]]: ...
    def superuser(self, database: str | None = None) -> contextlib.AbstractContextManager[psycopg.Connection[Any]]: ...
