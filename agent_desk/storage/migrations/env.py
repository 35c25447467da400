"""Alembic asks for this file; the steps are run by ``agent_desk.storage.migrating``."""
