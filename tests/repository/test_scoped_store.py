"""Requests ask the event store only through what their caller may see."""

from __future__ import annotations

from pathlib import Path

SERVER = Path(__file__).resolve().parents[2] / "server" / "reticent_server"
# Reads receipts of the whole fleet, for who may read the audit trail, which no limit can hold; and
# counts people for a group whose reach is checked right there.
KNOWN = {"http/routes/audit.py": 1, "http/policy_reach.py": 1, "http/reaching.py": 1}


def test_no_route_asks_the_event_store_itself():
    found = {}
    for folder in ("http", "console"):
        for path in sorted((SERVER / folder).rglob("*.py")):
            uses = path.read_text("utf-8").count("services.events")
            if uses:
                found[path.relative_to(SERVER).as_posix()] = uses
    assert found == KNOWN
