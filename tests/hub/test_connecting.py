"""Signing in over the network: who is refused, who is not trusted, and what counts as away."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import psycopg
import pytest
import trustme

from agent_desk.base.errors import DeskError
from agent_desk.base.ids import GroupId
from agent_desk.hub import founding
from agent_desk.hub.address import HubAddress, SeatFile, is_loopback, read_seat_file
from agent_desk.hub.postgres import PostgresHub, translated
from tests.hub.centre import CATALOGUE, PASSWORDS, PgCentre, Seat, presence
from tests.hub.test_push import NOTED
from tests.peers.postgres import PostgresServer
from tests.peers.proxy import Proxy, Way


def refusal(hub: PgCentre, number: str = "8001", password: str = PASSWORDS["8001"], **address: object) -> str:
    told = dataclasses.replace(hub.seat_file.hub, **address)  # type: ignore[arg-type]
    with pytest.raises(DeskError) as raised:
        PostgresHub(dataclasses.replace(hub.seat_file, hub=told)).connect(number, password)
    assert raised.value.facts.get("password") is None
    return raised.value.code


def test_sign_in_is_over_tls_with_the_desks_limits(postgres_hub: PgCentre) -> None:
    raw = postgres_hub.raw("8001")
    assert raw.pgconn.ssl_in_use
    assert raw.autocommit
    assert raw.execute("show statement_timeout").fetchone() == ("1min",)


def test_refused_untrusted_and_away_are_told_apart(postgres_hub: PgCentre, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    assert refusal(postgres_hub, password="wrong") == "sign_in_refused"
    assert refusal(postgres_hub, number="9999") == "sign_in_refused"
    assert refusal(postgres_hub, certificate=str(other)) == "hub_untrusted"
    assert refusal(postgres_hub, certificate=str(tmp_path / "missing.pem")) == "hub_untrusted"
    assert refusal(postgres_hub, certificate="") == "hub_untrusted"
    assert refusal(postgres_hub, host="127.0.0.2") == "hub_away"
    assert refusal(postgres_hub, port=1) == "hub_away"
    assert refusal(postgres_hub, host="no-such-host.invalid") == "hub_away"
    assert refusal(postgres_hub, sslmode="disable") in {"hub_away", "hub_untrusted"}


def test_a_line_cut_while_signing_in_is_away_and_nobodys_certificate_is_doubted(postgres_hub: PgCentre) -> None:
    """At every third byte a seat sends for it; in the middle of the handshake libpq speaks of SSL as well."""
    server = postgres_hub.database.server
    with Proxy("127.0.0.1", server.port) as line:
        heard = set()
        for at in range(0, 2300, 3):
            line.heal()
            line.cut_after(at, Way.UP)
            heard.add(refusal(postgres_hub, port=line.port))
    assert heard == {"hub_away"}


def test_a_fourth_session_of_one_person_is_told_so(postgres_hub: PgCentre) -> None:
    for _ in range(3):
        postgres_hub.sign_in("8006")
    assert refusal(postgres_hub, number="8006", password=PASSWORDS["8006"]) == "too_many_sessions"


def test_the_certificate_may_lie_in_the_seat_file(postgres_hub: PgCentre, tmp_path: Path) -> None:
    pem = Path(postgres_hub.seat_file.hub.certificate).read_text(encoding="ascii")
    told = dataclasses.replace(
        postgres_hub.seat_file, hub=dataclasses.replace(postgres_hub.seat_file.hub, certificate=pem)
    )
    path = tmp_path / "座席.toml"
    told.write(path)
    assert read_seat_file(path) == told
    session = PostgresHub(read_seat_file(path)).connect("8001", PASSWORDS["8001"])
    assert session.beat(presence(), []).me.number == "8001"
    session.close()
    session.close()


def test_a_hub_that_goes_away_is_away(postgres_hub: PgCentre) -> None:
    seat = Seat.of(postgres_hub.sign_in("8001"))
    with postgres_hub.owner() as owner:
        owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s",
                      (postgres_hub.seat_file.login("8001"),))  # fmt: skip
    for _ in range(2):
        with pytest.raises(DeskError, match="hub_away"):
            seat.session.beat(presence(), [])
    seat.session.close()


def test_a_session_from_before_an_upgrade_is_away_at_worst_and_the_next_one_is_not(
    fresh_postgres_hub: PgCentre,
) -> None:
    seat = Seat.of(fresh_postgres_hub.sign_in("8001"))
    for n in range(4):
        seat.session.push([seat.write(NOTED, {"text": str(n)})])
        seat.session.pull(seat.origin, GroupId("hall"), 0, n)
    with fresh_postgres_hub.owner() as owner:
        founding.upgrade(owner, CATALOGUE)
    link = seat.write(NOTED, {"text": "after"})
    for verb in (lambda: seat.session.push([link]), lambda: seat.session.pull(seat.origin, GroupId("hall"), 0, 9)):
        with contextlib.suppress(DeskError):
            verb()
        try:
            verb()
        except DeskError as problem:
            assert problem.code == "hub_away"  # noqa: PT017 - either outcome is right
    session = fresh_postgres_hub.sign_in("8001")
    assert [each.seq for each in session.push([link])] == [5]


def test_a_server_that_stops_in_order_is_away(postgres_server: PostgresServer) -> None:
    assert translated(psycopg.errors.AdminShutdown()).code == "hub_away"
    assert translated(psycopg.errors.UniqueViolation("Key (number)=(secret)")).facts == {"state": "23505"}


@pytest.mark.parametrize(("host", "near"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False),
                                            ("hub.example", False), ("127.0.0.1.example", False)])  # fmt: skip
def test_only_loopback_may_go_without_tls(host: str, near: bool) -> None:
    assert is_loopback(host) == near
    if near:
        assert HubAddress(host, 1, "x", "disable").host == host
    else:
        with pytest.raises(DeskError, match="hub_needs_tls"):
            HubAddress(host, 1, "x", "disable")


@pytest.mark.parametrize(
    ("damage", "field"),
    [("", "hub.host"), ("[hub", ""), ("[hub]\nhost = 7", "hub.host"), ("hub = 1", "hub.host")],
)
def test_a_seat_file_that_is_none_gets_a_sentence(tmp_path: Path, damage: str, field: str) -> None:
    path = tmp_path / "seat.toml"
    path.write_text(damage, encoding="utf-8")
    with pytest.raises(DeskError) as raised:
        read_seat_file(path)
    assert (raised.value.code, raised.value.facts["field"]) == ("seat_file_wrong", field)


def test_a_seat_file_keeps_every_character(tmp_path: Path) -> None:
    address = HubAddress("hub.example", 5432, 'da"ta\\base', "verify-full", "C:\\Zertifikate\\ca.pem")
    told = SeatFile("0" * 8 + "-0000-4000-8000-" + "0" * 12, '中心 "一"\t\x7f', "aa", "bb", address, "7", "窗口\n七")  # type: ignore[arg-type]
    path = tmp_path / "seat.toml"
    told.write(path)
    read = read_seat_file(path)
    assert dataclasses.replace(read, hub=address) == told
    assert read.hub.certificate.endswith("ca.pem")
