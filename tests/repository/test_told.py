"""The search for what somebody typed in a server's log finds it however it is written there."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
from support.told import told_of, typed_in

TYPED = 'Zoë "canary" <4711>/x & y'
WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in upper case": str.upper,
    "in JSON": json.dumps,
    "in JSON, in its own letters": lambda text: json.dumps(text, ensure_ascii=False),
    "in JSON within JSON": lambda text: json.dumps({"body": json.dumps({"reason": text})}),
    "in JSON with escaped slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "in an address": quote,
    "in an address, whole": lambda text: quote(text, safe=""),
    "in a query": quote_plus,
    "in HTML": html.escape,
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_what_was_typed_is_found_however_it_is_written(written: Callable[[str], str]) -> None:
    log = f'{{"event":"request"}}\n{{"text": {written(TYPED)} }}\n'
    assert told_of({TYPED, "another word"}, log) == [TYPED]


def test_what_was_typed_is_read_from_queries_forms_and_json() -> None:
    value = f"{TYPED}\r\nsecond line\r\nno"
    for url, body in (
        (f"https://localhost/events?{urlencode({'range': 'all', 'q': value})}", None),
        ("https://localhost/people", urlencode({"person": value})),
        ("https://localhost/api/v1/people", json.dumps({"persons": [{"name": value, "n": 1}]})),
    ):
        assert typed_in(url, body) >= {TYPED, "second line"}
    assert typed_in("https://localhost/events", None) == set()
