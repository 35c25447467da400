"""Brings an older store to this desk's schema, with alembic, inside one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

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

    with EnvironmentContext(config, script, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        if at is not None:
            environment.get_context().stamp(script, at)
        environment.run_migrations()
    # the number in the file's header is the one truth; alembic's own note would be a second
    connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_NUMBER}")


def _revision(number: int) -> str | None:
    """Revisions are called after the schema number they make: 0001, 0002 …"""
    return f"{number:04d}" if number else None
