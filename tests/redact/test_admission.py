"""The second lock: what the server lets in, by the same policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy
from reticent_contract.redact import Admission
from reticent_contract.redact.tokens import embedded
from reticent_contract.rows import Scalar

TOKEN = bytes(range(16))
RULES = {
    "version": "keep",
    "path": {"generalise": {"to": "directory"}},
    "count": "keep",
    "flag": "keep",
    "seen_at": {"generalise": {"to": "hour"}},
    "serial": {"mask": {"keep_last": 4}},
    "user_name": "pseudonymise",
    "host_name": {"generalise": {"to": "domain"}},
    "address": "ip_prefix",
    "addresses": {"ip_prefix": {"v4": 16}},
    "tags": {"truncate": {"characters": 3}},
    "mac": "count_only",
    "message": {"scan": {"user": "pseudonymise"}},
}
GROUPS = {"person": ["lab.user_name", "scan:user"]}


@pytest.fixture(scope="module")
def admission(policy_of: Callable[..., Policy], catalog: Catalog) -> Admission:
    return Admission(policy_of(RULES, groups=GROUPS), catalog)


@pytest.mark.parametrize(
    ("field", "encoding", "domain", "epoch"),
    [
        ("version", "text", None, None),
        ("count", "integer", None, None),
        ("seen_at", "integer", None, None),
        ("flag", "boolean", None, None),
        ("addresses", "texts", None, None),
        ("user_name", "pseudonym", "person", 3),
    ],
)
def test_a_column_that_the_policy_makes_is_admitted(
    admission: Admission, field: str, encoding: str, domain: str | None, epoch: int | None
) -> None:
    assert (
        admission.column_problem(
            "lab", "snapshot", field, encoding=encoding, domain=domain, epoch=epoch
        )
        is None
    )


@pytest.mark.parametrize(
    ("table", "event", "field", "encoding", "domain", "epoch"),
    [
        ("nowhere", "snapshot", "version", "text", None, None),
        ("lab", "exploded", "version", "text", None, None),
        ("lab", "snapshot", "nothing", "text", None, None),
        ("lab", "snapshot", "share", "real", None, None),
        ("lab", "snapshot", "mac", "text", None, None),
        ("lab", "snapshot", "password", "text", None, None),
        ("lab", "snapshot", "count", "text", None, None),
        ("lab", "snapshot", "version", "pseudonym", "lab.version", 3),
        ("lab", "snapshot", "user_name", "text", None, None),
        ("lab", "snapshot", "user_name", "pseudonym", "lab.user_name", 3),
        ("lab", "snapshot", "user_name", "pseudonym", "person", 2),
        ("lab", "snapshot", "user_name", "pseudonyms", "person", 3),
    ],
)
def test_a_column_that_the_policy_cannot_make_is_refused(
    admission: Admission,
    table: str,
    event: str,
    field: str,
    encoding: str,
    domain: str | None,
    epoch: int | None,
) -> None:
    problem = admission.column_problem(
        table, event, field, encoding=encoding, domain=domain, epoch=epoch
    )
    assert problem is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "22.04"),
        ("path", "/usr/lib"),
        ("path", "/home/<user>/a"),
        ("seen_at", 3_600_000_000),
        ("serial", "****9Z1K"),
        ("serial", "****"),
        ("host_name", "corp.example"),
        ("address", "192.0.2.0/24"),
        ("address", "2001:db8:5::/48"),
        ("addresses", "192.0.0.0/16"),
        ("tags", "abc"),
        ("message", "for user " + embedded("person", 3, TOKEN)),
        ("message", "password=<secret> at <email>"),
    ],
)
def test_a_value_that_its_action_makes_is_admitted(
    admission: Admission, field: str, value: Scalar
) -> None:
    assert admission.value_problem("lab", field, value) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", "x" * 65),
        ("version", 3),
        ("count", "3"),
        ("count", True),
        ("count", 2**63),
        ("flag", 1),
        ("path", "/home/alice/a"),
        ("seen_at", 3_600_000_001),
        ("serial", "PF3X9Z1K"),
        ("serial", "****F3X9Z1K"),
        ("host_name", "laptop"),
        ("address", "192.0.2.7"),
        ("address", "192.0.2.7/24"),
        ("address", "192.0.2.7/32"),
        ("address", "192.0.0.0/16"),
        ("addresses", "192.0.2.0/24"),
        ("tags", "abcd"),
        ("message", "password=hunter2"),
        ("message", "-----BEGIN PRIVATE KEY-----"),
        ("message", "x" * 4_097),
        ("message", 5),
        ("message", embedded("person", 2, TOKEN)),
        ("message", embedded("lab.elsewhere", 3, TOKEN)),
        ("version", "pn:person:3:AAECAwQFBgcICQoLDA0ODw"),
        ("version", "x " + embedded("person", 3, TOKEN)),
        ("message", "pn:person:3:AAECAwQFBgcICQoLDA0ODw"),
        ("user_name", "alice"),
        ("mac", "00:11:22:33:44:55"),
        ("share", 0.5),
        ("nothing", "x"),
    ],
)
def test_a_value_that_its_action_cannot_have_made_is_refused_without_repeating_it(
    admission: Admission, field: str, value: Scalar
) -> None:
    problem = admission.value_problem("lab", field, value)
    assert problem is not None
    assert not isinstance(value, str) or value not in problem or len(value) < 4


def test_not_a_number_is_refused(policy_of: Callable[..., Policy], catalog: Catalog) -> None:
    admission = Admission(policy_of({"share": "keep"}), catalog)
    assert admission.value_problem("lab", "share", 0.5) is None
    assert admission.value_problem("lab", "share", float("nan")) is not None
    assert admission.value_problem("lab", "share", float("inf")) is not None
