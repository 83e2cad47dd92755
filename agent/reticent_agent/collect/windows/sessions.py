"""Who logged on and off, came from afar, locked and unlocked; and who failed to.

Enters: the Security log, else the log of the session manager. Leaves: session rows. Must hold: one
logon is told by one source, once, whichever log holds how many events of it.

Precedence, decided when the source starts:
 1. Security, where the agent may read it;
 2. Microsoft-Windows-TerminalServices-LocalSessionManager/Operational.
When it changes, only what is later than the last row is told.

Of the Security log ("Audit logon events" and each event's page at learn.microsoft.com):
 - 4624 of types 2, 10, 11 is a logon, of type 7 an unlock. An administrator gets two of each, with
   and without rights; the one with rights is left out.
 - 4634 and 4647 are a logoff when they end a logon that was told: both come, in either order. Those
   that are open are kept in the cursor.
 - 4800 is a lock. 4801 is left out: 4624 of type 7 comes with it, and where it is not audited.
 - 4778 and 4779 are connect and disconnect of a remote desktop, or of a person who gave the screen
   to another.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

from reticent_contract.catalog.session import SESSION
from reticent_contract.rows import Row, Value

from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.windows import people
from reticent_agent.collect.windows.channel import KEPT_MAX, Channel, Cursor, decode, follow, query
from reticent_agent.collect.windows.event_xml import Event

AUDITING = "Microsoft-Windows-Security-Auditing"
MANAGER = "Microsoft-Windows-TerminalServices-LocalSessionManager"
# Services and the network log on many times a minute: the log itself leaves those out. XPath here
# takes some twenty conditions: 4640 parts the events without a type from those with one.
SECURITY = Channel(
    name="Security",
    query=(
        f"*[System[Provider[@Name='{AUDITING}'] and (EventID=4624 or EventID=4634 or EventID=4647"
        " or EventID=4778 or EventID=4779 or EventID=4800)] and (System[EventID>4640] or"
        " EventData[Data[@Name='LogonType']=2 or Data[@Name='LogonType']=7"
        " or Data[@Name='LogonType']=10 or Data[@Name='LogonType']=11])]"
    ),
)
FAILURES = Channel(name="Security", query=query((AUDITING, (4625,))))
SESSION_MANAGER = Channel(name=f"{MANAGER}/Operational", query=query((MANAGER, (21, 23, 24, 25))))

UNLOCK_TYPE = 7
_REMOTE_TYPE = 10
_LOGON_TYPES = {2: "interactive", 7: "unlock", 10: "remote interactive", 11: "cached interactive"}
_FAILED_TYPES = {**_LOGON_TYPES, 13: "cached unlock"}
_ELEVATED = "%%1842"  # the parameter message "Yes"
_MANAGER_EVENTS = {21: "logon", 23: "logoff", 24: "disconnect", 25: "connect"}


def sessions() -> EventSource:
    """Named "sessions"."""
    return EventSource(name="sessions", table="session", follow=_follow_sessions)


def failed_logons() -> EventSource:
    """Named "failed_logons"."""
    return EventSource(name="failed_logons", table="session", follow=_follow_failed)


def _follow_sessions(context: Context, cursor: str, emit: Emit) -> None:
    last = decode(cursor)
    told = Open(last.kept)
    try:
        follow(context, SECURITY, last, emit, told.rows, told.open)
    except SourceUnavailableError:
        _follow_manager(context, last, emit)


def _follow_manager(context: Context, last: Cursor, emit: Emit) -> None:
    follow(context, SESSION_MANAGER, last, emit, manager_rows)


class Open:
    """Turns events of the Security log into rows; keeps the logon IDs that were told."""

    def __init__(self, kept: Sequence[str] = ()) -> None:
        self._open = dict.fromkeys(kept)

    def open(self) -> tuple[str, ...]:
        return tuple(self._open)

    def rows(self, event: Event) -> Sequence[Row]:
        row = self._row(event)
        return () if row is None else (row,)

    def _row(self, event: Event) -> Row | None:
        match event.event_id:
            case 4624:
                return self._logon(event)
            case 4634 | 4647:
                logon_id = event.text("TargetLogonId")
                if logon_id is None or logon_id not in self._open:
                    return None
                del self._open[logon_id]
                return _row("logoff", event, _who(event))
            case 4778 | 4779:
                values = {
                    **_account(event.text("AccountName"), None, event.text("LogonID")),
                    **origin(event.text("ClientAddress"), event.text("ClientName")),
                }
                terminal = event.text("SessionName")
                if terminal:
                    values["terminal"] = terminal
                return _row("connect" if event.event_id == 4778 else "disconnect", event, values)
            case 4800:
                return _row("lock", event, _who(event))
        return None

    def _logon(self, event: Event) -> Row | None:
        kind = event.number("LogonType")
        if kind not in _LOGON_TYPES or not people.is_person(event.text("TargetUserSid")):
            return None
        linked = event.number("TargetLinkedLogonId")
        if linked and event.text("ElevatedToken") == _ELEVATED:
            return None
        values = _came_in(event, _LOGON_TYPES[kind])
        if kind == UNLOCK_TYPE:
            values.pop("session_id", None)  # of a visit that ends at once: the one before goes on
            return _row("unlock", event, values)
        logon_id = event.text("TargetLogonId")
        if logon_id:
            if len(self._open) >= KEPT_MAX:
                del self._open[next(iter(self._open))]
            self._open[logon_id] = None
        return _row("logon", event, values)


def failed_logon(event: Event, known: Callable[[str | None], bool]) -> Row | None:
    """The name is passed on only where somebody of that name has a profile here: people type
    passwords where a name is asked for."""
    kind = event.number("LogonType")
    if event.event_id != 4625 or kind not in _FAILED_TYPES:
        return None
    values = _came_in(event, _FAILED_TYPES[kind])
    values.pop("session_id", None)
    values.pop("user_id", None)
    if not known(event.text("TargetUserName")):
        values.pop("user_name", None)
    return _row("failed_logon", event, values)


def manager_rows(event: Event) -> Sequence[Row]:
    """Of the session manager's log: User is DOMAIN\\name, Address an address or LOCAL."""
    name = _MANAGER_EVENTS.get(event.event_id)
    if name is None:
        return ()
    user = (event.text("User") or "").rpartition("\\")[2]
    values = {
        **_account(user or None, None, event.text("SessionID")),
        **origin(event.text("Address"), None),
    }
    return (_row(name, event, values),)


def origin(address: str | None, host: str | None) -> dict[str, Value]:
    """Where a person came in from, {} where it is not told; the laptop itself is LOCAL, or a
    loopback address."""
    if address is None:
        return {}
    values: dict[str, Value] = {"remote": False}
    try:
        found = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return values
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback or found.is_unspecified:
        return values
    values.update(remote=True, remote_address=str(found))
    if host:
        values["remote_host"] = host
    return values


def _follow_failed(context: Context, cursor: str, emit: Emit) -> None:
    known = people.KnownNames(context)

    def rows_of(event: Event) -> Sequence[Row]:
        row = failed_logon(event, known)
        return () if row is None else (row,)

    follow(context, FAILURES, decode(cursor), emit, rows_of)


def _came_in(event: Event, kind: str) -> dict[str, Value]:
    values = {
        **_who(event),
        "remote": event.number("LogonType") == _REMOTE_TYPE,
        **origin(event.text("IpAddress"), _workstation(event)),
        "session_type": kind,
    }
    service = event.text("LogonProcessName")
    if service:
        values["service"] = service
    return values


def _workstation(event: Event) -> str | None:
    """None for the laptop itself, which stands there of a remote desktop."""
    name, own = event.text("WorkstationName"), event.computer.partition(".")[0]
    return None if name is None or name.casefold() == own.casefold() else name


def _who(event: Event) -> dict[str, Value]:
    return _account(
        event.text("TargetUserName"), event.text("TargetUserSid"), event.text("TargetLogonId")
    )


def _account(name: str | None, sid: str | None, session_id: str | None) -> dict[str, Value]:
    found = {"user_name": name, "user_id": people.relative_id(sid), "session_id": session_id}
    return {field: value for field, value in found.items() if value is not None}


def _row(event_name: str, event: Event, values: dict[str, Value]) -> Row:
    return event_row(SESSION, event_name, event.ts_us, values)
