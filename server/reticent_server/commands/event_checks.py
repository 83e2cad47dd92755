"""What `doctor` says of the event store: whether it opens, what is damaged, what is about to go.

Asks the running server, which holds it; else opens it itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from reticent_server.commands.client import LocalServer
from reticent_server.commands.findings import Finding, bad
from reticent_server.commands.stores import control_of, events_of, policies_of
from reticent_server.erasure.job import PART as ERASER
from reticent_server.erasure.job import set_aside
from reticent_server.errors import ServerError
from reticent_server.limits import RETENTION_HOLD_S
from reticent_server.policies.service import PolicyService
from reticent_server.retention.coming import HOURS, coming
from reticent_server.retention.coming import PART as RETENTION
from reticent_server.retention.cuts import Cuts
from reticent_server.retention.hold import is_doubtful
from reticent_server.retention.rules import Rules
from reticent_server.store.control.engine import ControlStore
from reticent_server.store.events import EventStore


def notices_of(server: LocalServer | None) -> Mapping[str, str]:
    """What a running server wants looked at, by part; nothing where it cannot say."""
    if server is None:
        return {}
    try:
        answer = server.get("/api/v1/notices")
    except (ServerError, OSError):
        return {}  # not ready, as the event store's check says, or of a version before
    return {one["part"]: one["sentence"] for one in answer["notices"]}


def check_events(
    data_dir: Path,
    server: LocalServer | None,
    notices: Mapping[str, str],
    clock: Callable[[], float],
) -> Iterator[Finding]:
    """The second one, about retention, only where it is about to begin."""
    if server is not None:
        try:
            ready = server.get("/readyz")
        except (ServerError, OSError):
            yield bad(
                "event store",
                "the running server is not ready",
                "see its log; /readyz names the part",
            )
            return
        found, damage = f"the server is {ready['status']}", notices.get(ERASER, "")
        begins = notices.get(RETENTION)
    else:
        try:
            with control_of(data_dir) as control, events_of(data_dir) as events:
                rows = sum(events.count_by_table().values())
                damage = set_aside(events.damage())
                begins = _retention(control, events, policies_of(control, data_dir), clock())
        except ServerError as error:
            yield bad("event store", str(error), "stop the other process, or restore the backup")
            return
        found = f"opens, {rows} rows; server not running"
    if damage:
        yield bad("event store", f"{found}; {damage}", "restore the events from a backup")
    else:
        yield Finding(check="event store", state="ok", found=found)
    if begins is not None:
        yield Finding(
            check="retention",
            state="warn",
            found=begins,
            fix="where that is too much, correct the clock or publish longer retention before",
        )


def _retention(
    control: ControlStore, events: EventStore, policies: PolicyService, now_s: float
) -> str | None:
    last_s = Cuts(control, clock=lambda: now_s).last_s()
    if not is_doubtful(last_s, now_s):
        return None
    return coming(
        Rules(control, policies),
        events,
        last_s=last_s,
        at_s=now_s + RETENTION_HOLD_S,
        when=f"{HOURS} hours after the server's start",
    )
