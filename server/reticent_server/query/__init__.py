"""Asking the event store: the language, and the search service.

Enters: a query's text, e.g. `kind:session.logon since:7d user_name:pn*`. Leaves: pages of events.
Must hold: a query is understood wholly or refused with the column; its values reach the engine only
as parameters.
"""

from reticent_server.query.errors import QueryError
from reticent_server.query.expr import Expr
from reticent_server.query.parser import parse_query
from reticent_server.query.service import EventJson, event_json, run_query

__all__ = ["EventJson", "Expr", "QueryError", "event_json", "parse_query", "run_query"]
