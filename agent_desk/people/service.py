"""People's verbs, as the window speaks them: sign in and out, lock, authorise, reveal, confirm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from agent_desk.base.clock import MICROSECONDS, Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import FactId, GroupId, SubjectId
from agent_desk.hub.port import Beat
from agent_desk.people.model import AUTHORISED, EXPORTED, MACHINE_NAMED, REVEALED, SIGNED_OUT, Proof, Witness
from agent_desk.people.session import Session
from agent_desk.people.sign_in import Claimed, Entered, SignIn
from agent_desk.storage.numbers import Numbers, lineage, numbers
from agent_desk.storage.store import NewFact

Result = TypeVar("Result")
RENEW_AFTER_US = 3600 * MICROSECONDS
SHORTEST_REASON = 2
"""Signs: 投诉 is a reason, a full stop is none."""


class Lane(Protocol):
    """Where blocking work is done, one piece after the other, off the window's thread."""

    def run(self, work: Callable[[], Result], /) -> Awaitable[Result]:
        """The result of ``work``, awaited; its exception is raised here."""


class PeopleService(QObject):
    """The one door to people for the window and ``wiring``. Verbs raise :class:`DeskError`."""

    signed_in = Signal(object)
    """The new :class:`Session`."""
    signed_out = Signal()
    authorised = Signal(object)
    """A :class:`Witness` was given."""
    machine_named = Signal(bool)
    """A person has said whether this machine keeps the paper numbers."""
    confirmed = Signal(int)
    """So many facts of unproven sessions are now their person's own: the pump may send them."""

    def __init__(self, sign_in: SignIn, lane: Lane, seat: str, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sign_in = sign_in
        self._lane = lane
        self._seat = seat
        self._clock = clock
        self._session: Session | None = None
        self._renewed_us = 0
        self._grace_us = 0
        self._renewing = False

    @property
    def session(self) -> Session | None:
        """Who is signed in, or ``None``."""
        return self._session

    # -- coming and going -------------------------------------------------------------------------

    async def sign_in(self, number: str, password: str) -> Session:
        """Sign in; see :meth:`SignIn.enter` for what may be raised. Raises ``signed_in_already``."""
        self._refuse_second()
        return self._begin(await self._lane.run(lambda: self._sign_in.enter(number, password)))

    async def sign_in_unproven(self, number: str, name: str, password: str) -> Session:
        """Begin an unproven session; see :meth:`SignIn.enter_unproven`."""
        self._refuse_second()
        return self._begin(await self._lane.run(lambda: self._sign_in.enter_unproven(number, name, password)))

    async def sign_out(self) -> None:
        """Write down the going, close the file, forget the password. Stop the pump before."""
        session = self._signed_in()
        entered = session.entered
        self._session = None
        session.ended.emit()
        try:
            await self._lane.run(lambda: self._leave(entered))
        finally:
            self.signed_out.emit()
            session.deleteLater()

    def lock(self, why: str = "asked") -> None:
        """Cover the screen (``asked`` by the person, or the ``machine`` was locked)."""
        if self._session is not None:
            self._session.lock(why)

    async def unlock(self, password: str) -> None:
        """Open the screen again, and go on with this password: by the hub, or by the seat's verifier."""
        session = self._signed_in()
        entered = await self._lane.run(lambda: self._sign_in.prove_again(session.entered, password))
        if session is self._session:
            self._note_proof(entered)
            session.open_again(entered)

    # -- what the pump hears ------------------------------------------------------------------------

    async def hear_beat(self, beat: Beat) -> None:
        """A beat answered under this session's password: its person, grants, and other seats.

        A session begun off line is thereby proven, and the days of grace begin anew.
        """
        session = self._session
        if session is None or not session.is_proven or beat.me.staff != session.who.staff:
            return
        session.hear_elsewhere(beat.elsewhere)
        if self._renewing or not self._must_renew(session, beat):
            return
        self._renewing = True
        self._grace_us = beat.grace_us
        try:
            entered = await self._lane.run(lambda: self._sign_in.renew(session.entered, beat))
        finally:
            self._renewing = False
        if session is self._session:
            self._note_proof(entered)
            session.take(entered)

    async def hear_refusal(self, code: str, why: str = "") -> None:
        """The hub refused the pump: rights that ended lock the seat, a password it no longer takes is
        asked for anew while work goes on (the hub itself may be in disorder)."""
        session = self._session
        if session is None or not session.is_proven:
            return
        if why == "rights" or code == "rights_ended":
            await self._lane.run(lambda: self._sign_in.revoke(session.entered))
            session.lock("rights")
        elif code == "sign_in_refused":
            session.password_asked.emit()

    async def keep_seen(self) -> None:
        """Called each minute of a session: the clock cannot be set back behind it to win grace."""
        session = self._session
        if session is not None:
            await self._lane.run(lambda: self._sign_in.keep_seen(session.entered))

    # -- authorising, revealing, exporting -------------------------------------------------------------

    async def authorise(self, number: str, password: str, act: str, group: GroupId, about: SubjectId) -> Witness:
        """A leader allows ``act`` here and now: the fact that follows carries the witness.

        See :meth:`SignIn.witness`. That it was allowed is a fact of its own, of both.
        """
        session = self._signed_in()
        witness = await self._lane.run(lambda: self._sign_in.witness(session.who, number, password, act, group))
        fields = {"act": act, "about": about, "leader": witness.staff, "proof": witness.proof.value}
        await self._write(session, AUTHORISED.name, fields, group=group, subject=about, witness=witness)
        self.authorised.emit(witness)
        return witness

    async def reveal(self, what: str, about: FactId, subject: SubjectId, group: GroupId, reason: str) -> None:
        """Before a masked number is shown in full: who read it and why is on disk when this returns.

        Raises ``reason_missing``.
        """
        fields = {"what": what, "about": about, "reason": _a_reason(reason)}
        await self._write(self._signed_in(), REVEALED.name, fields, group=group, subject=subject)

    async def export(self, what: str, count: int, reason: str) -> None:
        """Before a list leaves the desk as a file. Raises ``reason_missing``."""
        session = self._signed_in()
        fields: dict[str, str | int] = {"what": what, "count": count, "reason": _a_reason(reason)}
        await self._write(session, EXPORTED.name, fields)

    # -- two machines with one disk ------------------------------------------------------------------------

    async def numbers(self) -> Numbers:
        """Whether paper numbers may be drawn on this machine."""
        store = self._signed_in().store

        def look() -> Numbers:
            with store.reading() as connection:
                return numbers(connection, store.tables, store.person.staff, self._seat)

        return await self._lane.run(look)

    async def name_machine(self, *, keeps_numbers: bool) -> None:
        """This machine keeps the numbers of its seat, or the other one with the same disk does: on paper from now on."""
        session = self._signed_in()
        await self._lane.run(lambda: self._name_machine(session, keeps_numbers))
        self.machine_named.emit(keeps_numbers)

    def _name_machine(self, session: Session, keeps_numbers: bool) -> None:
        with session.store.reading() as connection:
            *earlier, current = (one.origin for one in lineage(connection))
        session.store.save(*(
            _fact(session.entered, MACHINE_NAMED.name, {
                "origin": current, "forked_from": before, "keeps_numbers": keeps_numbers, "seat": self._seat,
            })
            for before in earlier or [current]
        ))  # fmt: skip

    # -- unproven sessions -----------------------------------------------------------------------------

    async def claimed(self) -> list[Claimed]:
        """What was written here under the signed-in person's number without proof."""
        session = self._signed_in()
        if session.proof is Proof.UNPROVEN:
            return []
        return await self._lane.run(lambda: self._sign_in.claimed(session.entered))

    async def confirm(self, claimed: Claimed, denied: Sequence[FactId] = ()) -> int:
        """Take such facts as one's own; see :meth:`SignIn.confirm`."""
        session = self._signed_in()
        taken = await self._lane.run(lambda: self._sign_in.confirm(session.entered, claimed, denied))
        self.confirmed.emit(taken)
        return taken

    # -- inside ----------------------------------------------------------------------------------------

    def _begin(self, entered: Entered) -> Session:
        now = self._clock.now_us()
        self._session = session = Session(entered, now, self)
        self._note_proof(entered)
        self.signed_in.emit(session)
        return session

    def _note_proof(self, entered: Entered) -> None:
        if entered.proof is Proof.ON_LINE:
            self._renewed_us = self._clock.raw_us()

    def _must_renew(self, session: Session, beat: Beat) -> bool:
        if session.proof is not Proof.ON_LINE or dict(beat.me.grants) != dict(session.who.grants):
            return True
        if beat.grace_us != (self._grace_us or beat.grace_us):  # the centre has set it otherwise
            return True
        self._grace_us = beat.grace_us
        return abs(self._clock.raw_us() - self._renewed_us) > RENEW_AFTER_US

    def _leave(self, entered: Entered) -> None:
        try:
            fields: dict[str, str | int] = {"seat": self._seat, "unsent": entered.store.unsent().count}
            entered.store.save(_fact(entered, SIGNED_OUT.name, fields))
        finally:
            self._sign_in.leave(entered)

    async def _write(
        self,
        session: Session,
        kind: str,
        fields: Mapping[str, str | int],
        *,
        group: GroupId | None = None,
        subject: SubjectId | None = None,
        witness: Witness | None = None,
    ) -> None:
        fact = _fact(session.entered, kind, fields, group, subject, witness)
        await self._lane.run(lambda: session.store.save(fact))

    def _signed_in(self) -> Session:
        if self._session is None:
            raise DeskError("nobody_signed_in")
        return self._session

    def _refuse_second(self) -> None:
        if self._session is not None:
            raise DeskError("signed_in_already", number=self._session.who.number)


def _fact(
    entered: Entered,
    kind: str,
    fields: Mapping[str, str | int],
    group: GroupId | None = None,
    subject: SubjectId | None = None,
    witness: Witness | None = None,
) -> NewFact:
    """A fact about the person's own doing: in their group and about them unless said otherwise."""
    who = entered.who
    return NewFact(
        entered.store.new_id(), kind, group or who.home, subject or SubjectId(who.staff), fields,
        witness=witness.staff if witness is not None else None,
    )  # fmt: skip


def _a_reason(reason: str) -> str:
    plain = reason.strip()
    if len([sign for sign in plain if sign.isalnum()]) < SHORTEST_REASON:
        raise DeskError("reason_missing")
    return plain
