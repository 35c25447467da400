"""The real hub: PostgreSQL spoken to synchronously, one session a seat."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import CentreId, FactId, GroupId, OriginId, StaffId, SubjectId
from agent_desk.facts.kind import Role
from agent_desk.facts.link import Link
from agent_desk.facts.personal import Personal
from agent_desk.hub.address import HubAddress, SeatFile
from agent_desk.hub.port import (
    Beat,
    Erased,
    Fork,
    Head,
    Held,
    Hole,
    Judged,
    Me,
    Offered,
    Opened,
    Outgoing,
    Presence,
    Pulled,
    Taken,
    Verdict,
    taken,
)
from agent_desk.hub.wire import Batch, offer_text, push_text

CONNECT_SECONDS = 5
_REFUSED = {
    "AD001": "mac", "AD002": "chain", "AD003": "fork", "AD004": "author", "AD005": "centre",
    "AD006": "closed", "AD007": "rights", "AD008": "client_too_old",
}  # fmt: skip
_TOLD_ERRORS = {
    "AD021": "hub_grants_wrong", "AD022": "hub_text_wrong", "AD023": "staff_exists",
    "AD024": "staff_unknown", "AD025": "last_admin", "AD026": "hub_verifier_wrong",
    "AD027": "hub_fact_unknown", "AD028": "hub_ruled_already", "AD029": "hub_not_held",
    "AD030": "hub_why_tells", "AD032": "hub_unfit",
    "AD041": "bundle_altered", "AD042": "bundle_foreign", "AD043": "bundle_unknown",
    "AD051": "hole_unknown",
}  # fmt: skip
_AWAY = (
    errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow, errors.QueryCanceled,
    errors.DeadlockDetected, errors.LockNotAvailable, errors.IdleInTransactionSessionTimeout,
    errors.InsufficientResources, errors.SystemError,
    # the verbs were made anew by an upgrade under this session: a fresh one finds them
    errors.InternalError_,
    errors.UndefinedFunction,
    errors.FeatureNotSupported,
)  # fmt: skip


class PostgresHub:
    """A centre's hub at the address in a seat file; every sign-in is a connection of its own.

    It needs no catalogue: the hub was told the kinds when it was set up or upgraded.
    """

    def __init__(self, seat_file: SeatFile) -> None:
        self._seat_file = seat_file

    def connect(self, number: str, password: str) -> PostgresSession:
        """Sign in by staff number; see :class:`agent_desk.hub.port.Hub`."""
        login = self._seat_file.login(number)
        return PostgresSession(open_connection(self._seat_file.hub, login, password))


def open_connection(
    address: HubAddress, user: str, password: str, *, statement_seconds: int = 60
) -> psycopg.Connection[Any]:
    """A connection with the desk's time limits, autocommit on.

    ``statement_seconds`` 0 sets no limit; an empty ``password`` leaves it to libpq's own file.
    Raises ``hub_away``, ``sign_in_refused`` or ``hub_untrusted``.
    """
    certificate, scrap = _certificate_file(address.certificate)
    try:
        connection = psycopg.connect(
            autocommit=True,
            host=address.host,
            port=address.port,
            dbname=address.database,
            user=user,
            password=password or None,
            sslmode=address.sslmode,
            sslrootcert=None if address.sslmode == "disable" else certificate,
            passfile=os.devnull if password else os.environ.get("PGPASSFILE"),
            gssencmode="disable",
            channel_binding="prefer" if address.sslmode == "disable" else "require",
            connect_timeout=CONNECT_SECONDS,
            keepalives=1,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=30_000,
            application_name="agent-desk",
            client_encoding="UTF8",
        )
    except psycopg.Error as problem:
        raise _sign_in_error(problem, address) from None
    finally:
        if scrap is not None:
            scrap.unlink(missing_ok=True)
    connection.prepare_threshold = 1
    with _translated():
        connection.execute("select set_config('statement_timeout', %s, false)", (f"{statement_seconds}s",))
    return connection


class PostgresSession:
    """One signed-in connection; see :class:`agent_desk.hub.port.HubSession`."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The connection itself, for the staff verbs and the team panel's LISTEN."""
        return self._connection

    def ask(self, statement: str, *values: object) -> Any:
        """The one value a verb answers; raises the port's errors."""
        return self._rows(statement, *values)[0][0]

    def open_origin(self, origin: OriginId, seat: str, forked: Fork | None = None) -> Opened:
        if forked is None:
            told = self.ask("select desk.open_origin(%s::uuid, %s)", origin, seat)
        else:
            told = self.ask(
                "select desk.open_origin(%s::uuid, %s, %s::uuid, %s::bigint, %s::bytea)",
                origin, seat, forked.origin, forked.seq, forked.digest,
            )  # fmt: skip
        return Opened(origin, _bytes(told["key"]), told["code"])

    def own_digests(self, origin: OriginId, seqs: Sequence[int]) -> Mapping[int, bytes]:
        told = self.ask("select desk.own_digests(%s::uuid, %s::bigint[])", origin, list(seqs))
        return {seq: _bytes(digest) for seq, digest in told}

    def beat(self, presence: Presence, known: Sequence[Head]) -> Beat:
        said = {
            "seat": presence.seat, "state": presence.state, "since": presence.since_us,
            "unsent": presence.unsent, "oldest": presence.oldest_unsent_us,
            "client": presence.client, "said": dict(presence.said),
        }  # fmt: skip
        heads = [{"o": head.origin, "g": head.group, "s": head.seq} for head in known]
        told = self.ask(
            "select desk.beat(%s::jsonb, %s::jsonb)",
            json.dumps(said, ensure_ascii=False),
            json.dumps(heads, ensure_ascii=False),
        )
        return _beat(told)

    def push(self, links: Sequence[Outgoing]) -> list[Judged]:
        if not links:
            return []
        text = links.text if isinstance(links, Batch) else push_text(links)
        return _judged(self.ask("select desk.push(%s::uuid, %s)", links[0].link.origin, text))

    def take_bundle(self, text: str) -> Taken:
        return taken(_judged(self.ask("select desk.take_bundle(%s)", text)))

    def offer(self, links: Sequence[Outgoing]) -> Offered:
        if not links:
            return Offered(0, 0)
        told = self.ask("select desk.offer(%s::uuid, %s)", links[0].link.origin, offer_text(links))
        return Offered(told["taken"], told["waiting"])

    def pull(self, origin: OriginId, group: GroupId, after: int, upto: int, limit: int = 2000) -> list[Pulled]:
        rows = self._rows(
            f"select {_PULLED} from desk.pull(%s::uuid, %s, %s, %s, %s)",
            origin, group, after, upto, limit,
        )  # fmt: skip
        return [_pulled(row) for row in rows]

    def pull_subject(self, subject: SubjectId) -> list[Pulled]:
        rows = self._rows(f"select {_PULLED} from desk.pull_subject(%s::uuid)", subject)
        return [_pulled(row) for row in rows]

    def rule(self, fact: FactId, verdict: Verdict, reason: str) -> None:
        said = RULINGS.get(verdict)
        self.ask("select desk.rule(%s::uuid, %s, %s)", fact, said, reason)

    def held(self) -> list[Held]:
        told = self.ask("select desk.held_list()")
        return [
            Held(FactId(one["fact"]), one["kind"], GroupId(one["group"]), one["author"], one["reason"], one["received"])
            for one in told
        ]

    def erase(self, fact: FactId, names: Sequence[str], why: str) -> Erased:
        return _erased(self.ask("select desk.erase(%s::uuid, %s::text[], %s)", fact, list(names), why))

    def erase_subject(self, subject: SubjectId, names: Sequence[str], why: str) -> list[Erased]:
        told = self.ask("select desk.erase_subject(%s::uuid, %s::text[], %s)", subject, list(names), why)
        return [_erased(one) for one in told]

    def close(self) -> None:
        try:
            self._connection.close()
        except psycopg.Error:
            return

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with _translated():
            return self._connection.execute(statement.encode(), values, binary=True).fetchall()


def _judged(told: Sequence[Any]) -> list[Judged]:
    return [
        Judged(seq, FactId(fact), Verdict(verdict), reason, received) for seq, fact, verdict, reason, received in told
    ]


_PULLED = (
    "origin::text, seq, fact::text, kind, prev, content, link, mac, verdict, reason, received, body, raw, personal"
)


RULINGS = {Verdict.ACCEPTED: "released", Verdict.VOIDED: "voided"}
"""What a person may say of a held fact, in the hub's words."""


def _erased(told: dict[str, Any]) -> Erased:
    said = told["told_by"]
    return Erased(FactId(told["fact"]), tuple(told["names"]), None if said is None else FactId(said))


def _bytes(told: str) -> bytes:
    return bytes.fromhex(told.removeprefix("\\x"))


def _pulled(row: tuple[Any, ...]) -> Pulled:
    (origin, seq, fact, kind, prev, content, digest, mac, verdict, reason, received,
     body, raw, personal) = row  # fmt: skip
    return Pulled(
        link=Link(OriginId(origin), seq, FactId(fact), kind, prev, content, digest, mac),
        body=body if raw is None else raw.decode("utf-8", "surrogatepass"),
        personal=tuple(Personal(name, value, _bytes(salt)) for name, value, salt in personal or ()),
        standing=Verdict(verdict),
        reason=reason,
        hub_us=received,
    )


def _beat(told: dict[str, Any]) -> Beat:
    me = told["me"]
    return Beat(
        epoch=told["epoch"],
        opened=told["opened"],
        hub_us=told["hub_us"],
        grants_version=told["grants_version"],
        me=Me(
            StaffId(me["staff"]), me["number"], me["name"], CentreId(me["centre"]),
            {GroupId(group): Role(role) for group, role in me["grants"]}, me["active"],
        ),
        heads=tuple(Head(OriginId(o), GroupId(g), s) for o, g, s in told["heads"]),
        own_heads={OriginId(o): (s, _bytes(digest)) for o, s, digest in told["own_heads"]},
        elsewhere=tuple(told["elsewhere"]),
        oldest_client=told["oldest_client"],
        grace_us=told["grace_us"],
        hub_origin=OriginId(told["hub_origin"]),
        holes=tuple(Hole(OriginId(o), first, last) for o, first, last in told["holes"]),
        lacking=tuple(Head(OriginId(o), GroupId(g), s) for o, g, s in told["lacking"]),
    )  # fmt: skip


class _translated:  # noqa: N801 - reads as a word where it is used
    """Turns psycopg's errors into the port's."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> None:
        if isinstance(problem, psycopg.Error):
            raise translated(problem) from None


@contextlib.contextmanager
def as_superuser(address: HubAddress, user: str, password: str) -> Iterator[psycopg.Connection[Any]]:
    """The database administrator's own connection, for as long as it takes; what fails is told in the hub's words."""
    connection = open_connection(address, user, password, statement_seconds=0)
    try:
        yield connection
    except psycopg.Error as problem:
        raise translated(problem) from None
    finally:
        connection.close()


def translated(problem: psycopg.Error) -> DeskError:
    """The desk's error for one of psycopg's: never its text, which may name others' rows."""
    state = problem.sqlstate or ""
    if state in _REFUSED:
        return DeskError("hub_refused", why=_REFUSED[state])
    if state in _TOLD_ERRORS:
        return DeskError(_TOLD_ERRORS[state])
    if state == "AD009":  # rights changed under a pull: the next beat knows
        return DeskError("hub_away", why="rights_moved")
    if isinstance(problem, errors.InsufficientPrivilege):
        return DeskError("hub_refused", why="rights")
    if not state or isinstance(problem, _AWAY):
        return DeskError("hub_away", why=type(problem).__name__)
    return DeskError("hub_fault", state=state)


_MISTRUST = ("certificate", "SSL", "host name", "channel binding", "server signature", "nonce")
_CUT = (
    "closed the connection", "timeout", "could not", "Connection re", "No route", "unreachable", "unexpected eof",
    "SSL SYSCALL", "SSL connection has been closed",
)  # fmt: skip
_TOO_MANY = ("too many connections for role", "连接数过多", "的连接太多")


def _sign_in_error(problem: psycopg.Error, address: HubAddress) -> DeskError:
    """What a failed connection means. libpq gives no SQLSTATE here, and a server may speak any

    language: its own words are only read where nothing else tells; libpq's are English.
    """
    told = str(problem)
    if any(word in told for word in _TOO_MANY):
        return DeskError("too_many_sessions")
    if any(word in told for word in _CUT):
        return DeskError("hub_away", host=address.host, port=address.port)
    if any(word in told for word in _MISTRUST):
        return DeskError("hub_untrusted", host=address.host)
    asked = problem.pgconn is not None and problem.pgconn.used_password
    if asked:
        return DeskError("sign_in_refused")
    return DeskError("hub_away", host=address.host, port=address.port)


def _certificate_file(told: str) -> tuple[str, Path | None]:
    """A path for libpq, and the scrap file to remove when the seat file holds the PEM itself."""
    if not told:
        return "system", None
    if not told.startswith("-----BEGIN"):
        return told, None
    descriptor, name = tempfile.mkstemp(suffix=".pem")
    with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - a descriptor, no path
        file.write(told)
    return name, Path(name)
