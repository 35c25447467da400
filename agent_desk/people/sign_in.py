"""Signing in: by the hub when it answers, by what the last good sign-in left here when it does not.

The order matters. The hub is asked first; only when it cannot be reached, or cannot prove that it is the
centre's (then no password was sent), does the seat's own verifier decide. What the hub has refused, no verifier here lets in.
"""

from __future__ import annotations

import json
import logging
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from agent_desk.base.clock import Clock
from agent_desk.base.errors import DeskError
from agent_desk.base.ids import EVERYONE, CentreId, FactId, GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.body import Body, parse
from agent_desk.facts.kind import Role
from agent_desk.facts.personal import Personal
from agent_desk.hub.port import Beat, Hub, HubSession, Me, Opened, Presence
from agent_desk.people.model import (
    CONFIRMED,
    DENIED,
    MAY_AUTHORISE,
    SIGNED_IN,
    Password,
    Proof,
    Who,
    Witness,
)
from agent_desk.people.shelf import Book, Shelf
from agent_desk.people.short_number import new_unproven_code
from agent_desk.people.verifier import DAY_US, Kept, Verifier
from agent_desk.storage.store import NewFact, Person, Store

log = logging.getLogger(__name__)

META_ME = "people.me"
META_INSTALLATION = "people.installation"
META_WANTED = "people.origin_wanted"
META_UNPROVEN_CODE = "people.unproven_code"
META_PROVISIONAL = "people.provisional"
META_SETTLED = "people.settled"

_OWN_KINDS = "people."
_PAGE = 500


@dataclass(frozen=True)
class SeatInfo:
    """Which seat this is: its number in the centre, and the desk's version."""

    centre: CentreId
    seat: str
    client: str


@dataclass(frozen=True)
class Entered:
    """Somebody came in. ``why_not_on_line`` is the code that sent them to the seat's own verifier."""

    who: Who
    proof: Proof
    store: Store
    password: Password
    elsewhere: tuple[str, ...] = ()
    why_not_on_line: str = ""


@dataclass(frozen=True)
class Written:
    """One fact of an unproven session, as it is listed to be confirmed. Times are µs since 1970 UTC."""

    id: FactId
    kind: str
    happened: int
    keyed: int
    body: Body


@dataclass(frozen=True)
class Claimed:
    """One unproven session's file and what was written in it."""

    book: Book
    name: str
    written: tuple[Written, ...]


def plain_number(typed: str) -> str:
    """A staff number as typed: full-width digits of a Chinese input method become plain ones.

    Raises :class:`DeskError` ``number_missing``.
    """
    number = unicodedata.normalize("NFKC", typed).strip()
    if not number:
        raise DeskError("number_missing")
    return number


class SignIn:
    """The door. All verbs block (network, disk, 100 ms of Argon2id): call them on a lane."""

    def __init__(
        self,
        hub: Hub,
        shelf: Shelf,
        seat: SeatInfo,
        clock: Clock,
        verifier: Verifier,
    ) -> None:
        self._hub = hub
        self._shelf = shelf
        self._seat = seat
        self._clock = clock
        self._verifier = verifier

    # -- coming in ----------------------------------------------------------------------------

    def enter(self, typed: str, password: str) -> Entered:
        """Sign in, on line if possible.

        Raises :class:`DeskError` ``sign_in_refused`` and ``rights_ended`` by the hub's word; while it is
        away ``person_unknown_here``, ``never_proven_here``, ``sign_in_revoked``, ``sign_in_wait``,
        ``password_wrong``, ``clock_set_back`` or ``grace_over``; and what the vault or the store says.
        """
        number = _with_password(typed, password)
        try:
            return self._enter_on_line(number, password, announce=True)
        except DeskError as problem:
            self._heed_refusal(problem, number, password)
            if not _is_away(problem):
                raise
            return self._enter_off_line(number, password, problem.code)

    def prove_again(self, entered: Entered, password: str) -> Entered:
        """Unlock: the same person's password again, checked as at sign-in. The store stays open.

        Raises what :meth:`enter` raises, and ``not_the_same_person``.
        """
        number = _with_password(entered.who.number, password)
        if entered.proof is Proof.UNPROVEN:
            if not self._verifier.matches(entered.store, password):
                raise DeskError("password_wrong")
            return entered
        try:
            again = self._enter_on_line(number, password, announce=False)
        except DeskError as problem:
            self._heed_refusal(problem, number, password)
            if not _is_away(problem):
                raise
            self._verifier.check(entered.store, password)
            return Entered(entered.who, Proof.OFF_LINE, entered.store, Password(password), (), problem.code)
        self._shelf.release(again.store)
        if again.who.staff != entered.who.staff or again.store is not entered.store:
            raise DeskError("not_the_same_person")
        return again

    def renew(self, entered: Entered, beat: Beat) -> Entered:
        """The hub has answered this session's password by itself (the pump's): as good as a sign-in."""
        who = self._who(beat.me)
        if who.staff != entered.who.staff:
            raise DeskError("not_the_same_person")
        kept = self._kept(entered.password.value, beat)
        with entered.store.together():
            self._leave_proof(entered.store, who, kept)
        return Entered(who, Proof.ON_LINE, entered.store, entered.password)

    def keep_seen(self, entered: Entered) -> None:
        """The desk is in use: setting the clock back behind this moment wins no grace."""
        self._verifier.keep_seen(entered.store)

    def leave(self, entered: Entered) -> None:
        """Close the person's file, unless the pump still drains it."""
        self._verifier.keep_seen(entered.store)
        self._shelf.release(entered.store)

    def revoke(self, entered: Entered) -> None:
        """The hub refused this session's password, or its person's rights ended."""
        self._verifier.revoke(entered.store)

    # -- on line ------------------------------------------------------------------------------

    def _enter_on_line(self, number: str, password: str, *, announce: bool) -> Entered:
        session = self._hub.connect(number, password)
        try:
            beat = self._beat(session)
            who = self._who(beat.me)
            store = self._shelf.make(number)
            try:
                kept = self._kept(password, beat)
                opened = self._bind(session, store, who)
                with store.together():
                    if opened is not None:
                        store.add_origin(opened.origin, opened.key, opened.code)
                        store.meta_set(META_INSTALLATION, self._shelf.installation)
                    self._leave_proof(store, who, kept)
                    if announce:
                        self._announce(store, who, Proof.ON_LINE)
            except BaseException:
                self._shelf.release(store)
                raise
        finally:
            session.close()
        return Entered(who, Proof.ON_LINE, store, Password(password), beat.elsewhere)

    def _beat(self, session: HubSession) -> Beat:
        presence = Presence(
            seat=self._seat.seat, state="signing_in", since_us=self._clock.now_us(), unsent=0,
            oldest_unsent_us=0, client=self._seat.client,
        )  # fmt: skip
        sent = self._clock.raw_us()
        beat = session.beat(presence, ())
        self._clock.correct(beat.hub_us, sent, self._clock.raw_us())
        return beat

    def _who(self, me: Me) -> Who:
        if me.centre != self._seat.centre:
            raise DeskError("centre_wrong", number=me.number)
        if not me.active:
            raise DeskError("rights_ended", number=me.number)
        return Who(me.staff, me.number, me.name, me.centre, dict(me.grants))

    def _bind(self, session: HubSession, store: Store, who: Who) -> Opened | None:
        """The person of a store, and the origin to write in if it needs one. Its id is written down before
        the hub is asked, so that an answer lost on the way is asked for again and not a second origin opened."""
        person = Person(who.staff, who.centre, who.number, who.name)
        here = self._shelf.installation
        moved = store.meta_get(META_INSTALLATION) not in (None, here)
        origins = store.origins()
        if origins and origins[-1].key is not None and not moved:
            store.bind(person)
            return None
        wanted = f"{META_WANTED}.{here}"
        origin = store.meta_get(wanted) or str(uuid.uuid4())
        with store.together():
            store.bind(person)
            store.meta_set(wanted, origin)
        return session.open_origin(OriginId(origin), self._seat.seat)

    def _kept(self, password: str, beat: Beat) -> Kept:
        """For as many days as the centre lets its seats decide by themselves."""
        return self._verifier.made(password, beat.grace_us // DAY_US)

    def _leave_proof(self, store: Store, who: Who, kept: Kept) -> None:
        self._verifier.keep(store, kept)
        store.meta_set(META_ME, _told(who))

    def _announce(self, store: Store, who: Who, proof: Proof) -> None:
        fields = {"seat": self._seat.seat, "proof": proof.value}
        store.save(_about_person(store, who, SIGNED_IN.name, fields))

    def _heed_refusal(self, problem: DeskError, number: str, password: str) -> None:
        """A password that the hub refuses is dead here too, also after the cable is pulled."""
        if not _is_refusal(problem) or not self._shelf.knows(number):
            return
        try:
            store = self._shelf.open(number)
        except DeskError as other:
            log.warning("the verifier could not be revoked: %s", other.code)
            return
        try:
            if self._verifier.matches(store, password):
                self._verifier.revoke(store)
        finally:
            self._shelf.release(store)

    # -- off line -----------------------------------------------------------------------------

    def _enter_off_line(self, number: str, password: str, why: str) -> Entered:
        store = self._shelf.open(number)
        try:
            self._verifier.check(store, password)
            who = _read_who(store)
            self._announce(store, who, Proof.OFF_LINE)
        except BaseException:
            self._shelf.release(store)
            raise
        return Entered(who, Proof.OFF_LINE, store, Password(password), (), why)

    def enter_unproven(self, typed: str, name: str, password: str) -> Entered:
        """Let somebody work whom nobody can prove now. Their facts stay here until they confirm them.

        The password typed opens the same unproven file again; another one begins a further
        file, so that nobody is shut out by whoever used their number before.
        Raises ``name_missing`` and what vault and store say.
        """
        number = _with_password(typed, password)
        if not name.strip():
            raise DeskError("name_missing")
        store = self._unproven_again(number, password) or self._unproven_new(number, name.strip(), password)
        try:
            who = _read_who(store)
            self._announce(store, who, Proof.UNPROVEN)
        except BaseException:
            self._shelf.release(store)
            raise
        return Entered(who, Proof.UNPROVEN, store, Password(password))

    def _unproven_again(self, number: str, password: str) -> Store | None:
        for book in self._shelf.unproven_of(number):
            store = self._shelf.open_book(book)
            if store.meta_get(META_SETTLED) is None and self._verifier.matches(store, password):
                return store
            self._shelf.release(store)
        return None

    def _unproven_new(self, number: str, name: str, password: str) -> Store:
        """Author is the person of that number on the centre's list if it has come here, else provisional.

        Whatever the list says, no leader's rights are given without proof.
        """
        known = self._shelf.find_staff(number)
        staff = known.staff if known is not None else StaffId(str(uuid.uuid4()))
        grants = dict(known.grants) if known is not None else {EVERYONE: Role.AGENT}
        who = Who(staff, number, name, self._seat.centre, {group: _humble(role) for group, role in grants.items()})
        _, store = self._shelf.make_unproven(number)
        try:
            store.bind(Person(who.staff, who.centre, who.number, who.name))
            store.add_origin(OriginId(str(uuid.uuid4())), None, None)
            store.meta_set(META_ME, _told(who))
            store.meta_set(META_UNPROVEN_CODE, new_unproven_code())
            store.meta_set(META_PROVISIONAL, "" if known is not None else "1")
            self._verifier.renew(store, password, 0)
        except BaseException:
            self._shelf.release(store)
            raise
        return store

    # -- confirming ---------------------------------------------------------------------------

    def claimed(self, entered: Entered) -> list[Claimed]:
        """What was written here under this person's number without proof and is not settled yet."""
        found = []
        for book in self._shelf.unproven_of(entered.who.number):
            store = self._shelf.open_book(book)
            try:
                if store.meta_get(META_SETTLED) is None and store.has_person:
                    found.append(Claimed(book, store.person.name, tuple(_written(store))))
            finally:
                self._shelf.release(store)
        return found

    def confirm(self, entered: Entered, claimed: Claimed, denied: Sequence[FactId] = ()) -> int:
        """Take the facts of an unproven session as one's own, all but those ``denied``; returns how many.

        Where the seat knew the person, their origin is opened at the hub under the same id, the
        missing macs are filled in and the pump sends it; a denied fact travels with a fact that says
        so. Where it did not, the facts are written again, same ids and times, in the person's own
        store; a denied one stays behind. Safe to repeat after a crash at any moment.
        Raises ``confirm_on_line``, ``unproven_list_changed`` or what the hub says.
        """
        if entered.proof is not Proof.ON_LINE:
            raise DeskError("confirm_on_line")
        store = self._shelf.open_book(claimed.book)
        try:
            if tuple(_written(store)) != claimed.written:
                raise DeskError("unproven_list_changed")
            told = self._settlement(entered, store, claimed, denied)
            if store.meta_get(META_PROVISIONAL) or store.person.staff != entered.who.staff:
                again = _rewritten(store, claimed, denied, entered.who)
                entered.store.save(*again, *told)
            else:
                self._prove_origin(entered, store)
                entered.store.save(*told)
            store.meta_set(META_SETTLED, str(self._clock.now_us()))
        finally:
            self._shelf.release(store)
        return len(claimed.written) - len(denied)

    def _prove_origin(self, entered: Entered, store: Store) -> None:
        origin = store.origins()[-1].origin
        session = self._hub.connect(entered.who.number, entered.password.value)
        try:
            opened = session.open_origin(origin, self._seat.seat)
        finally:
            session.close()
        store.add_origin(opened.origin, opened.key, opened.code)

    def _settlement(self, entered: Entered, store: Store, claimed: Claimed, denied: Sequence[FactId]) -> list[NewFact]:
        """The facts that say what was confirmed and denied, with ids that a repeat finds again."""
        kinds = {one.id: one.kind for one in claimed.written}
        ids = _settlement_ids(store, denied)
        counts: dict[str, str | int] = {
            "count": len(claimed.written), "denied": len(denied), "origin": store.origins()[-1].origin,
        }  # fmt: skip
        facts = [_about_person(entered.store, entered.who, CONFIRMED.name, counts, ids["confirmed"])]
        for fact in denied:
            said = {"about": fact, "kind": kinds[fact]}
            facts.append(_about_person(entered.store, entered.who, DENIED.name, said, ids[fact]))
        return facts

    # -- authorising --------------------------------------------------------------------------

    def witness(self, at_seat: Who, typed: str, password: str, act: str, group: GroupId) -> Witness:
        """A leader allows an act on another's screen with own number and password.

        Off line only a leader who has signed in on this seat before can be checked. Raises
        ``authorise_oneself``, ``authorise_role``, ``authorise_unknown_here``, and the refusals of
        :meth:`enter`.
        """
        number = _with_password(typed, password)
        if number == at_seat.number:
            raise DeskError("authorise_oneself")
        try:
            leader, proof = self._ask_hub(number, password), Proof.ON_LINE
        except DeskError as problem:
            self._heed_refusal(problem, number, password)
            if not _is_away(problem):
                raise
            leader, proof = self._ask_seat(number, password), Proof.OFF_LINE
        if leader.staff == at_seat.staff:
            raise DeskError("authorise_oneself")
        if not leader.may_authorise(group):
            raise DeskError("authorise_role", number=number, group=group)
        return Witness(
            leader.staff, leader.number, leader.name, _leading_role(leader, group), act, proof,
            self._clock.now_us(),
        )  # fmt: skip

    def _ask_hub(self, number: str, password: str) -> Who:
        session = self._hub.connect(number, password)
        try:
            return self._who(self._beat(session).me)
        finally:
            session.close()

    def _ask_seat(self, number: str, password: str) -> Who:
        """Opens the leader's file for the moment of the check, and shows nothing of it."""
        if not self._shelf.knows(number):
            raise DeskError("authorise_unknown_here", number=number)
        store = self._shelf.open(number)
        try:
            self._verifier.check(store, password)
            return _read_who(store)
        finally:
            self._shelf.release(store)


def _with_password(typed: str, password: str) -> str:
    number = plain_number(typed)
    if not password:
        raise DeskError("password_missing")
    return number


def _is_away(problem: DeskError) -> bool:
    """Whether work goes on without the hub: it is gone, broken or full, cannot prove itself, waits for its
    healing, or wants a newer desk. None of these says anything against the person."""
    if problem.code in {"hub_away", "hub_untrusted", "hub_fault", "too_many_sessions"}:
        return True
    return problem.code == "hub_refused" and problem.facts.get("why") in {"closed", "client_too_old"}


def _is_refusal(problem: DeskError) -> bool:
    if problem.code in {"sign_in_refused", "rights_ended"}:
        return True
    return problem.code == "hub_refused" and problem.facts.get("why") == "rights"


def _humble(role: Role) -> Role:
    return role if role in {Role.AGENT, Role.CLERK} else Role.AGENT


def _leading_role(leader: Who, group: GroupId) -> Role:
    roles = (leader.grants.get(group), leader.grants.get(EVERYONE))
    return next(role for role in roles if role in MAY_AUTHORISE)


def _about_person(
    store: Store, who: Who, kind: str, fields: dict[str, str | int] | dict[str, str],
    fact: FactId | None = None,
) -> NewFact:  # fmt: skip
    return NewFact(fact or store.new_id(), kind, who.home, SubjectId(who.staff), fields)


def _told(who: Who) -> str:
    grants = {group: role.value for group, role in who.grants.items()}
    told = {"staff": who.staff, "number": who.number, "name": who.name, "centre": who.centre, "grants": grants}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _read_who(store: Store) -> Who:
    """Who this store belongs to, with the grants last heard of. Raises ``never_proven_here``."""
    text = store.meta_get(META_ME)
    if text is None:
        raise DeskError("never_proven_here")
    told = json.loads(text)
    grants = {GroupId(group): Role(role) for group, role in told["grants"].items()}
    return Who(StaffId(told["staff"]), told["number"], told["name"], CentreId(told["centre"]), grants)


def _rows(store: Store) -> list[tuple[Body, tuple[Personal, ...]]]:
    """Every fact of the store's own origin, in order."""
    origin, after = store.origins()[-1].origin, 0
    found: list[tuple[Body, tuple[Personal, ...]]] = []
    while page := store.pending(origin, after, _PAGE):
        found += [(parse(text), personal) for _, text, personal in page]
        after = page[-1][0].seq
    return found


def _written(store: Store) -> list[Written]:
    """What a person wrote, without the desk's own notes of coming and going."""
    return [
        Written(body.id, body.kind, body.happened, body.keyed, body)
        for body, _ in _rows(store)
        if not body.kind.startswith(_OWN_KINDS)
    ]


def _rewritten(store: Store, claimed: Claimed, denied: Sequence[FactId], who: Who) -> list[NewFact]:
    """The facts to be written again under the proven person, in a group they may write in."""
    wanted = {one.id for one in claimed.written} - set(denied)
    return [
        NewFact(
            body.id, body.kind, body.group if body.group in who.grants else who.home, body.subject,
            body.fields, {one.field: one.value for one in personal if one.value is not None},
            body.replaces, body.happened, body.keyed, body.witness,
        )
        for body, personal in _rows(store)
        if body.id in wanted
    ]  # fmt: skip


def _settlement_ids(store: Store, denied: Sequence[FactId]) -> dict[str, FactId]:
    """Ids made once and kept in the unproven store, so that confirming twice is once."""
    name = META_SETTLED + ".ids"
    ids = {str(key): FactId(value) for key, value in json.loads(store.meta_get(name) or "{}").items()}
    for key in ("confirmed", *denied):
        ids.setdefault(key, store.new_id())
    store.meta_set(name, json.dumps(ids, sort_keys=True))
    return ids
