"""The events page: a query, a time range, a chart, results, and the way to older ones."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reticent_server.approvals.kinds import Kind
from reticent_server.auth import Caller, Scope
from reticent_server.console.chart import Chart, chart_of, restriction_of
from reticent_server.console.lines import EventLine, delivered_html, lines_of
from reticent_server.console.pages import is_partial, render
from reticent_server.console.values import html_of
from reticent_server.http import settings
from reticent_server.http.exporting import blocks, prepare
from reticent_server.http.guard import ServicesDep, address_of, requires, requires_form
from reticent_server.http.params import Cursor
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import events_of
from reticent_server.http.searching import count_by, parse, search
from reticent_server.http.threads import StoreThreadsDep
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX, EXPORT_ROWS_MAX
from reticent_server.query import QueryError, export_lines
from reticent_server.services import Services
from reticent_server.store.events.fields import DELIVERED
from reticent_server.store.events.model import OF_EVERY_ROW, Page

router = APIRouter(include_in_schema=False, prefix="/events")
PAGE = 50
ALL_CHART_DAYS = 30
DEFAULT_QUERY = "-event:snapshot"  # else one laptop's software list fills the first pages
RANGES = {  # hours, and how the choice reads
    "1h": (1, "Last hour"),
    "24h": (24, "Last 24 hours"),
    "7d": (168, "Last 7 days"),
    "30d": (720, "Last 30 days"),
    "all": (None, "All time"),
}
EXAMPLES = (
    ("kind:session.logon", "who logged on"),
    ("kind:session.failed_logon", "failed logons"),
    ("table:software event:added", "software that was installed"),
    ("table:log_line severity:<4", "errors in the logs"),
    ("table:agent_health", "how the agents are"),
)


GROUPS = (
    *OF_EVERY_ROW,
    *DELIVERED,
    "user_name",
    "host_name",
    "program",
    "app",
    "site",
    "name",
    "version",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """`link`: the same search for this value alone."""

    html: Markup
    link: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    events: list[EventLine]
    next_cursor: str | None
    chart: Chart | None
    chart_is_exact: bool
    counts: list[CountLine] | None  # None: events are listed
    error: str
    caret: str  # the query and a mark under the place that cannot be read


@router.get("")
async def events_page(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires(Scope.READ_EVENTS)],
    q: Annotated[str, Query(max_length=settings.QUERY_CHARS_MAX)] = DEFAULT_QUERY,
    span: Annotated[str, Query(alias="range", max_length=8)] = "7d",
    by: Annotated[str, Query(max_length=64)] = "",
    cursor: Cursor = None,
) -> Response:
    by = by if by in GROUPS else ""
    span = span if span in RANGES else "7d"
    q = q.strip() or "*"
    address = address_of(request)
    found = await threads.run(
        _find, services, caller, q=q, span=span, by=by, cursor=cursor, address=address
    )
    partial = is_partial(request, "results")
    return render(
        request,
        "_events_results.html" if partial else "events.html",
        {
            "q": q,
            "span": span,
            "by": by,
            "groups": GROUPS,
            "delivered_names": list(DELIVERED),
            "default_query": DEFAULT_QUERY,
            "ranges": {key: label for key, (_, label) in RANGES.items()},
            "examples": EXAMPLES,
            "found": found,
            "export_rows": services.approvals.rules.export_rows,
            "export_needs_second": services.approvals.rules.needs_second(Kind.EVENTS_EXPORT),
            "first_page": cursor is None,
            "here": urlencode({"q": q, "range": span}),
            "older": urlencode({"q": q, "range": span, "cursor": found.next_cursor or ""}),
        },
        caller=caller,
        status=400 if found.error and not partial else 200,
    )


@router.post("/export")
async def export(
    request: Request,
    services: ServicesDep,
    threads: StoreThreadsDep,
    caller: Annotated[Caller, requires_form(Scope.EXPORT_EVENTS)],
    q: Annotated[str, Form(max_length=settings.QUERY_CHARS_MAX)] = "*",
    span: Annotated[str, Form(alias="range", max_length=8)] = "all",
    form: Annotated[export_lines.Form, Form(alias="format")] = "csv",
    rows: Annotated[int, Form(ge=1, le=EXPORT_ROWS_MAX)] = EXPORT_ROWS_MAX,
    reason: Annotated[str, Form(max_length=APPROVAL_REASON_CHARS_MAX)] = "",
) -> Response:
    hours = RANGES.get(span, (None, ""))[0]
    ready = await threads.run(
        prepare,
        services,
        caller=caller,
        text=q if hours is None else f"({q}) since:{hours}h",
        rows_max=rows,
        form=form,
        reason=reason,
        address=address_of(request),
    )
    return StreamingResponse(
        blocks(ready, threads),
        media_type=export_lines.MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="reticent-events.{form}"',
            "Cache-Control": "no-store",
        },
    )


def _find(
    services: Services,
    caller: Caller,
    *,
    q: str,
    span: str,
    by: str,
    cursor: str | None,
    address: str,
) -> Found:
    hours = RANGES[span][0]
    try:
        expression = parse(q)  # by itself first, so that an error's column is the person's own
        whole = q if hours is None else f"({q}) since:{hours}h"
        page, counts = Page([], None), None
        if by:
            counts = [
                _count(by, value, rows, q=q, span=span)
                for value, rows in count_by(
                    services, caller=caller, text=whole, by=by, limit=PAGE, address=address
                )
            ]
        else:
            page = search(
                services, caller=caller, text=whole, limit=PAGE, cursor=cursor, address=address
            )
    except ProblemError as problem:
        return Found(
            events=[],
            next_cursor=None,
            chart=None,
            chart_is_exact=True,
            counts=None,
            error=problem.detail,
            caret=_picture(problem),
        )
    events = events_of(services, caller, Scope.READ_EVENTS)
    chart, only = None, restriction_of(expression)
    if cursor is None:
        until_s = int(time.time()) + 1
        since_s = until_s - (hours or ALL_CHART_DAYS * 24) * 3_600
        hourly = events.counts_by_hour(
            since_us=since_s * 1_000_000, until_us=until_s * 1_000_000, device_id=only.device_id
        )
        chart = chart_of(hourly, since_s=since_s, until_s=until_s, only=only)
    summaries = events.device_summaries(list({row.device_id for row in page.rows}))
    return Found(
        events=lines_of(page.rows, summaries),
        next_cursor=page.next_cursor,
        chart=chart,
        chart_is_exact=only.exact,
        counts=counts,
        error="",
        caret="",
    )


def _count(by: str, value: str | int | bool, rows: int, *, q: str, span: str) -> CountLine:
    quoted = str(value).replace("\\", "\\\\").replace('"', '\\"')
    term = f'{by}:"{quoted}"' if isinstance(value, str) else f"{by}:{value}"
    everything = q in ("*", "")
    narrowed = term if everything else f"({q}) {term}"
    if by == "device":
        html = Markup('<a href="/devices/{0}" class="mono">{0}</a>').format(value)
    else:
        html = delivered_html(by, value) if by in DELIVERED else html_of(by, value)
    return CountLine(html=html, link=urlencode({"q": narrowed, "range": span}), rows=rows)


def _picture(problem: ProblemError) -> str:
    cause = problem.__cause__
    return cause.picture if isinstance(cause, QueryError) else ""
