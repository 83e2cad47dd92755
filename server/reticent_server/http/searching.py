"""One search, for the API and the console alike: parse, record, ask.

Must hold: the audit trail has the search before its answer leaves, and has its shape alone; it is
asked of what the caller may see and of nothing else.
"""

from __future__ import annotations

from reticent_server.audit.shape import shape_of
from reticent_server.auth import Caller, Scope
from reticent_server.http.cursors import bad_cursor
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import events_of, refuse_hidden
from reticent_server.query import QueryError, parse_query
from reticent_server.query.expr import Expr
from reticent_server.services import Services
from reticent_server.store.events.errors import CursorInvalidError, QueryTooLargeError
from reticent_server.store.events.model import Page


def parse(text: str) -> Expr:
    """Raises ProblemError 400 that says where the query cannot be read."""
    try:
        return parse_query(text)
    except QueryError as error:
        raise ProblemError(400, "bad-query", str(error), extra={"column": error.column}) from error


def search(
    services: Services,
    *,
    caller: Caller,
    text: str,
    limit: int,
    cursor: str | None,
    address: str,
) -> Page:
    """Blocks. Raises ProblemError."""
    expression = parse(text)
    events = events_of(services, caller, Scope.READ_EVENTS)
    refuse_hidden(services, caller, events.reach, expression, address=address)
    services.audit.record(
        actor=caller.name,
        action="events.search",
        object=shape_of(expression),
        source_address=address,
    )
    try:
        return events.search(expression, limit=limit, cursor=cursor)
    except CursorInvalidError:
        raise bad_cursor() from None
    except QueryTooLargeError as error:
        raise ProblemError(400, "query-too-large", str(error)) from None
