"""An event store with one person in it, under pseudonyms of a site's keys, that fails when told."""

from __future__ import annotations

from collections.abc import Collection

from reticent_contract.catalog.model import Form
from reticent_server.errors import StoreError
from reticent_server.query.expr import Expr
from reticent_server.store.events.memory import MemoryEventStore

from support.console_app import NOW_S, Site
from support.event_groups import DEVICE, OTHER, batch, group, table
from support.persons import stored

ALICE = "q7f3a9bz@example.com"
NAME = "q7f3a9bz"
NOW_US = int(NOW_S * 1e6)
LATE_US = NOW_US + 10**12


class Store(MemoryEventStore):
    """The one that passes the contract suite; it fails when it is told to, and keeps files."""

    def __init__(self) -> None:
        super().__init__()
        self.fails = ""
        self.files = 0

    def erase_where(self, expr: Expr, *, before_us: int) -> None:
        self._fail("before")
        super().erase_where(expr, before_us=before_us)
        self._fail("after")

    def empty_where(self, expr: Expr, fields: Collection[str], *, before_us: int) -> None:
        self._fail("emptying")
        super().empty_where(expr, fields, before_us=before_us)

    def leftovers(self) -> int:
        return self.files

    def _fail(self, where: str) -> None:
        if self.fails == where:
            self.fails = ""
            raise StoreError("it was told to")


def filled(site: Site) -> Store:
    """Two laptops, whose record says that they are hers; each has rows about her and others."""
    made = Store()
    user = stored(site, "session.user_name", Form.USER, NAME)
    bo = stored(site, "session.user_name", Form.USER, "bo")
    mail = stored(site, "email", Form.EMAIL, ALICE)
    owner = stored(site, "device_record.email", Form.EMAIL, ALICE)
    made.append(
        group(
            *(
                batch(
                    1,
                    [
                        table("session", "logon", [{"user_name": user}, {"user_name": bo}]),
                        table("log_line", "line", [{"message": f"<{mail}>", "unit": "postfix"}]),
                        table(
                            "device_record",
                            "snapshot",
                            [{"email": owner, "company": "ours", "purchase_date": "2025-01-01"}],
                        ),
                        table("os", "snapshot", [{"name": "Debian"}]),
                    ],
                    device=device,
                )
                for device in (DEVICE, OTHER)
            ),
            received_at_us=NOW_US - 1,
        )
    )
    return made
