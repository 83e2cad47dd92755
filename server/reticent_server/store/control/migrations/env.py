"""Alembic's entry: migrates the connection that `engine.migrate` passes in."""

from __future__ import annotations

from alembic import context
from reticent_server.store.control.metadata import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
