"""The audit trail is a chain: what was changed, removed or forked shows."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from reticent_server.audit import AuditService
from reticent_server.audit.chain import FIRST_PREVIOUS, Record, row_hash
from reticent_server.audit.models import AuditEntry
from reticent_server.store.control.engine import ControlStore
from sqlalchemy import delete, update
from support.console_app import Clock

VECTORS = Path(__file__).parents[1] / "vectors" / "audit.json"


@pytest.fixture
def audit(control: ControlStore) -> AuditService:
    return AuditService(control, clock=Clock())


def fill(audit: AuditService, count: int = 5) -> None:
    for number in range(count):
        audit.record(actor="ada", action="count", object=f"thing {number}", source_address="::1")


def test_the_bytes_of_the_chain_never_change() -> None:
    previous = FIRST_PREVIOUS
    for vector in json.loads(VECTORS.read_text()):
        previous = row_hash(previous, Record(**vector["record"]))
        assert previous.hex() == vector["hash"]


def test_a_whole_chain_is_whole(audit: AuditService) -> None:
    assert audit.first_broken() is None
    assert audit.head() == (0, FIRST_PREVIOUS)
    fill(audit)
    assert audit.first_broken() is None
    assert audit.head()[0] == 5


@pytest.mark.parametrize(
    "column", ["at_us", "actor", "action", "object", "outcome", "reason", "source_address"]
)
def test_a_changed_row_is_found(audit: AuditService, control: ControlStore, column: str) -> None:
    fill(audit)
    value: object = 7 if column == "at_us" else "forged"
    with control.session() as db:
        db.execute(update(AuditEntry).where(AuditEntry.number == 3).values({column: value}))
    assert audit.first_broken() == 3


def test_a_removed_row_is_found(audit: AuditService, control: ControlStore) -> None:
    fill(audit)
    with control.session() as db:
        db.execute(delete(AuditEntry).where(AuditEntry.number == 2))
    assert audit.first_broken() == 3


def test_rows_cut_off_at_the_end_show_by_the_head(
    audit: AuditService, control: ControlStore
) -> None:
    fill(audit)
    noted = audit.head()
    with control.session() as db:
        db.execute(delete(AuditEntry).where(AuditEntry.number > 3))
    assert audit.first_broken() is None
    assert audit.head() != noted


def test_many_writers_make_one_chain(control: ControlStore) -> None:
    services = [AuditService(control) for _ in range(4)]  # as so many processes would have
    threads = [threading.Thread(target=fill, args=(service, 10)) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert services[0].head()[0] == 40
    assert services[0].first_broken() is None


def test_an_entry_is_one_line_of_bounded_length(audit: AuditService) -> None:
    audit.record(actor="a\nb\x1b[31m", action="x", object="o" * 10_000, reason="\ud800")
    entry = audit.page().entries[0]
    assert entry.actor == "a\ufffdb\ufffd[31m"
    assert len(entry.object) == 512
    assert audit.first_broken() is None
