"""The session: who sits here now, on what proof, and whether the screen is locked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agent_desk.base.ids import GroupId
from agent_desk.facts.kind import Role
from agent_desk.people.model import Password, Proof, Who
from agent_desk.people.short_number import ShortNumber, draw
from agent_desk.people.sign_in import META_UNPROVEN_CODE, Entered
from agent_desk.storage.store import Store
from agent_desk.storage.writing import Writing


class Session(QObject):
    """One person's time at this seat, from sign-in to sign-out. Only :class:`PeopleService` changes it."""

    locked = Signal(str)
    """The screen must be covered and the seat go to not ready; why, as a word:
    ``asked``, ``machine``, ``password`` or ``rights``."""
    unlocked = Signal()
    proof_changed = Signal(str)
    """A word of :class:`Proof`: the hub has come back and taken the password, or an unlock was off line."""
    grants_changed = Signal()
    seen_elsewhere = Signal(list)
    """The same person is present at these other seats now (empty: no longer)."""
    password_asked = Signal()
    """The hub no longer takes this session's password: facts are kept here until the new one is typed."""
    ended = Signal()

    def __init__(self, entered: Entered, since_us: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entered = entered
        self._elsewhere = tuple(entered.elsewhere)
        self._locked = False
        self.since_us = since_us
        """When it began, µs since 1970 UTC."""
        self._unproven_code = entered.store.meta_get(META_UNPROVEN_CODE) or ""

    @property
    def who(self) -> Who:
        """The person, with grants as last heard of."""
        return self._entered.who

    @property
    def proof(self) -> Proof:
        """What the session stands on now."""
        return self._entered.proof

    @property
    def is_proven(self) -> bool:
        """False when nobody could check number and name: show both in words."""
        return self.proof is not Proof.UNPROVEN

    @property
    def store(self) -> Store:
        """The person's own file."""
        return self._entered.store

    @property
    def password(self) -> Password:
        """For the pump's connection; lives in memory as long as the session."""
        return self._entered.password

    @property
    def entered(self) -> Entered:
        """How the person came in, as the sign-in knows it."""
        return self._entered

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Other seats at which the same person is present."""
        return self._elsewhere

    @property
    def is_locked(self) -> bool:
        """Whether the password is waited for."""
        return self._locked

    def role_in(self, group: GroupId) -> Role | None:
        """The person's role in a group."""
        return self.who.role_in(group)

    def short_number(self, writing: Writing, letter: str) -> ShortNumber:
        """The next short number of a kind, in the transaction of the fact that bears it."""
        now = self.store.clock.now_us()
        return draw(writing, letter, now, writing.code(), self._unproven_code)

    # -- for the service alone ------------------------------------------------------------------

    def lock(self, why: str) -> None:
        """Cover the screen; once is enough."""
        if not self._locked:
            self._locked = True
            self.locked.emit(why)

    def open_again(self, entered: Entered) -> None:
        """The right password was typed."""
        self.take(entered)
        self.hear_elsewhere(entered.elsewhere)
        if self._locked:
            self._locked = False
            self.unlocked.emit()

    def take(self, entered: Entered) -> None:
        """Go on with newer knowledge of the same person."""
        before, self._entered = self._entered, entered
        if before.who.grants != entered.who.grants:
            self.grants_changed.emit()
        if before.proof is not entered.proof:
            self.proof_changed.emit(entered.proof.value)

    def hear_elsewhere(self, seats: tuple[str, ...]) -> None:
        """What the hub's last beat said of the same person on other seats."""
        if seats != self._elsewhere:
            self._elsewhere = seats
            self.seen_elsewhere.emit(list(seats))
