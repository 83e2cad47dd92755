"""When a laptop said that it begins to uninstall its agent.

Takes less than a second whatever is stored: one column without values.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_uninstall"
down_revision = "0016_rights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("device_action", sa.Column("begun_s", sa.BigInteger(), nullable=True))
