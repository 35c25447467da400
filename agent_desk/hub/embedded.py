"""The embedded hub: one SQLite file, one process, one desk — the trial centre and the single seat.

It judges, keeps and hands out facts exactly as the PostgreSQL hub does (one contract suite tests
both), but **makes no claim of security**: whoever can read the file can read everything in it, and
whoever can write it can forge it. It is for a local disk, never for a network share.
"""

from __future__ import annotations

import secrets
import shutil
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nacl import pwhash
from nacl.exceptions import InvalidkeyError

from agent_desk.base.clock import MICROSECONDS, Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, CentreId, GroupId, OriginId, StaffId, uuid7
from agent_desk.facts.hub_kinds import GROUP_SET, SEAT_ENROLLED, STAFF_SET
from agent_desk.facts.kind import Catalogue, Role
from agent_desk.facts.link import FIRST_PREV, hub_origin_of
from agent_desk.hub import embedded_heal
from agent_desk.hub.embedded_file import Cursor, HubFile
from agent_desk.hub.embedded_journal import HUB, Writing, centre_of
from agent_desk.hub.embedded_reading import grants_of, person
from agent_desk.hub.embedded_session import EmbeddedSession
from agent_desk.hub.embedded_settling import Settling, hub_settling

if TYPE_CHECKING:
    from agent_desk.hub.report import AuditReport

GRACE_DAYS = 7
_DAY_US = 86_400 * MICROSECONDS


@dataclass(frozen=True)
class PasswordCost:
    """What one guess at a password costs (Argon2id, RFC 9106): passes and bytes of memory."""

    passes: int = pwhash.argon2id.OPSLIMIT_INTERACTIVE
    memory: int = pwhash.argon2id.MEMLIMIT_INTERACTIVE


CHEAP = PasswordCost(pwhash.argon2id.OPSLIMIT_MIN, pwhash.argon2id.MEMLIMIT_MIN)
"""For tests, and for the trial centre, whose password stands on its door."""


class EmbeddedHub:
    """The hub of one centre in one file. Safe to use from several threads of one process.

    ``catalogue`` are the kinds it can judge (those of the hub itself among them), ``clock`` is its own:
    hub time is what this clock says.
    """

    def __init__(
        self,
        path: Path,
        catalogue: Catalogue,
        clock: Clock,
        cost: PasswordCost | None = None,
    ) -> None:
        self._file = HubFile(path)
        self._catalogue = catalogue
        self._clock = clock
        self._cost = cost or PasswordCost()

    def connect(self, number: str, password: str) -> EmbeddedSession:
        """Sign in by staff number. Raises ``sign_in_refused`` or ``hub_away``."""
        with self._file.reading() as cursor:
            row = cursor.execute("select id, verifier from staff where number = ? and active", (number,)).fetchone()
        if row is None or not _opens(row[1], password):
            raise DeskError("sign_in_refused")
        return EmbeddedSession(self._file, self._catalogue, self._clock, StaffId(row[0]))

    def close(self) -> None:
        """Close the file; live sessions hear ``hub_away`` from now on."""
        self._file.close()

    def audit(self) -> AuditReport:
        """Walk every chain again and say what does not hold."""
        from agent_desk.hub.embedded_audit import audit  # not needed to write a receipt

        with self._file.reading() as cursor:
            return audit(cursor)

    def together(self) -> AbstractContextManager[None]:
        """What is done inside is on the disk together or not at all; nobody else is answered meanwhile."""
        return self._file.together()

    def create_centre(self, name: str) -> CentreId:
        """Found the one centre of this file. Raises ``hub_exists`` the second time."""
        centre, secret, now = CentreId(self._new_id()), secrets.token_bytes(32), self._clock.now_us()
        origin = hub_origin_of(secret, uuid.uuid4().bytes)
        with self._file.writing() as cursor:
            if cursor.execute("select 1 from centre").fetchone():
                raise DeskError("hub_exists")
            cursor.execute("insert into centre values (?, ?, ?, ?)", (centre, name, origin, now))
            cursor.execute(
                "insert into state (one, epoch, hub_secret, last_code, last_stamp, grace_us) values (1, ?, ?, 0, 0, ?)",
                (str(uuid.uuid4()), secret, GRACE_DAYS * _DAY_US),
            )
            cursor.execute(
                "insert into origin (id, staff, seat, code, opened, head_seq, head_digest) values (?, ?, '', 0, ?, 0, ?)",
                (origin, HUB, now, FIRST_PREV),
            )
        return centre

    def copy_to(self, path: Path) -> None:
        """Write a whole copy of the file as it is now: what a set-back starts from."""
        self._file.copy_to(path)

    @classmethod
    def restore(
        cls, path: Path, copy: Path, catalogue: Catalogue, clock: Clock, cost: PasswordCost | None = None,
    ) -> EmbeddedHub:  # fmt: skip
        """Put an older copy in the place of the hub's file (which nobody has open) and close it until it is healed."""
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(copy, path)
        hub = cls(path, catalogue, clock, cost)
        hub.close_for_healing()
        return hub

    def close_for_healing(self) -> None:
        """End the epoch and take nothing but the hub's own lost facts until :meth:`open_again`."""
        with self._file.writing() as cursor:
            embedded_heal.close(cursor, self._clock.now_us())

    def open_again(self) -> None:
        """Take from seats again. Raises ``heal_not_begun`` for a hub that was not closed."""
        with self._file.writing() as cursor:
            self._healing(cursor).open_again()

    def gaps(self) -> tuple[tuple[OriginId, int, int, int], ...]:
        """Links lost and not named: origin, first, last, and how many wait behind them."""
        with self._file.reading() as cursor:
            return embedded_heal.gaps(cursor)

    def name_hole(self, origin: OriginId, first: int, last: int, why: str, by: StaffId) -> None:
        """Say that nobody holds these links any more. Raises ``hole_unknown``."""
        with self._file.writing() as cursor:
            self._healing(cursor).name_hole(origin, first, last, why, by)

    def _healing(self, cursor: Cursor) -> embedded_heal.Healing:
        return embedded_heal.Healing(cursor, self._writing(cursor), self._catalogue)

    def centre(self) -> CentreId | None:
        """The centre of this file, or nothing before it was founded."""
        with self._file.reading() as cursor:
            row = cursor.execute("select id from centre").fetchone()
        return None if row is None else CentreId(row[0])

    def add_group(self, code: str, name: str) -> None:
        """Make or rename a group. Raises ``hub_text_wrong`` for ``*``, ``@…`` and nothing."""
        if not code or code == EVERYONE or code.startswith("@"):
            raise DeskError("hub_text_wrong")
        with self._file.writing() as cursor:
            cursor.execute(
                "insert into staff_group values (?, ?) on conflict do update set name = excluded.name",
                (code, name),
            )
            self._writing(cursor).say(GROUP_SET, EVERYONE, {"code": code, "name": name})

    def add_staff(self, number: str, name: str, grants: Mapping[GroupId, Role], password: str) -> StaffId:
        """Take on a person. Raises ``staff_exists`` or, for a group there is not, ``hub_grants_wrong``."""
        staff = StaffId(self._new_id())
        verifier = self._verifier(password)
        with self._file.writing() as cursor:
            if cursor.execute("select 1 from staff where number = ?", (number,)).fetchone():
                raise DeskError("staff_exists", number=number)
            cursor.execute("insert into staff values (?, ?, ?, ?, 1, null, 0)", (staff, number, name, verifier))
            self._set_rights(cursor, staff, grants, active=True)
        return staff

    def set_staff(
        self,
        number: str,
        *,
        name: str | None = None,
        grants: Mapping[GroupId, Role] | None = None,
        active: bool | None = None,
        password: str | None = None,
    ) -> None:
        """Change what is given and leave the rest. Raises ``staff_unknown``, ``hub_grants_wrong``.

        A right that is taken away ends now: what was written before still counts.
        """
        verifier = None if password is None else self._verifier(password)
        with self._file.writing() as cursor:
            row = cursor.execute("select id, active from staff where number = ?", (number,)).fetchone()
            if row is None:
                raise DeskError("staff_unknown", number=number)
            staff = StaffId(row[0])
            cursor.execute(
                "update staff set name = coalesce(?, name), verifier = coalesce(?, verifier) where id = ?",
                (name, verifier, staff),
            )
            kept = grants_of(cursor, staff) if grants is None else grants
            self._set_rights(cursor, staff, kept, bool(row[1]) if active is None else active)
            if password is not None:
                self._tell_staff(cursor, staff, "password")

    def enrol_seat(self, number: str, name: str) -> None:
        """Make or rename a seat."""
        with self._file.writing() as cursor:
            cursor.execute(
                "insert into seat values (?, ?, ?) on conflict do update set name = excluded.name",
                (number, name, self._clock.now_us()),
            )
            self._writing(cursor).say(SEAT_ENROLLED, EVERYONE, {"seat": number, "name": name})

    def set_centre(self, *, grace_days: int | None = None, oldest_client: str | None = None) -> None:
        """What the centre sets for all its seats; what is not given stays."""
        with self._file.writing() as cursor:
            self._settling(cursor).set_centre(grace_days, oldest_client)

    def retain(self) -> int:
        """Let go of personal values kept as long as their kind says; answers of how many facts."""
        with self._file.writing() as cursor:
            return self._settling(cursor).retain()

    def _settling(self, cursor: Cursor) -> Settling:
        return hub_settling(cursor, self._writing(cursor), self._catalogue)

    def _writing(self, cursor: Cursor) -> Writing:
        return Writing(cursor, self._catalogue, self._clock)

    def _new_id(self) -> str:
        return uuid7(self._clock.now_ms())

    def _verifier(self, password: str) -> bytes:
        made: bytes = pwhash.argon2id.str(
            password.encode("utf-8"), opslimit=self._cost.passes, memlimit=self._cost.memory
        )
        return made

    def _set_rights(self, cursor: Cursor, staff: StaffId, grants: Mapping[GroupId, Role], active: bool) -> None:
        now = self._clock.now_us()
        groups = {EVERYONE} | {code for (code,) in cursor.execute("select code from staff_group").fetchall()}
        if not grants.keys() <= groups:
            raise DeskError("hub_grants_wrong")
        before = grants_of(cursor, staff)
        for group in before:
            if grants.get(group) != before[group]:
                cursor.execute(
                    "update staff_right set until = ? where staff = ? and grp = ? and until is null",
                    (now, staff, group),
                )
        for group, role in grants.items():
            if before.get(group) != role:
                _begin_right(cursor, staff, group, role, now)
        cursor.execute(
            "update staff set active = ?, ended = case when ? then null else coalesce(ended, ?) end,"
            " grants_version = grants_version + 1 where id = ?",
            (int(active), active, now, staff),
        )
        self._tell_staff(cursor, staff)

    def _tell_staff(self, cursor: Cursor, staff: StaffId, changed: str = "rights") -> None:
        me = person(cursor, centre_of(cursor).id, staff)
        fields = {
            "staff": staff,
            "number": me.number,
            "name": me.name,
            "active": me.active,
            "grants": [{"granted": group, "role": role.value} for group, role in sorted(me.grants.items())],
            "changed": changed,
        }
        self._writing(cursor).say(STAFF_SET, EVERYONE, fields, subject=staff)


def _opens(verifier: bytes, password: str) -> bool:
    if not verifier:  # who is known only from the hub's own facts has no password here
        return False
    try:
        return bool(pwhash.verify(verifier, password.encode("utf-8", "surrogatepass")))
    except InvalidkeyError:
        return False


def _begin_right(cursor: Cursor, staff: StaffId, group: GroupId, role: Role, now: int) -> None:
    """A right given back in the very microsecond it ended goes on instead."""
    cursor.execute(
        "insert into staff_right (staff, grp, role, since, until) values (?, ?, ?, ?, null)"
        " on conflict do update set until = null",
        (staff, group, role.value, now),
    )
