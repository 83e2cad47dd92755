"""An export of events for a request: counted, asked for where it is one in bulk, then streamed.

Must hold: no more than one page is in memory; a file that is whole, or has as many rows as were
asked for, says so in its last line, and no other does: over a connection that ends where the answer
does (HTTP/1.0, some proxies) it could not be told otherwise; it is recorded before its first byte
leaves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from reticent_server.approvals.subjects import export_subject
from reticent_server.audit.shape import shape_of
from reticent_server.auth import Caller, Scope
from reticent_server.http.approving import use_or_ask
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import events_of, refuse_hidden
from reticent_server.http.searching import parse
from reticent_server.http.threads import BoundedThreads
from reticent_server.limits import EXPORT_BUSY_TRIES_MAX, SEARCH_ROWS_MAX
from reticent_server.query.export_lines import Form, end_line, writer_of
from reticent_server.query.expr import Expr
from reticent_server.query.scoped import ScopedEvents
from reticent_server.services import Services
from reticent_server.store.events.errors import QueryTooLargeError
from reticent_server.store.events.model import Event, Page

_BUSY_WAIT_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One that may begin. `rows_max`: it ends there."""

    events: ScopedEvents
    expr: Expr
    rows_max: int
    form: Form


def prepare(
    services: Services,
    *,
    caller: Caller,
    text: str,
    rows_max: int,
    form: Form,
    reason: str,
    address: str,
) -> Export:
    """Blocks. Raises ProblemError; 409 where it is one in bulk that nobody has agreed to."""
    expr = parse(text)
    events = events_of(services, caller, Scope.EXPORT_EVENTS)
    refuse_hidden(services, caller, events.reach, expr, address=address)
    free = services.approvals.rules.export_rows
    try:
        matching = events.count(expr)
    except QueryTooLargeError as error:
        raise ProblemError(400, "query-too-large", str(error)) from None
    said = f"{min(matching, rows_max)} events as {form}"
    if min(matching, rows_max) > free:
        subject = export_subject(text, shape=shape_of(expr), rows_max=rows_max)
        used = use_or_ask(services, caller, subject, reason=reason, address=address)
        said += f", request {used.request_id}"
        reason = used.reason
    else:
        # Rows that come in between must not make it one in bulk.
        rows_max = min(rows_max, free)
    services.audit.record(
        actor=caller.name,
        action="events.export",
        object=f"{said}: {shape_of(expr)}",
        reason=reason,
        source_address=address,
    )
    return Export(events=events, expr=expr, rows_max=rows_max, form=form)


async def blocks(export: Export, threads: BoundedThreads) -> AsyncIterator[str]:
    """The file, a page at a time."""
    head, lines = writer_of(export.form, export.expr)
    yield head
    written = 0
    async for text, rows in pages(
        export.events, export.expr, threads, lines, rows_max=export.rows_max
    ):
        yield text
        written += rows
    yield end_line(export.form, export.expr, written)


async def pages(
    events: ScopedEvents,
    expr: Expr,
    threads: BoundedThreads,
    lines: Callable[[Iterable[Event]], str],
    *,
    rows_max: int,
) -> AsyncIterator[tuple[str, int]]:
    """As `lines` writes them, the newest first, and how many there are."""
    left, cursor = rows_max, None
    while left > 0:
        limit = min(left, SEARCH_ROWS_MAX)
        text, cursor, rows = await _page(events, expr, threads, lines, limit, cursor)
        yield text, rows
        left -= rows
        if cursor is None:
            break


async def _page(
    events: ScopedEvents,
    expr: Expr,
    threads: BoundedThreads,
    lines: Callable[[Iterable[Event]], str],
    limit: int,
    cursor: str | None,
) -> tuple[str, str | None, int]:
    def one() -> tuple[str, str | None, int]:
        page: Page = events.search(expr, limit=limit, cursor=cursor)
        return lines(page.rows), page.next_cursor, len(page.rows)

    for _ in range(EXPORT_BUSY_TRIES_MAX):
        try:
            return await threads.run(one)
        except ProblemError as error:
            if error.status != 503:
                raise
        await asyncio.sleep(_BUSY_WAIT_S)  # searches of people go first
    raise ProblemError(503, "busy", "the server was too busy for the rest; the export is not whole")
