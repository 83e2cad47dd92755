"""The shape of a query for the audit trail: what it asks about, not which value it asks for.

`user_name:alice since:7d` becomes `since user_name`; tables and kinds are words of the catalog and
are written out.
"""

from __future__ import annotations

from reticent_server.query import expr as e

TERMS_MAX = 32


def shape_of(expression: e.Expr) -> str:
    found: dict[str, None] = {}  # a set that keeps order
    _collect(expression, found)
    terms = sorted(found) or ["*"]
    more = f" and {len(terms) - TERMS_MAX} more" if len(terms) > TERMS_MAX else ""
    return " ".join(terms[:TERMS_MAX]) + more


def _collect(node: e.Expr, found: dict[str, None]) -> None:
    match node:
        case e.And(parts) | e.Or(parts):
            for part in parts:
                _collect(part, found)
        case e.Not(e.TableIs("batch")):
            pass  # what the parser adds by itself
        case e.Not(part):
            _collect(part, found)
        case e.Everything():
            found["*"] = None
        case e.TableIs(table):
            found[f"table:{table}"] = None
        case e.EventIs(event):
            found[f"event:{event}"] = None
        case e.DeviceIs() | e.DevicesIn():
            found["device"] = None
        case e.Since():
            found["since"] = None
        case e.Until():
            found["until"] = None
        case e.Contains():
            found["text"] = None
        case _:
            found[node.field] = None
