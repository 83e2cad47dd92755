"""Which CA certificates a laptop trusts, as it says itself.

Takes less than a second whatever is stored: a column with a constant for the rows there are, whose
laptops say it with their next connection.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_trusted_cas"
down_revision = "0014_erasure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "device", sa.Column("trusted_cas", sa.String(length=640), nullable=False, server_default="")
    )
