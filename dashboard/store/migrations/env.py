"""Alembic's entry: runs the revisions over the connection that `dashboard.store.migrate` hands in."""

from alembic import context
from sqlalchemy import Connection

import dashboard.store.accounts
import dashboard.store.camera_list
import dashboard.store.cameras
import dashboard.store.schema_clock
import dashboard.store.schema_ledger
import dashboard.store.schema_submissions
import dashboard.store.sightings
import dashboard.store.walls  # noqa: F401  the tables of all of them stand in the same metadata
from dashboard.store.schema import metadata

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)
context.configure(connection=connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
