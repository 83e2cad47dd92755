"""Events of the channels that the policy names, as log lines.

Enters: events with the message in the laptop's language. Leaves: `log_line` rows. Must hold: an
event whose message cannot be rendered (its program is gone) is told by what it holds; a name that
was typed at a failed logon and is nobody's here is not told, since people type passwords there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reticent_contract import limits
from reticent_contract.catalog.log_line import LOG_LINE
from reticent_contract.rows import Row

from reticent_agent.collect.model import Context, Emit, EventSource
from reticent_agent.collect.rows import event_row
from reticent_agent.collect.windows.channel import Channel, decode, follow
from reticent_agent.collect.windows.event_xml import Event
from reticent_agent.collect.windows.people import KnownNames
from reticent_agent.collect.windows.sessions import AUDITING

FIRST_US = 60_000_000  # the first time: what was logged just before, so that a start is seen whole
# EVENT_LEVEL of winmeta.xml, on syslog's scale. 0 is "log always": audits and old programs.
_SEVERITIES = {0: 6, 1: 2, 2: 3, 3: 4, 4: 6, 5: 7}

# Of a wrong name or password: at the screen, as another user (logged before it is checked), by
# Kerberos, by NTLM.
_FAILED_LOGONS = frozenset({4625, 4648, 4768, 4771, 4776})


def channel_lines(channel: str) -> EventSource:
    """Named "eventlog:" and the channel."""

    def follow_channel(context: Context, cursor: str, emit: Emit) -> None:
        wanted = Channel(name=channel, with_message=True, first_us=FIRST_US)
        known = KnownNames(context)

        def rows_of(event: Event) -> Sequence[Row]:
            row = line(channel, event, known)
            return () if row is None else (row,)

        follow(context, wanted, decode(cursor), emit, rows_of)

    return EventSource(name=f"eventlog:{channel}", table="log_line", follow=follow_channel)


def line(channel: str, event: Event, known: Callable[[str | None], bool]) -> Row | None:
    """None where there is nothing to read."""
    message = (event.message or "").strip() or _told(event)
    if not message:
        return None
    typed = event.data.get("TargetUserName", "").strip()
    if event.event_id in _FAILED_LOGONS and event.provider == AUDITING and not known(typed):
        message = message.replace(typed, "[typed]") if typed else message
    values = {
        "source": channel,
        "unit": event.provider,
        "severity": None if event.level is None else _SEVERITIES.get(event.level, 6),
        "pid": event.pid or None,  # programs of the old interface are 0
        "message": _bounded(message),
    }
    return event_row(LOG_LINE, "line", event.ts_us, values)


def _told(event: Event) -> str:
    named = [f"{name}={value}" for name, value in event.data.items() if value]
    return " ".join([*(text for text in event.texts if text), *named])


def _bounded(message: str) -> str:
    """At most LOG_LINE_BYTES_MAX bytes; where something is cut the text says so."""
    text = message.replace("\r\n", "\n").replace("\0", "\ufffd")
    content = text.encode("utf-8", "replace")
    if len(content) <= limits.LOG_LINE_BYTES_MAX:
        return content.decode()
    sign = f" [cut: {len(content)} bytes]"
    kept = content[: limits.LOG_LINE_BYTES_MAX - len(sign)]
    return kept.decode("utf-8", "ignore") + sign
