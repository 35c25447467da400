"""What is known about the person at the seat, and what is written down about their coming and going."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agent_desk.base.ids import EVERYONE, CentreId, GroupId, StaffId
from agent_desk.facts.kind import FactKind, FieldType, Role
from agent_desk.facts.projection import Projection

TEXT, FLAG, TIME, INTEGER = FieldType.TEXT, FieldType.FLAG, FieldType.TIME, FieldType.INTEGER

SIGNED_IN = FactKind(
    "people.signed_in",
    fields={"seat": TEXT, "proof": TEXT},
    keep_days=35,
    projections=(Projection("signed_in", (("seat", TEXT), ("proof", TEXT))),),
)
"""``proof`` is a word of :class:`Proof`. The subject is the person."""

SIGNED_OUT = FactKind(
    "people.signed_out",
    fields={"seat": TEXT, "unsent": INTEGER},
    keep_days=35,
    projections=(Projection("signed_out", (("seat", TEXT), ("unsent", INTEGER))),),
)
"""``unsent`` is how many facts were not on the hub when the person went."""

REVEALED = FactKind(
    "people.revealed",
    fields={"what": TEXT, "about": TEXT, "reason": TEXT},
    keep_days=35,
    projections=(Projection("revealed", (("what", TEXT), ("about", TEXT), ("reason", TEXT)), indexes=("about",)),),
)
"""A masked number was read in full. ``what`` is the field's name, never its value; ``about`` the fact."""

EXPORTED = FactKind(
    "people.exported",
    fields={"what": TEXT, "count": INTEGER, "reason": TEXT},
    keep_days=35,
    projections=(Projection("exported", (("what", TEXT), ("count", INTEGER), ("reason", TEXT))),),
)
"""A list left the desk as a file. ``what`` names the list, ``count`` its rows."""

AUTHORISED = FactKind(
    "people.authorised",
    fields={"act": TEXT, "about": TEXT, "leader": TEXT, "proof": TEXT},
    keep_days=35,
    projections=(
        Projection(
            "authorised",
            (("act", TEXT), ("about", TEXT), ("leader", TEXT), ("proof", TEXT)),
            indexes=("about", "leader"),
        ),
    ),
)
"""A leader allowed an act on another's screen: the author acted, the witness and ``leader`` allowed."""

CONFIRMED = FactKind(
    "people.confirmed",
    fields={"count": INTEGER, "denied": INTEGER, "origin": TEXT},
    keep_days=0,
    projections=(Projection("confirmed", (("count", INTEGER), ("denied", INTEGER), ("origin", TEXT))),),
)
"""A person, now on line, went through what was written in their name without proof."""

DENIED = FactKind(
    "people.denied",
    fields={"about": TEXT, "kind": TEXT},
    keep_days=0,
    projections=(Projection("denied", (("about", TEXT), ("kind", TEXT)), indexes=("about",)),),
)
"""One of those facts is not theirs, they say: for the leader to settle."""

MACHINE_NAMED = FactKind(
    "people.machine_named",
    fields={"origin": TEXT, "forked_from": TEXT, "keeps_numbers": FLAG, "seat": TEXT},
    keep_days=0,
    projections=(
        Projection(
            "machine_named",
            (("origin", TEXT), ("forked_from", TEXT), ("keeps_numbers", FLAG), ("seat", TEXT)),
            indexes=("origin", "forked_from"),
        ),
    ),
)
"""Two machines went on from one disk: whether the one that writes in ``origin`` keeps the paper numbers of ``seat``,
or the other, whose origin is ``forked_from``. One fact for each origin this one goes on from; the last word counts."""

PEOPLE_KINDS = (SIGNED_IN, SIGNED_OUT, REVEALED, EXPORTED, AUTHORISED, CONFIRMED, DENIED, MACHINE_NAMED)

MAY_AUTHORISE = (Role.LEADER, Role.MANAGER)


class Proof(StrEnum):
    """What a session stands on."""

    ON_LINE = "on_line"
    """The hub took the password."""
    OFF_LINE = "off_line"
    """The password is that of the last good sign-in on this seat, within the centre's days of grace."""
    UNPROVEN = "unproven"
    """Nobody could check: facts stay on this seat until the person confirms them on line."""


@dataclass(frozen=True)
class Who:
    """A person as far as the desk knows them: ``grants`` maps a group to the role in it."""

    staff: StaffId
    number: str
    name: str
    centre: CentreId
    grants: Mapping[GroupId, Role]

    @property
    def home(self) -> GroupId:
        """The group for facts about the person: the first own one, else the whole centre."""
        own = sorted(group for group in self.grants if group != EVERYONE)
        return own[0] if own else EVERYONE

    def role_in(self, group: GroupId) -> Role | None:
        """The role in a group; one held in the whole centre holds in each group."""
        return self.grants.get(group) or self.grants.get(EVERYONE)

    def may_authorise(self, group: GroupId) -> bool:
        """Whether this person is leader or manager of the group, or of the whole centre."""
        roles = (self.grants.get(group), self.grants.get(EVERYONE))
        return any(role in MAY_AUTHORISE for role in roles)


@dataclass(frozen=True)
class Witness:
    """The second person who allowed an act: goes into the fact as ``witness``.

    ``at_us`` is µs since 1970 UTC; ``proof`` is never unproven.
    """

    staff: StaffId
    number: str
    name: str
    role: Role
    act: str
    proof: Proof
    at_us: int


@dataclass(frozen=True)
class Password:
    """A password in memory for the session: it does not show itself when printed or logged."""

    value: str

    def __repr__(self) -> str:
        return "Password(…)"

    __str__ = __repr__
