"""When a request of a person was written down, to the microsecond: the order in which they came.

Takes less than a second: requests are few. Those that are there keep the order of when the person
asked, which was the order until now. The column has a default, because SQLite gives a table another
kind of column only by copying it, and dropping the first copy would take the counts along.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_opened"
down_revision = "0017_uninstall"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if "opened_us" in {one["name"] for one in sa.inspect(connection).get_columns("rights_case")}:
        return  # of a database that was made while 0016 had the column
    op.add_column(
        "rights_case", sa.Column("opened_us", sa.BigInteger(), nullable=False, server_default="0")
    )
    case = sa.table(
        "rights_case", sa.column("case_id"), sa.column("received_s"), sa.column("opened_us")
    )
    asked = sa.select(case.c.case_id, case.c.received_s).order_by(case.c.received_s, case.c.case_id)
    for rank, (case_id, received_s) in enumerate(connection.execute(asked).all()):
        connection.execute(
            sa.update(case)
            .where(case.c.case_id == case_id)
            .values(opened_us=received_s * 1_000_000 + rank)
        )
