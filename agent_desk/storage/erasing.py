"""Letting go of personal values the hub has erased: in the store, in its log, in its copies.

The hub's word is heard while it is pulled (:func:`hear`); what lies around the file is seen to afterwards
(:func:`clean_up`), as often as it takes. What only a person can remove is named.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent_desk.facts.body import Body
from agent_desk.storage import copies

if TYPE_CHECKING:
    from sqlcipher3 import dbapi2

    from agent_desk.storage.shapes import NewFact
    from agent_desk.storage.store import Store
    from agent_desk.storage.writing import Writing

UNCLEAN = "erasing.unclean"
"""Set with an erasure, in the same transaction; dropped when log and copies are clean."""
UNTOLD = "erasing.untold"
"""The same, dropped when the store has told that it is clean."""
HEARD = "erasing.heard"
TOLD = "erasing.told"
CARRIED = "erasing.carried"


@dataclass(frozen=True)
class Clean:
    """What a store can say of itself. ``reached`` are the hub's origins with the last erasure heard of each,
    ``left`` the copies that may hold an erased value and that only a person can remove."""

    reached: tuple[tuple[str, int], ...]
    origins: tuple[str, ...]
    left: tuple[str, ...]

    def fields(self) -> dict[str, Any]:
        """As the fact ``desk.erased_here`` tells it."""
        return {
            "reached": [{"hub_origin": origin, "upto": seq} for origin, seq in self.reached],
            "origins": [{"own": origin} for origin in self.origins],
            "left": [{"file": name} for name in self.left],
        }


def hear(cursor: dbapi2.Cursor, body: Body, now_us: int) -> None:
    """The hub has erased values of a fact: they go from here, or are not kept when they come later."""
    about, told = body.fields.get("about"), body.fields.get("names")
    lines = told if isinstance(told, list) else []
    names = [str(line["name"]) for line in lines if isinstance(line, Mapping) and "name" in line]
    if isinstance(about, str) and names:
        mark(cursor, [(about, name, body.id) for name in names], now_us)


def mark(cursor: dbapi2.Cursor, rows: list[tuple[str, str, str]], now_us: int) -> None:
    """Let go of values: (fact, field, the hub fact that says so)."""
    cursor.executemany("INSERT INTO erased (fact, field, told_by) VALUES (?,?,?) ON CONFLICT DO NOTHING", rows)
    for about in {fact for fact, _, _ in rows}:
        cursor.execute(
            "UPDATE personal SET value = NULL, salt = zeroblob(16) WHERE fact = ? AND value IS NOT NULL"
            " AND field IN (SELECT field FROM erased WHERE fact = ?)",
            (about, about),
        )
        # a form still open over this fact may hold what was copied from it
        cursor.execute("DELETE FROM draft WHERE id = ? OR instr(text, ?) > 0", (about, about))
    for name in (UNCLEAN, UNTOLD, HEARD):
        cursor.execute(
            "INSERT INTO meta (name, value) VALUES (?,?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, str(now_us)),
        )


def clean_up(store: Store) -> bool:
    """Write file and log anew and make the rolling copies again, if an erasure wants it; False to try again soon.

    Raises :class:`DeskError` ``copy_unsound`` or ``disk_full``; earlier copies stay then.
    """
    since = store.meta_get(UNCLEAN)
    if since is None:
        return True
    if not store.rewrite():
        return False
    if copies.copies_of(store.path):
        copies.remake(store)
    with store.writing() as writing:
        _drop(writing, UNCLEAN, since)
    return True


def news(store: Store) -> Clean | None:
    """What a clean store has to tell: an erasure it has let go of, or a copy that is gone since it told last."""
    if store.meta_get(UNTOLD) is None:
        told = store.meta_get(TOLD)
        if told is None or json.loads(told)["left"] == [{"file": name} for name in left(store)]:
            return None
    return Clean(
        tuple(_reached(store)), tuple(one.origin for one in store.origins() if one.left_at is None), left(store)
    )


def tell(store: Store, clean: Clean, new: NewFact) -> None:
    """Save the fact that tells it, and remember that it was told."""
    since = store.meta_get(UNTOLD)
    with store.writing() as writing:
        writing.add(new)
        writing.meta_set(TOLD, json.dumps(clean.fields(), sort_keys=True))
        _drop(writing, UNTOLD, since)


def _drop(writing: Writing, name: str, since: str | None) -> None:
    """Unless another erasure came in between."""
    if writing.meta_read(name) == since:
        writing.meta_drop(name)


def spread(store: Store, other: Store) -> bool:
    """Let a colleague's store on this seat know what this one has heard; True when it was news."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT fact, field, told_by FROM erased").fetchall()
    if not rows:
        return False
    with other.reading() as connection:
        known = set(connection.exec_driver_sql("SELECT fact, field FROM erased").fetchall())
    news = [(fact, field, by) for fact, field, by in rows if (fact, field) not in known]
    if not news:
        return False
    with other.writing() as writing:
        writing.erase(news)
    return True


def note_carried(writing: Writing, file: Path) -> None:
    """A file with values of this store was written elsewhere: it is named from the next erasure on while it is there."""
    told = json.loads(writing.meta_read(CARRIED) or "[]")
    told.append({"file": str(file), "us": writing.now_us()})
    writing.meta_set(CARRIED, json.dumps(told))


def left(store: Store) -> tuple[str, ...]:
    """Copies older than the last erasure that are still there: names, and paths of what was carried away."""
    heard = int(store.meta_get(HEARD) or 0)
    if not heard:
        return ()
    beside = [path.name for path in copies.everything_of(store.path) if _made_us(path) < heard]
    carried = [
        one["file"] for one in json.loads(store.meta_get(CARRIED) or "[]")
        if one["us"] < heard and (Path(one["file"]).exists() or not Path(one["file"]).parent.exists())
    ]  # fmt: skip
    return tuple(sorted([*beside, *carried]))


def _made_us(path: Path) -> int:
    """When a copy was made, by its name; an unreadable one is as old as can be."""
    try:
        moment = dt.datetime.strptime(path.stem.rpartition(".")[2], copies.MOMENT).replace(tzinfo=dt.UTC)
    except ValueError:
        return 0
    return int(moment.timestamp() * 1e6)


def _reached(store: Store) -> list[tuple[str, int]]:
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT j.origin, max(j.seq) FROM (SELECT DISTINCT told_by FROM erased) e"
            " JOIN journal j ON j.fact = e.told_by GROUP BY j.origin ORDER BY 1"
        ).fetchall()
    return [(str(origin), int(seq)) for origin, seq in rows]
