"""Alembic's entry: runs the revisions over the connection that `dashboard.store.migrate` hands in."""

from alembic import context
from sqlalchemy import Connection

import dashboard.store.accounts
import dashboard.store.schema

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)
assert dashboard.store.accounts.metadata is dashboard.store.schema.metadata
context.configure(connection=connection, target_metadata=dashboard.store.schema.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
