"""Alembic's entry: it runs this file for each command, with the connection that `tools.migrate.schema` gave it."""

from alembic import context

# Aurora DSQL takes one DDL statement in a transaction, and nothing beside it: the connection commits each statement by
# itself, and Alembic begins no transaction of its own.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
