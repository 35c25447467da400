"""What a seat asks of a hub, whichever hub it is: PostgreSQL or the embedded one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from agent_desk.base.ids import CentreId, FactId, GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.kind import Role
from agent_desk.facts.link import Link
from agent_desk.facts.personal import Personal


class Verdict(StrEnum):
    """What the hub says of one link."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    """Same id, same content, already there: success."""
    CONFLICT = "conflict"
    """Same id, other content: the first stays, this one is kept beside it."""
    HELD = "held"
    """Stored with a reason, left out of sums until a person releases or voids it."""
    VOIDED = "voided"
    """Was held; a person decided that it never counts."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A link on its way up with its body and personal values."""

    link: Link
    body: str
    personal: tuple[Personal, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """The hub's answer to one link. ``reason`` is a word of the closed list in HELD_REASONS."""

    seq: int
    fact: FactId
    verdict: Verdict
    reason: str
    hub_us: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a bundle: so many links, so many of them new to the hub, so many held or in conflict."""

    links: int
    fresh: int
    held: int


HELD_REASONS = (
    "unreadable",  # the body is no JSON the hub can read (NUL, lone surrogate, broken text)
    "too_large",
    "kind_unknown",  # a newer desk's: released by upgrading the hub
    "field_wrong",
    "role",  # the author's role may not write this kind
    "group",  # the author has no grant in the fact's group
    "personal",  # a personal value does not fit its digest
    "rights_ended",  # written after the author's rights ended, beyond the grace
    "unproven",
)


@dataclass(frozen=True, slots=True)
class Pulled:
    """A link on its way down. ``standing`` is its verdict now; an erased value is ``None``."""

    link: Link
    body: str
    personal: tuple[Personal, ...]
    standing: Verdict
    reason: str
    hub_us: int


@dataclass(frozen=True, slots=True)
class Head:
    """How far an origin has come in what one group may read: the seq of its last such fact."""

    origin: OriginId
    group: GroupId
    seq: int


@dataclass(frozen=True)
class Me:
    """Who the hub takes this login for."""

    staff: StaffId
    number: str
    name: str
    centre: CentreId
    grants: Mapping[GroupId, Role]
    active: bool = True


@dataclass(frozen=True)
class Presence:
    """What a seat says of itself each beat; the newest one a seat is kept."""

    seat: str
    state: str
    since_us: int
    unsent: int
    oldest_unsent_us: int
    client: str
    said: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hole:
    """Links ``first`` … ``last`` of an origin."""

    origin: OriginId
    first: int
    last: int


@dataclass(frozen=True)
class Beat:
    """What a beat answers: everything a seat must know to decide its next step."""

    epoch: str
    """Changes when the hub was restored: seats then un-acknowledge and send again."""
    opened: bool
    """False while a restored hub waits for its healing: seats wait."""
    hub_us: int
    grants_version: int
    me: Me
    heads: tuple[Head, ...]
    """Only those beyond what the seat said it knows."""
    own_heads: Mapping[OriginId, tuple[int, bytes]]
    """Of my own origins: the last seq the hub holds, and its link digest."""
    elsewhere: tuple[str, ...] = ()
    """Other seats on which the same person is present now."""
    oldest_client: str = ""
    """Older desks may send what they hold, and are handed nothing."""
    grace_us: int = 7 * 86_400_000_000
    """How long after a good sign-in a seat may let that person in by itself."""
    hub_origin: OriginId | None = None
    """The origin in which the hub itself speaks now; another one after each restore."""
    lacking: tuple[Head, ...] = ()
    """Of the heads the seat named: those of which the hub holds less, with the last seq it has.

    After a restore the seats :meth:`HubSession.offer` what they hold beyond. A closed hub names its own origins alone.
    """
    holes: tuple[Hole, ...] = ()
    """Links that were named as lost and never came: who holds one all the same offers it."""


@dataclass(frozen=True)
class Erased:
    """Which personal values of a fact were let go now; ``told_by`` is the hub fact that says so.

    Without names nothing was left to erase, and nothing was said.
    """

    fact: FactId
    names: tuple[str, ...]
    told_by: FactId | None


@dataclass(frozen=True)
class Held:
    """A held fact that waits for a person. ``group`` is where it lies: ``@…`` is a letter box."""

    fact: FactId
    kind: str
    group: GroupId
    author: str
    """Staff number."""
    reason: str
    hub_us: int


@dataclass(frozen=True, slots=True)
class Offered:
    """What became of links offered to a restored hub."""

    taken: int
    """Now in their place: they hung on what the hub has."""
    waiting: int
    """Kept until the links before them come, or are named as lost."""


@dataclass(frozen=True)
class Opened:
    """An origin bound to this login's person, with its delivery key (32 bytes)."""

    origin: OriginId
    key: bytes
    code: int
    """Small number unique in the centre: the seat part of the short numbers people say."""


@dataclass(frozen=True)
class Fork:
    """Where a new origin goes on from: link ``seq`` of ``origin``, of which ``digest`` is the digest.

    ``seq`` 0 says that nothing is in common; ``digest`` is then what the first link of ``origin`` hangs on.
    """

    origin: OriginId
    seq: int
    digest: bytes


def taken(judged: Sequence[Judged]) -> Taken:
    """The sum of the verdicts of a bundle."""
    fresh = sum(one.verdict is not Verdict.DUPLICATE for one in judged)
    held = sum(one.verdict in {Verdict.HELD, Verdict.CONFLICT} for one in judged)
    return Taken(len(judged), fresh, held)


class HubSession(Protocol):
    """One signed-in connection. Not shared between threads. Every verb may raise

    :class:`DeskError` ``hub_away`` (network, server gone: try again later),
    ``hub_refused`` (with ``why``: ``mac``, ``chain``, ``fork``, ``author``, ``centre``,
    ``closed``, ``rights``, ``client_too_old``: stop and tell a person).
    """

    def open_origin(self, origin: OriginId, seat: str, forked: Fork | None = None) -> Opened:
        """Bind an origin id chosen by this installation to my person; again = same answer.

        With ``forked`` it goes on from a link of another origin of mine, as after a disk was copied or set
        back. Raises ``hub_refused`` ``fork`` when that origin has no such link, ``author`` when it is another's.
        """

    def own_digests(self, origin: OriginId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        """The digests of the links of one of my origins at these places (at most 1,000), as far as the hub has them.

        Raises ``hub_refused`` ``author`` for another person's origin.
        """

    def beat(self, presence: Presence, known: Sequence[Head]) -> Beat:
        """Say how I am, hear what is new."""

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        """Send the next links of one origin, in order. One statement, one round trip.

        Links must be of one origin and consecutive; earlier ones already there are answered
        ``duplicate``. Of a foreign origin only links with a right mac are taken.
        """

    def take_bundle(self, text: str) -> Taken:
        """Bring links that came in a file: ``text`` is a bundle's JSON (facts/bundle.py). All of it or nothing.

        Again = nothing new. Raises ``bundle_altered``, ``bundle_foreign`` (another centre's), ``bundle_unknown``
        (an origin the hub does not know), or what :meth:`push` raises.
        """

    def offer(self, links: Sequence[Outgoing]) -> Offered:
        """Bring a restored hub links of one origin that it lost: anybody's, with gaps, each with its mac.

        A hub that was never restored needs none and says so: nothing taken, nothing waiting.
        """

    def pull(self, origin: OriginId, group: GroupId, after: int, upto: int, limit: int = 2000) -> list[Pulled]:
        """The facts of one head between two positions, in order of seq."""

    def pull_subject(self, subject: SubjectId) -> list[Pulled]:
        """Every fact of one subject that I may read."""

    def rule(self, fact: FactId, verdict: Verdict, reason: str) -> None:
        """Let a held fact count from now on (``accepted``) or never (``voided``); ``reason`` in a person's words.

        Leaders of its group and managers may, of others' facts; what lies in a letter box is for managers of the
        whole centre. Once more the same changes nothing. Raises ``hub_refused rights``, ``hub_not_held``,
        ``hub_ruled_already``, ``hub_unfit`` (it cannot count: void it) or ``hub_text_wrong``.
        """

    def held(self) -> list[Held]:
        """Held facts I may rule, the oldest first."""

    def erase(self, fact: FactId, names: Sequence[str], why: str) -> Erased:
        """Let personal values of a fact go for good, everywhere; no names = all of them.

        For managers and administrators. Of a fact that is not here yet the names must be given: it is then taken
        without them. Raises ``hub_refused rights``, ``hub_fact_unknown``, ``hub_why_tells`` (the reason holds the
        value) or ``hub_text_wrong``.
        """

    def erase_subject(self, subject: SubjectId, names: Sequence[str], why: str) -> list[Erased]:
        """The same for every fact of one subject; for managers and administrators of the whole centre."""

    def close(self) -> None:
        """End the session; never raises."""


class Hub(Protocol):
    """Where sessions come from."""

    def connect(self, number: str, password: str) -> HubSession:
        """Sign in by staff number. Raises ``hub_away``, ``sign_in_refused``, or
        ``hub_untrusted`` when the server cannot prove that it is the centre's."""
