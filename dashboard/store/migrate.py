"""Bringing a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from dashboard.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(store: Store) -> bool:
    """Brings the schema to the newest revision; True when there was something to do. Two at once wait for each other."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with store.engine.connect() as connection:
        connection.execute(select(func.pg_advisory_lock(func.hashtext("migrate"))))
        connection.commit()
        try:
            newest = ScriptDirectory.from_config(config).get_current_head()
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return False
            connection.rollback()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return True
        finally:
            connection.rollback()
            connection.execute(select(func.pg_advisory_unlock(func.hashtext("migrate"))))
            connection.commit()
