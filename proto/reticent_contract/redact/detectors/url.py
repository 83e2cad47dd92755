"""What URLs carry: the values of their query, and the user before their host.

A password before the host and tokens in the query are `secret`'s; it is the more protective one.
"""

from __future__ import annotations

from collections.abc import Iterable

from reticent_contract.catalog.model import Form
from reticent_contract.redact.detectors.configured import stands_for_one
from reticent_contract.redact.detectors.model import Detector, Finder, Found, Pattern
from reticent_contract.redact.detectors.person import named

# With a scheme, or in the request line of an access log.
_BEGINNING = r"(?:[A-Za-z][A-Za-z0-9+.\-]*://|\b(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS) /)"
# And without either, where a key and a sign stand behind the path: with url: /in?id=44120
_RELATIVE = r"(?:^|[\s\"'(=>])(?:[A-Za-z0-9\-]+\.[A-Za-z0-9.\-]+)?/"
_QUERY = (
    rf"{_BEGINNING}[^\s\"'<>?]*\?[^\s\"'<>#\\]+|"
    rf"{_RELATIVE}[^\s\"'<>?]*\?[A-Za-z_][A-Za-z0-9_.\[\]\-]*=[^\s\"'<>#\\]+"
)
_QUERY_FIND = Pattern(_QUERY, holds=(b"?",))
_QUERY_GATE = r"\?[^\s\"'<>#\\]"
_USER = r"://[^/\s:@\"'<>?#]+(?::[^/\s@\"'<>]*)?@"
_USER_GATE = r"://[^/\s:@\"'<>?#]+[:@]"
_USER_FIND = Pattern(_USER, holds=(b"://",))
_TRIM = b".,;:!)]}"
# What says something about the request and nothing about a person.
_PLAIN = frozenset((b"true", b"false", b"yes", b"no", b"on", b"off", b"null", b"none"))


def _find_query(text: bytes) -> Iterable[Found]:
    for start, end in _QUERY_FIND.spans(text):
        position = text.index(b"?", start, end) + 1
        last = end - (len(text[position:end]) - len(text[position:end].rstrip(_TRIM)))
        for pair in text[position:last].replace(b";", b"&").split(b"&"):
            _, equals, value = pair.partition(b"=")
            if not equals:
                value = pair
            if len(value) > 1 and value.lower() not in _PLAIN and not stands_for_one(value):
                begin = position + len(pair) - len(value)
                yield begin, begin + len(value), value
            position += len(pair) + 1


def _find_user(text: bytes) -> Iterable[Found]:
    for start, end in _USER_FIND.spans(text):
        name = text[start + 3 : end - 1].partition(b":")[0]
        found = named(start + 3, name)
        if found is not None:
            yield found


URL = Detector(
    name="url",
    sentence="The values in the query of a URL, of two characters or more; not true, false, yes, "
    "no, on, off, null and none.",
    form=Form.TEXT,
    finders=(Finder(_QUERY_GATE, _find_query, "A", needs=_QUERY_FIND, reads=(0, 0)),),
)
USER_IN_URL = Finder(_USER_GATE, _find_user, "A", needs=_USER_FIND, reads=(0, 0))
