"""What a replacement leaves is looked at once more for secrets, as the server will."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.redact.detectors import secret_in
from reticent_contract.redact.search import Search
from reticent_contract.redact.tokens import without_tokens
from reticent_contract.rows import Row


def _asked_of_left(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The texts left by replacements whose gates are asked from now on."""
    asked: list[bytes] = []
    sound = Search.gates_of_secrets

    def listened(search: Search, text: bytes) -> list[int]:
        asked.append(text)
        return sound(search, text)

    monkeypatch.setattr(Search, "gates_of_secrets", listened)
    return asked


def test_what_is_left_is_asked_once_a_shape_as_the_server_will_read_it(
    plan_of: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _asked_of_left(monkeypatch)
    scan = {"scan": {"user": "pseudonymise", "ipv4": "pseudonymise", "email": "replace"}}
    plan = plan_of({"message": scan})
    for number in (1, 2, 3):
        line = f"failure; rhost=10.1.2.{number} user=jane.roe mail ann@example.org"
        row = plan.redact(Row("lab", "snapshot", 0, {"message": line}))
        assert row is not None
        left = str(row.values["message"])
        assert left.count("<pn:") == 2
        assert asked == [without_tokens(left.encode())]


def test_a_network_in_the_place_of_an_address_is_asked_once_a_shape(
    plan_of: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _asked_of_left(monkeypatch)
    plan = plan_of({"message": {"scan": {"ipv4": {"ip_prefix": {"v4": 24}}}}})
    left = []
    for number in range(200, 210):
        row = plan.redact(Row("lab", "snapshot", 0, {"message": f"peer 198.51.{number}.7 is up"}))
        assert row is not None
        left.append(str(row.values["message"]))
    assert len(set(left)) == 10
    assert len(asked) == 1


def test_what_a_cut_lays_bare_is_looked_for_too() -> None:
    """Behind the cut stood what told that `token:` is no secret."""
    document = {
        "language": 1,
        "version": 1,
        "purpose": "testing",
        "legal_basis": "none is needed",
        "pseudonyms": {"epoch": 1, "link_groups": {}},
        "tables": {
            "usb": {
                "retention": "while_enrolled",
                "fields": {"vendor_id": "scan", "product_id": "keep"},
            }
        },
    }
    policy = parse_policy(document, CATALOG)
    keys = KeyRing({1: b"k" * 32}, b"d" * 32)
    plan = compile_plan(policy, catalog=CATALOG, keys=keys, own=OwnIdentifiers(CATALOG))
    text = "n{{{ore.token: token: token: p"
    assert len(text) <= 32 < len(text.replace(" p", " <secret>"))
    row = plan.redact(Row("usb", "changed", 0, {"vendor_id": text, "product_id": "1"}))
    assert row is not None
    assert row.values.get("vendor_id") is None
    row = plan.redact(Row("usb", "changed", 0, {"vendor_id": "token: p"}))
    assert row is not None
    assert not secret_in(str(row.values["vendor_id"]))
