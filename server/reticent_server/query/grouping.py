"""What the rows of a query may be counted by.

Enters: a name that a person typed. Leaves: what every row has, or a field whose values are few
words or numbers. Must hold: whatever is typed, the result is known or a `QueryError`.
"""

from __future__ import annotations

from reticent_contract.catalog.model import Type

from reticent_server.query.errors import QueryError
from reticent_server.query.terms import RESERVED, nearest
from reticent_server.store.events.fields import FIELD_TYPES
from reticent_server.store.events.model import OF_EVERY_ROW

GROUPED_TYPES = (Type.TEXT, Type.INTEGER, Type.BOOLEAN)


def group_field(name: str) -> str:
    """The name itself, of a field or of `OF_EVERY_ROW`. Raises QueryError."""
    if name in OF_EVERY_ROW:
        return name
    type_ = FIELD_TYPES.get(name)
    if name in RESERVED:
        raise QueryError(
            f"rows are counted by {', '.join(OF_EVERY_ROW)} or a field, such as service, "
            f"which {name} is not",
            text=name,
            column=1,
        )
    if type_ is None:
        near = nearest(name, (*OF_EVERY_ROW, *FIELD_TYPES))
        raise QueryError(f"there is no field {name!r}{near}", text=name, column=1)
    if type_ not in GROUPED_TYPES:
        raise QueryError(
            f"{name} is neither a text, a whole number nor true or false, so rows cannot be "
            "counted by it",
            text=name,
            column=1,
        )
    return name
