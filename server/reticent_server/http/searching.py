"""One search, for the API and the console alike: parse, record, ask.

Must hold: the audit trail has the search before its answer leaves, and has its shape alone.
"""

from __future__ import annotations

from reticent_server.auth import Caller
from reticent_server.http.problems import Problem
from reticent_server.http.shape import shape_of
from reticent_server.query import QueryError, parse_query
from reticent_server.query.expr import Expr
from reticent_server.services import Services
from reticent_server.store.events.errors import CursorInvalid, QueryTooLarge
from reticent_server.store.events.model import Page
from reticent_server.http.cursors import bad_cursor


def parse(text: str) -> Expr:
    """Raises Problem 400 that says where the query cannot be read."""
    try:
        return parse_query(text)
    except QueryError as error:
        raise Problem(
            400, "bad-query", str(error), extra={"column": getattr(error, "column", None)}
        ) from None


def search(
    services: Services,
    *,
    caller: Caller,
    text: str,
    limit: int,
    cursor: str | None,
    address: str,
) -> Page:
    """Blocks. Raises Problem."""
    expression = parse(text)
    services.audit.record(
        actor=caller.name,
        action="events.search",
        object=shape_of(expression),
        source_address=address,
    )
    try:
        return services.events.search(expression, limit=limit, cursor=cursor)
    except CursorInvalid:
        raise bad_cursor() from None
    except QueryTooLarge as error:
        raise Problem(400, "query-too-large", str(error)) from None
