"""Filters, paths and patches of whatever text: an answer or a refusal, in linear time."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reticent_server.scim import settings as bounds
from reticent_server.scim.attributes import checked, cleaned
from reticent_server.scim.errors import ScimError
from reticent_server.scim.filters import Term, parse_filter
from reticent_server.scim.patch import operations_of, patched

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=12,
)
PATHS = st.sampled_from(
    ["emails", 'emails[type eq "work"].value', "name.givenName", "active", "userName", "x[y].z"]
) | st.text(max_size=40)


@given(st.text(max_size=200) | st.from_regex(r'[a-z.]+ eq "[^"]*"( and [a-z]+ eq true)*'))
def test_a_filter_is_terms_or_a_refusal(text: str) -> None:
    try:
        terms = parse_filter(text)
    except ScimError:
        return
    else:
        assert 0 < len(terms) <= bounds.FILTER_TERMS_MAX
        assert all(isinstance(term, Term) for term in terms)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "userName",
        'userName co "a"',
        'userName eq "a" or id eq "b"',
        'userName eq "a" and',
        'not (userName eq "a")',
        'userName eq "a',
        "userName eq 7",
        'userName eq "\\x"',
        'userName eq "\\ud800"',
        'userName eq "\\u0000"',
        " and ".join(['id eq "a"'] * 9),
        'userName eq "' + "a" * 1_000 + '"',
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(ScimError):
        parse_filter(text)


@settings(max_examples=300)
@given(JSON, PATHS, st.sampled_from(["add", "Replace", "remove"]), JSON)
def test_a_patch_leaves_a_person_or_is_refused(
    document: Any, path: str, op: str, value: Any
) -> None:
    person = {"userName": "a", "active": True}
    if isinstance(document, dict):
        try:
            person = checked(cleaned({"userName": "a", **document}))
        except ScimError:
            return
    for operation in ({"op": op, "path": path, "value": value}, {"op": op, "value": {path: value}}):
        try:
            after = checked(patched(person, operations_of({"Operations": [operation]})))
        except ScimError:
            continue
        else:
            assert isinstance(after["active"], bool)
            assert isinstance(after["userName"], str)
            assert not {"id", "meta", "groups", "roles"} & set(after)


def test_long_texts_cost_linear_time() -> None:
    began = time.process_time()
    for text in ('"' * 1_000, "a " * 500, 'a eq "' + '\\"' * 480, "a.b" * 300):
        with pytest.raises(ScimError):
            parse_filter(text)
    for path in ("a[" * 100, 'emails[type eq "' + "\\" * 200, "a." * 120):
        with suppress(ScimError):
            patched({}, operations_of({"Operations": [{"op": "add", "path": path, "value": 1}]}))
    assert time.process_time() - began < 0.5
