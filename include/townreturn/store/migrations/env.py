"""Alembic runs this: the migration happens inside the caller's one transaction."""

from alembic import context

from townreturn.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
