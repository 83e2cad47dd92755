"""Filters (RFC 7644, section 3.4.2.2), as far as directories use them to find what they made.

    filter  =  term *( "and" term )        term  =  attribute "eq" ( text | "true" | "false" )

Everything else is refused by name of its error. There are no brackets and so there is no depth; one
pass over at most FILTER_CHARS_MAX characters, by patterns that cannot go back.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from reticent_server.scim import settings
from reticent_server.scim.errors import ScimError

_TERM = re.compile(
    r'([A-Za-z][A-Za-z0-9_.:$-]*) +([A-Za-z]+) +("(?:[^"\\]|\\.)*"|true|false)', re.S
)
_AND = re.compile(r" +and +", re.I)


@dataclass(frozen=True, slots=True)
class Term:
    attribute: str  # in lower case: names are compared so (RFC 7643, section 2.1)
    value: str | bool


def parse_filter(text: str) -> tuple[Term, ...]:
    """Raises ScimError 400 invalidFilter."""
    if len(text) > settings.FILTER_CHARS_MAX:
        raise _refused("is too long")
    text, at, terms = text.strip(), 0, []
    while True:
        found = _TERM.match(text, at)
        if found is None:
            raise _refused('is not understood: name eq "value", joined by and')
        name, operator, literal = found.groups()
        if operator.lower() != "eq":
            raise _refused("has an operator other than eq")
        terms.append(Term(name.lower(), _value(literal)))
        if len(terms) > settings.FILTER_TERMS_MAX:
            raise _refused("has too many terms")
        at = found.end()
        if at == len(text):
            return tuple(terms)
        joined = _AND.match(text, at)
        if joined is None:
            raise _refused('is not understood: name eq "value", joined by and')
        at = joined.end()


def _value(literal: str) -> str | bool:
    try:
        value = json.loads(literal)
    except ValueError:
        raise _refused("has a text that cannot be read") from None
    if isinstance(value, str) and not value.isprintable():
        raise _refused("has a text that nothing is called by")
    if not isinstance(value, str | bool):
        raise _refused("has a value of another kind")
    return value


def _refused(why: str) -> ScimError:
    return ScimError(400, f"the filter {why}; nothing was read", scim_type="invalidFilter")
