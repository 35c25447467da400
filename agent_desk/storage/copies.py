"""Rolling verified copies of a store: what is left when a disk goes bad under it."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent_desk.storage.store import Store

KEPT = 7
"""How many copies stay; the oldest goes when a new one has been read back whole."""

EVERY_SECONDS = 4 * 3600
MOMENT = "%Y%m%dT%H%M%S%f"
"""How the time of a copy stands in its name (UTC)."""
_ASIDE = "before-migration-"


def copies_of(path: Path) -> list[Path]:
    """The copies of a store, oldest first."""
    return sorted(_folder(path).glob(f"{path.stem}.*{path.suffix}"))


def everything_of(path: Path) -> list[Path]:
    """The copies of a store, those set aside before a migration too."""
    return [*copies_of(path), *sorted(_folder(path).glob(f"{_ASIDE}{path.stem}.*{path.suffix}"))]


def remake(store: Store) -> Path:
    """Make a verified copy and let every earlier one go: they hold what was erased since.

    Raises :class:`DeskError` ``copy_unsound`` or ``disk_full``; earlier copies stay then. One that another
    program holds open stays too.
    """
    with store.copying:
        earlier = copies_of(store.path)
        made = _write(store, "")
        for old in earlier:
            with contextlib.suppress(OSError):
                old.unlink(missing_ok=True)
    return made


def roll(store: Store) -> Path:
    """Make a verified copy and let the oldest go.

    Raises :class:`DeskError` ``copy_unsound`` or ``disk_full``; earlier copies stay then.
    """
    with store.copying:
        made = _write(store, "")
        for old in copies_of(store.path)[:-KEPT]:
            old.unlink(missing_ok=True)
    return made


def copy_aside(store: Store) -> Path:
    """The copy made before a migration touches anything; it is not rolled away with the rest."""
    return _write(store, _ASIDE)


def due(store: Store, now_us: int) -> bool:
    """Whether the newest copy is older than :data:`EVERY_SECONDS`, or there is none."""
    copies = copies_of(store.path)
    return not copies or now_us / 1e6 - copies[-1].stat().st_mtime > EVERY_SECONDS


def roll_if_due(store: Store) -> Path | None:
    """:func:`roll`, if the newest copy is old enough; ``None`` when there was nothing to do."""
    return roll(store) if due(store, store.clock.now_us()) else None


def _write(store: Store, mark: str) -> Path:
    folder = _folder(store.path)
    folder.mkdir(parents=True, exist_ok=True)
    moment = dt.datetime.fromtimestamp(store.clock.now_us() / 1e6, dt.UTC)
    name = f"{mark}{store.path.stem}.{moment:{MOMENT}}{store.path.suffix}"
    store.copy_to(folder / name)
    return folder / name


def _folder(path: Path) -> Path:
    return path.parent / "copies"
