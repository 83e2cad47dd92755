"""One search, for the API and the console alike: parse, record, ask.

Must hold: the audit trail has the search before its answer leaves, and has its shape alone; it is
asked of what the caller may see and of nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from reticent_server.audit.shape import shape_of
from reticent_server.auth import Caller, Scope
from reticent_server.http.cursors import bad_cursor
from reticent_server.http.problems import ProblemError
from reticent_server.http.reaching import events_of, refuse_hidden
from reticent_server.query import QueryError, parse_query
from reticent_server.query.expr import And, Expr, FieldExists
from reticent_server.query.grouping import group_field
from reticent_server.services import Services
from reticent_server.store.events.errors import CursorInvalidError, QueryTooLargeError
from reticent_server.store.events.model import OF_EVERY_ROW, Page


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
    _record(services, caller, shape_of(expression), address)
    try:
        return events.search(expression, limit=limit, cursor=cursor)
    except CursorInvalidError:
        raise bad_cursor() from None
    except QueryTooLargeError as error:
        raise ProblemError(400, "query-too-large", str(error)) from None


def count_by(
    services: Services, *, caller: Caller, text: str, by: str, limit: int, address: str
) -> Sequence[tuple[str | int | bool, int]]:
    """Blocks. Raises ProblemError."""
    expression = parse(text)
    try:
        field = group_field(by)
    except QueryError as error:
        raise ProblemError(400, "bad-query", str(error), extra={"column": error.column}) from error
    events = events_of(services, caller, Scope.READ_EVENTS)
    asked = expression
    if field not in OF_EVERY_ROW:
        asked = And((expression, FieldExists(field)))  # its values are the answer
    refuse_hidden(services, caller, events.reach, asked, address=address)
    _record(services, caller, f"{shape_of(expression)} by {field}", address)
    try:
        return events.count_by(expression, field, limit=limit)
    except QueryTooLargeError as error:
        raise ProblemError(400, "query-too-large", str(error)) from None


def _record(services: Services, caller: Caller, shape: str, address: str) -> None:
    services.audit.record(
        actor=caller.name, action="events.search", object=shape, source_address=address
    )
