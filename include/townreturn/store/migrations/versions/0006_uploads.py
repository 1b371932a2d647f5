"""Arrivals know who uploaded them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; what came before came another way."""
    op.add_column("arrivals", sa.Column("uploaded_by", sa.String(length=250), nullable=False, server_default=""))
