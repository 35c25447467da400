"""What a good sign-in leaves behind, so that the same person can sign in while the hub is away.

A hash of the password (Argon2id, RFC 9106) lies inside the person's own encrypted store with the time of the
last good sign-in and the centre's days of grace. It is a gate in the program, not a lock: the file
itself is locked by the key in the account's keyring.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from nacl import pwhash
from nacl.exceptions import InvalidkeyError

from agent_desk.base.clock import MICROSECONDS, system_us
from agent_desk.base.errors import DeskError

META = "people.verifier"
DAY_US = 86_400 * MICROSECONDS
CLOCK_SLACK_US = 10 * 60 * MICROSECONDS
"""A clock may be put right by this much without a question."""

FREE_TRIES = 3
FIRST_WAIT_SECONDS = 5
LONGEST_WAIT_SECONDS = 300


class Meta(Protocol):
    """The part of a store that a verifier lives in."""

    def meta_get(self, name: str, /) -> str | None:
        """A small named value."""

    def meta_set(self, name: str, value: str, /) -> None:
        """Keep a small named value."""


@dataclass(frozen=True)
class Cost:
    """How dear one guess is: passes over how many bytes of memory. libsodium's "interactive"
    values take some 100 ms on an office machine."""

    passes: int = pwhash.argon2id.OPSLIMIT_INTERACTIVE
    memory: int = pwhash.argon2id.MEMLIMIT_INTERACTIVE


LIGHT = Cost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)
"""For the trial centre alone, whose password stands on its door: nobody waits for a secret that is none."""


@dataclass(frozen=True)
class Kept:
    """What lies in the store. Times are µs since 1970 by this machine's own clock, uncorrected:
    the correction is not known yet when the hub is away."""

    hash: str
    signed_in: int
    seen: int
    """The latest time at which the desk was in use here: the clock cannot be set back behind it."""
    grace_days: int
    wrong: int = 0
    tried: int = 0
    revoked: bool = False


class Verifier:
    """Writes, checks and revokes it. ``wall_us`` is the machine's clock in µs since 1970."""

    def __init__(self, cost: Cost | None = None, wall_us: Callable[[], int] = system_us) -> None:
        self._cost = cost or Cost()
        self._wall_us = wall_us

    def renew(self, store: Meta, password: str, grace_days: int) -> None:
        """The hub has just taken this password."""
        self.keep(store, self.made(password, grace_days))

    def made(self, password: str, grace_days: int) -> Kept:
        """What :meth:`keep` puts down for a password the hub has just taken; takes some 100 ms."""
        now = self._wall_us()
        return Kept(self._hashed(password), now, now, grace_days)

    def check(self, store: Meta, password: str) -> None:
        """Return when the password is right and its time has not run out.

        Raises :class:`DeskError` ``never_proven_here``, ``sign_in_revoked``, ``sign_in_wait`` (after
        three wrong ones, doubling), ``password_wrong``, ``clock_set_back`` or ``grace_over``.
        """
        kept = self.kept(store)
        if kept is None:
            raise DeskError("never_proven_here")
        if kept.revoked:
            raise DeskError("sign_in_revoked")
        kept = self._count_try(store, kept)
        if not _fits(kept.hash, password):
            raise DeskError("password_wrong")
        kept = replace(kept, wrong=0, tried=0)
        self.keep(store, kept)
        self._refuse_stale(kept)
        self.keep_seen(store)

    def matches(self, store: Meta, password: str) -> bool:
        """Whether this is the password kept here; counts nothing and proves nothing."""
        kept = self.kept(store)
        return kept is not None and _fits(kept.hash, password)

    def revoke(self, store: Meta) -> None:
        """The hub has refused the password kept here, or its person's rights have ended: from now on only
        the hub can let them in."""
        kept = self.kept(store)
        if kept is not None:
            self.keep(store, replace(kept, revoked=True))

    def keep_seen(self, store: Meta) -> None:
        """The desk is in use now: called at least each minute of a session."""
        kept = self.kept(store)
        now = self._wall_us()
        if kept is not None and now > kept.seen:
            self.keep(store, replace(kept, seen=now))

    def kept(self, store: Meta) -> Kept | None:
        """What lies in the store, or ``None`` before the first good sign-in (or when it is damaged)."""
        text = store.meta_get(META)
        if text is None:
            return None
        try:
            return Kept(**json.loads(text))
        except (ValueError, TypeError):
            return None

    def _refuse_stale(self, kept: Kept) -> None:
        now = self._wall_us()
        if now < kept.seen - CLOCK_SLACK_US:
            raise DeskError("clock_set_back", now=_told(now), seen=_told(kept.seen))
        if max(now, kept.seen) - kept.signed_in > kept.grace_days * DAY_US:
            raise DeskError("grace_over", days=kept.grace_days)

    def _count_try(self, store: Meta, kept: Kept) -> Kept:
        """Counted before it is checked: ending the program does not win another free guess."""
        now = self._wall_us()
        if now < kept.tried:
            kept = replace(kept, tried=now)  # the clock was set back: the wait begins again, and ends
            self.keep(store, kept)
        left = _wait_seconds(kept.wrong) - (now - kept.tried) // MICROSECONDS
        if left > 0:
            raise DeskError("sign_in_wait", seconds=left)
        counted = replace(kept, wrong=kept.wrong + 1, tried=now)
        self.keep(store, counted)
        return counted

    def _hashed(self, password: str) -> str:
        if not password:
            raise DeskError("password_missing")
        told = pwhash.argon2id.str(password.encode("utf-8"), opslimit=self._cost.passes, memlimit=self._cost.memory)
        return told.decode("ascii")

    def keep(self, store: Meta, kept: Kept) -> None:
        """Put it down."""
        store.meta_set(META, json.dumps(asdict(kept), sort_keys=True))


def _told(moment_us: int) -> str:
    """A time by this machine's own clock and zone, as the person can compare it with the one on the screen."""
    return f"{datetime.fromtimestamp(moment_us / MICROSECONDS, UTC).astimezone():%Y-%m-%d %H:%M}"


def _wait_seconds(wrong: int) -> int:
    if wrong < FREE_TRIES:
        return 0
    doubled = FIRST_WAIT_SECONDS << min(wrong - FREE_TRIES, 16)
    return min(doubled, LONGEST_WAIT_SECONDS)


def _fits(told: str, password: str) -> bool:
    try:
        return bool(pwhash.verify(told.encode("ascii"), password.encode("utf-8")))
    except InvalidkeyError:
        return False
