"""Brings an older store to this desk's schema, with alembic, inside one transaction. Loaded only when one is older."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from agent_desk.storage.connection import Connection
from agent_desk.storage.tables import SCHEMA_NUMBER

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the missing migrations: they only add, so that older facts stay as they are."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    script = ScriptDirectory.from_config(config)
    number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    at = _revision(number)

    def steps(_rev: object, _context: object) -> list[object]:
        return list(script._upgrade_revs(to, at or "base"))

    engine = create_engine("sqlite://", creator=lambda: _Lent(connection.raw), module=dbapi2, poolclass=StaticPool)
    with engine.connect() as described, EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=described, transactional_ddl=False)
        if at is not None:
            environment.get_context().stamp(script, at)
        environment.run_migrations()
    engine.dispose()
    # the number in the file's header is the one truth; alembic's own note would be a second
    connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_NUMBER}")


class _Lent:
    """The store's own connection, lent to SQLAlchemy: the transaction it is in is the store's to end."""

    def __init__(self, raw: dbapi2.Connection) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def commit(self) -> None:
        """Not here."""

    def rollback(self) -> None:
        """Not here."""

    def close(self) -> None:
        """Not here."""


def _revision(number: int) -> str | None:
    """Revisions are called after the schema number they make: 0001, 0002 …"""
    return f"{number:04d}" if number else None
