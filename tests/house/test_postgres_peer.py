"""The throw-away PostgreSQL behaves like the hub's: TLS, SCRAM, pinyin order, and a crash keeps what was committed."""

from __future__ import annotations

import os

import psycopg
import pytest

from agent_desk.hub.throwaway import PREFIX, ThrowawayPostgres
from tests.peers.postgres import Database, PostgresServer


def test_a_login_needs_tls_the_right_name_and_the_password(postgres_server: PostgresServer) -> None:
    with psycopg.connect(**postgres_server.keywords()) as connection:
        row = connection.execute("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
        assert row == ("TLSv1.3",)
    for wrong in ({"sslmode": "disable"}, {"password": "guess"}, {"sslrootcert": os.devnull}):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**postgres_server.keywords(**wrong))


def test_names_sort_by_pinyin(fresh_database: Database) -> None:
    with fresh_database.connect() as connection:
        rows = connection.execute("SELECT n FROM unnest(ARRAY['张','李','安','王']) AS t(n) ORDER BY n").fetchall()
    assert [name for (name,) in rows] == ["安", "李", "王", "张"]


def test_a_template_is_filled_once_and_copied(postgres_server: PostgresServer) -> None:
    fills = []

    def fill(database: Database) -> None:
        fills.append(database.name)
        with database.connect() as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    copies = [postgres_server.create_database(postgres_server.template("house", fill)) for _ in range(2)]
    for copy in copies:
        with copy.connect() as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        postgres_server.drop_database(copy.name)
    assert len(fills) == 1


@pytest.mark.fault
def test_what_was_committed_survives_a_killed_server() -> None:
    with ThrowawayPostgres() as server:
        with psycopg.connect(**server.keywords()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        with psycopg.connect(**server.keywords()) as open_session:
            server.kill_immediate()
            assert not server.running
            with pytest.raises(psycopg.OperationalError):
                open_session.execute("SELECT 1")
        server.start()
        with psycopg.connect(**server.keywords()) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert "recovery" in server.log()


def test_a_server_whose_maker_died_is_cleared_away(postgres_server: PostgresServer) -> None:
    stray = postgres_server.folder.with_name(f"{PREFIX}99999999-left")  # above every process number a kernel gives
    stray.mkdir()
    with ThrowawayPostgres(fsync=False):
        assert not stray.exists()
        assert postgres_server.running
