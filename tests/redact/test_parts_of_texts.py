"""mask, truncate and generalise to domain, where a value is not what they are meant for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reticent_contract.catalog.model import Catalog
from reticent_contract.redact.actions import Generalise

RedactOne = Callable[..., object]

MASKED = (
    ("\u200b\u200b\u200b\u200babcd", "****"),
    ("\u3164\u3164\u3164\u3164abcd", "****"),
    ("abcd\u200b\u200b\u200b\u200b", "****"),
    ("a\u0301b\u0301c\u0301d\u0301", "****"),
    ("a    bcd", "****"),
    ("----abcd", "****"),
    ("0000abcd", "****"),
    ("0000-0000-abcd", "****"),
    ("\u0660\u0660\u0660\u0660abcd", "****"),
    ("00000000", "****"),
    ("00PF3X9Z1K", "****9Z1K"),
    ("PF3X0001", "****0001"),
    ("PF3X9Z1K\u200b\u200b", "****9Z1K"),
    ("x" * 60 + "PF3X9Z1K", "****"),  # beyond the bound of the field: its end is no value's end
    ("x " * 60 + "PF3X9Z1K", "****"),
)


@pytest.mark.parametrize("number", range(len(MASKED)))
def test_a_mask_counts_what_tells_something(number: int, redact_one: RedactOne) -> None:
    value, masked = MASKED[number]
    assert redact_one("serial", {"mask": {"keep_last": 4}}, value) == masked


@pytest.mark.parametrize(
    ("characters", "value", "left"),
    [
        (3, "a" * 3_000, "aaa"),
        (3, "ab " * 1_000, "ab "),
        (3, "pn:x:1:" * 500, "pn_"),
        (5, "<cut> and more " * 100, "<cut>"),
        (200, "a " * 100, "a " * 29 + "a<cut>"),
    ],
    ids=range(5),
)
def test_what_is_truncated_begins_as_the_value_does(
    characters: int, value: str, left: str, redact_one: RedactOne
) -> None:
    assert redact_one("version", {"truncate": {"characters": characters}}, value) == left


NO_HOSTS = (
    "http://a.b.c/x?alice",
    "https://alice.corp.example.com/",
    "alice@mail.example.com",
    "a.b.c/alice",
    "a.b.c?alice",
    "a.b.c:8080",
    "a.203.0.113.7",
    "a..b.c",
    "pc.alice's.lan",
)


@pytest.mark.parametrize("number", range(len(NO_HOSTS)))
def test_what_is_no_host_name_has_no_domain(number: int, redact_one: RedactOne) -> None:
    assert redact_one("host_name", {"generalise": {"to": "domain"}}, NO_HOSTS[number]) is None


def test_the_second_lock_takes_no_domain_that_is_none(catalog: Catalog) -> None:
    field = next(f for f in catalog.tables["lab"].fields if f.name == "host_name")
    assert Generalise("domain").admits(field, "corp.example.com") is None
    for value in ("b.c/x?alice", "203.0.113.7", "alice@example.com", "b.c:8080", "com"):
        assert Generalise("domain").admits(field, value) is not None


def test_a_host_name_has_one_however_it_is_spelled(redact_one: RedactOne) -> None:
    rule = {"generalise": {"to": "domain"}}
    assert redact_one("host_name", rule, "Alices-PC.Corp.Example.COM.") == "corp.example.com"
    assert redact_one("host_name", rule, "pc_1.b\u00fcro.example") == "xn--bro-hoa.example"
