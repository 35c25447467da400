"""The kinds the hub itself writes: people, seats, origins, verdicts. All seats pull them."""

from __future__ import annotations

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import StaffId
from agent_desk.facts.body import Body, parse
from agent_desk.facts.kind import FactKind, FieldType
from agent_desk.facts.projection import Projection

TEXT, INTEGER, FLAG, MAP, LINES = (
    FieldType.TEXT, FieldType.INTEGER, FieldType.FLAG, FieldType.MAP, FieldType.LINES,
)  # fmt: skip

HUB_STAFF = StaffId("00000000-0000-8000-8000-000000000001")
"""The author of the hub's own facts. Nobody signs in as it; a ``hub.*`` fact of another author is forged."""

STAFF_SET = FactKind(
    "hub.staff_set",
    fields={"staff": TEXT, "number": TEXT, "name": TEXT, "active": FLAG, "grants": LINES},
    hub_only=True,
    keep_days=0,
    projections=(
        Projection(
            "staff_set",
            (("staff", TEXT), ("number", TEXT), ("name", TEXT), ("active", FLAG)),
            indexes=("staff", "number"),
        ),
        Projection("staff_grant", (("granted", TEXT), ("role", TEXT)), each="grants"),
    ),
)
"""A member of staff as of now. ``grants`` are lines {"granted": group, "role": role}."""

GROUP_SET = FactKind(
    "hub.group_set",
    fields={"code": TEXT, "name": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(Projection("group_set", (("code", TEXT), ("name", TEXT)), indexes=("code",)),),
)

SEAT_ENROLLED = FactKind(
    "hub.seat_enrolled",
    fields={"seat": TEXT, "name": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(Projection("seat_enrolled", (("seat", TEXT), ("name", TEXT))),),
)

ORIGIN_OPENED = FactKind(
    "hub.origin_opened",
    fields={"origin": TEXT, "staff": TEXT, "seat": TEXT, "code": INTEGER},
    optional={"forked_from": TEXT, "forked_seq": INTEGER},
    hub_only=True,
    keep_days=0,
    projections=(
        Projection(
            "origin_opened",
            (("origin", TEXT), ("staff", TEXT), ("seat", TEXT), ("code", INTEGER)),
            indexes=("origin",),
        ),
    ),
)

VERDICT = FactKind(
    "hub.verdict",
    fields={"about": TEXT, "origin": TEXT, "seq": INTEGER, "verdict": TEXT, "reason": TEXT},
    optional={"by": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(
        Projection(
            "hub_verdict",
            (("about", TEXT), ("origin", TEXT), ("seq", INTEGER), ("verdict", TEXT),
             ("reason", TEXT)),
            indexes=("about",),
        ),
    ),
)  # fmt: skip
"""Written only for *held* and *conflict* (and a held fact's *released* or *voided*).

``accepted`` needs no fact of its own: the hub's head having passed the link says it. ``by`` is the person who
released or voided it, ``reason`` then their words.
"""

DISPUTE = FactKind(
    "hub.dispute",
    fields={"book": TEXT, "number": TEXT, "first": TEXT, "later": TEXT,
            "first_author": TEXT, "later_author": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(
        Projection(
            "dispute",
            (("book", TEXT), ("number", TEXT), ("first", TEXT), ("later", TEXT),
             ("first_author", TEXT), ("later_author", TEXT)),
            indexes=("first", "later"),
        ),
    ),
)  # fmt: skip
"""One paper number used by two facts: sent to both authors' groups, settled by a person."""

RESTORED = FactKind(
    "hub.restored",
    fields={"epoch": TEXT, "before": TEXT, "origin": TEXT, "seq": INTEGER, "backup": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(Projection("hub_restored", (("epoch", TEXT), ("before", TEXT), ("origin", TEXT), ("seq", INTEGER))),),
)
"""The hub came back from a backup. From here it speaks in a new origin of its own, which hangs on link ``seq`` of
its old ``origin``; ``before`` is the epoch that ended, ``backup`` the root digest of what was restored."""

HOLE_NAMED = FactKind(
    "hub.hole_named",
    fields={"origin": TEXT, "first": INTEGER, "last": INTEGER, "why": TEXT, "by": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(
        Projection(
            "hole_named",
            (("origin", TEXT), ("first", INTEGER), ("last", INTEGER), ("why", TEXT), ("by", TEXT)),
            indexes=("origin",),
        ),
    ),
)
"""Links ``first`` … ``last`` of an origin are held by nobody any more; who said so, and why they are gone."""

ERASED = FactKind(
    "hub.erased",
    fields={"about": TEXT, "names": LINES, "why": TEXT, "by": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(
        Projection("erased_value", (("name", TEXT),), each="names"),
        Projection("erasure", (("about", TEXT), ("why", TEXT), ("by", TEXT)), indexes=("about",)),
    ),
)
"""Personal values of one fact are gone and stay gone. ``names`` are lines {"name": field}; ``why`` a word or a sentence
without the value, ``by`` the staff id, or the hub's own when a retention time ran out."""

BACKED_UP = FactKind(
    "hub.backed_up",
    fields={"folder": TEXT, "root": TEXT, "taken": FieldType.TIME},
    hub_only=True,
    keep_days=0,
    projections=(Projection("backed_up", (("folder", TEXT), ("root", TEXT), ("taken", FieldType.TIME))),),
)
"""A backup was written and read back: everything before ``taken`` lies in it too, erased values among it."""

CENTRE_SET = FactKind(
    "hub.centre_set",
    fields={"grace_days": INTEGER, "oldest_client": TEXT, "by": TEXT},
    hub_only=True,
    keep_days=0,
    projections=(Projection("centre_set", (("grace_days", INTEGER), ("oldest_client", TEXT))),),
)
"""What the centre sets for all its seats, as of now."""

ERASED_HERE = FactKind(
    "desk.erased_here",
    fields={"reached": LINES, "origins": LINES, "left": LINES},
    keep_days=1,
    projections=(
        Projection("erased_here", (("hub_origin", TEXT), ("upto", INTEGER)), each="reached"),
        Projection("erased_here_origin", (("own", TEXT),), each="origins"),
        Projection("erased_here_left", (("file", TEXT),), each="left"),
    ),
)
"""A store has let go of what the hub had erased ``upto`` a link of its ``hub_origin``: lines of ``reached``. ``origins``
are lines {"own": origin} of every origin the store ever wrote in, ``left`` lines {"file": name} of copies that may still
hold a value and that only a person can remove."""

SHARE_GIVEN = FactKind(
    "subject.shared",
    fields={"to_group": TEXT},
    widens=True,
    keep_days=0,
    projections=(Projection("share", (("to_group", TEXT),)),),
)
"""Hands a whole subject (all its facts, past and future) to another group as well."""

HUB_KINDS = (
    STAFF_SET, GROUP_SET, SEAT_ENROLLED, ORIGIN_OPENED, VERDICT, DISPUTE, RESTORED, HOLE_NAMED, ERASED, BACKED_UP,
    CENTRE_SET, ERASED_HERE, SHARE_GIVEN,
)  # fmt: skip


def believable(text: str) -> Body | None:
    """A pulled body, unless it cannot be read or speaks for the hub without being the hub's."""
    try:
        body = parse(text)
    except DeskError:
        return None
    forged = body.kind.startswith("hub.") and body.author != HUB_STAFF
    return None if forged else body
