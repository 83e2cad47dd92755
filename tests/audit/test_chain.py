"""The audit trail is a chain: what was changed, removed or forked shows."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from reticent_server.audit import AuditService
from reticent_server.audit.book import CheckpointBook
from reticent_server.audit.chain import FIRST_PREVIOUS, Record, row_hash
from reticent_server.audit.filters import FilterError, filter_of
from reticent_server.audit.service import Entry
from reticent_server.audit.verifying import Verifier
from reticent_server.policies.models import EpochEnd
from reticent_server.store.control.engine import ControlStore
from sqlalchemy.orm import Session
from support.console_app import NOW_S, Clock

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


def whole(audit: AuditService) -> bool:
    verifier = Verifier(CheckpointBook(None))
    for row in audit.rows():
        verifier.row(row)
    return verifier.finish().whole


def test_a_whole_chain_is_whole(audit: AuditService) -> None:
    assert whole(audit)
    assert audit.head() == (0, FIRST_PREVIOUS)
    fill(audit)
    assert whole(audit)
    assert audit.head()[0] == 5


def test_many_writers_make_one_chain(control: ControlStore) -> None:
    services = [AuditService(control) for _ in range(4)]  # as so many processes would have
    threads = [threading.Thread(target=fill, args=(service, 10)) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert services[0].head()[0] == 40
    assert whole(services[0])


def test_a_change_that_records_nothing_is_not_made(
    audit: AuditService, control: ControlStore
) -> None:
    def change(db: Session) -> list[Entry]:
        db.add(EpochEnd(epoch=7))
        return []

    with pytest.raises(ValueError, match="undone"):
        audit.record_with(change)
    with control.read() as db:
        assert db.get(EpochEnd, 7) is None
    assert audit.last_written is None


def test_an_entry_is_one_line_of_bounded_length(audit: AuditService) -> None:
    audit.record(actor="a\nb\x1b[31m", action="x", object="o" * 10_000, reason="\ud800")
    entry = audit.page().entries[0]
    assert entry.actor == "a\ufffdb\ufffd[31m"
    assert len(entry.object) == 512
    assert whole(audit)


def test_entries_are_found_by_who_what_on_what_what_came_of_it_and_when(
    audit: AuditService,
) -> None:
    for actor, action, about, outcome in (
        ("ada", "device.view", "device 100%", "done"),
        ("ada", "device.revoke", "device 100x", "failed"),
        ("bo", "devices", "device 2", "refused"),
    ):
        audit.record(actor=actor, action=action, object=about, outcome=outcome)  # type: ignore[arg-type]

    def found(**asked: str) -> list[int]:
        only = filter_of(now_us=int(NOW_S * 1e6), **asked)
        return [entry.number for entry in audit.page(only=only).entries]

    assert found() == [3, 2, 1]
    assert found(actor="ada") == [2, 1]
    assert found(action="device") == [2, 1]  # a family, and no other word that begins so
    assert found(action="device.view") == [1]
    assert found(about="100%") == [1]  # the sign stands for itself
    assert found(outcome="refused") == [3]
    assert found(actor="ada", outcome="failed") == [2]
    assert found(since="1h") == [3, 2, 1]
    assert found(until="2026-11-21") == []
    assert found(since="2026-11-22", until="2026-11-22") == [3, 2, 1]  # that whole day
    for wrong in ({"outcome": "good"}, {"since": "soon"}, {"until": "9999-99-99"}):
        with pytest.raises(FilterError):
            found(**wrong)


def test_pages_of_a_filter_follow_each_other(audit: AuditService) -> None:
    fill(audit, 6)
    audit.record(actor="bo", action="count")
    only = filter_of(now_us=0, actor="ada")
    first = audit.page(limit=4, only=only)
    assert [entry.number for entry in first.entries] == [6, 5, 4, 3]
    second = audit.page(limit=4, only=only, before=first.next_before)
    assert ([entry.number for entry in second.entries], second.next_before) == ([2, 1], None)
