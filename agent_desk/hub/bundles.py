"""Bringing a bundle to the hub, from a seat or from the IT person's machine."""

from __future__ import annotations

from pathlib import Path

from agent_desk.base.errors import DeskError
from agent_desk.facts import bundle
from agent_desk.hub.port import HubSession, Taken


def read_file(path: Path) -> bundle.Bundle:
    """The bundle in a file. Raises ``bundle_missing`` and what :func:`agent_desk.facts.bundle.read` raises."""
    try:
        if path.stat().st_size > bundle.LARGEST:
            raise DeskError("bundle_unreadable", file=path.name)
        text = path.read_bytes().decode("ascii")
    except OSError as problem:
        raise DeskError("bundle_missing", file=path.name, why=type(problem).__name__) from None
    except UnicodeDecodeError:
        raise DeskError("bundle_altered", file=path.name) from None
    try:
        return bundle.read(text)
    except DeskError as problem:
        raise DeskError(problem.code, file=path.name) from None


def bring(session: HubSession, path: Path) -> Taken:
    """Hand a bundle's links to the hub: all of them, or none and a sentence why.

    Raises what :func:`read_file` raises, ``bundle_foreign``, ``bundle_unknown``, ``bundle_forked``,
    ``bundle_gap``, or ``hub_away``.
    """
    found = read_file(path)
    try:
        return session.take_bundle(found.inner)
    except DeskError as problem:
        code = _REFUSALS.get(str(problem.facts.get("why"))) if problem.code == "hub_refused" else None
        if code is not None or problem.code in _BUNDLES:
            raise DeskError(code or problem.code, file=path.name) from None
        raise


_BUNDLES = ("bundle_altered", "bundle_foreign", "bundle_unknown")
_REFUSALS = {"fork": "bundle_forked", "chain": "bundle_gap", "mac": "bundle_altered"}
