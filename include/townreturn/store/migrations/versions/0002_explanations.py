"""Findings know the figure they concern and the unit's explanation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add both columns; findings stored before have neither."""
    op.add_column("findings", sa.Column("indicator", sa.String(length=64), nullable=True))
    op.add_column("findings", sa.Column("explanation", sa.Text(), nullable=False, server_default=""))
