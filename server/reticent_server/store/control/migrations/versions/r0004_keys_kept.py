"""How a laptop keeps its keys, as it says itself.

Takes less than a second whatever is stored: two columns with a constant for the rows there are,
whose laptops say it with their next connection.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_keys_kept"
down_revision = "0003_policy_text"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("device_key_kept", "pseudonym_keys_kept"):
        op.add_column(
            "device", sa.Column(name, sa.String(length=16), nullable=False, server_default="")
        )
