"""Runs the hub's migrations on the connection it is handed; there is no stand-alone use."""

from alembic import context

from agent_desk.hub.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
)
context.run_migrations()
