"""A small catalog with every type, class and form, and plans over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from reticent_contract.catalog.model import (
    Catalog,
    Field,
    FieldClass,
    Form,
    Item,
    Kind,
    Source,
    Table,
    Type,
)
from reticent_contract.policy import Policy, parse_policy
from reticent_contract.redact import KeyRing, OwnIdentifiers, Plan, compile_plan
from reticent_contract.rows import Row

NOWHERE = Source(linux="made up", windows="made up", macos="made up")


def _field(name: str, type_: Type, class_: FieldClass, form: Form, bytes_max: int) -> Field:
    return Field(
        name=name,
        type=type_,
        sentence="Made up.",
        field_class=class_,
        item=Item.OS,
        source=NOWHERE,
        form=form,
        bytes_max=bytes_max,
    )


def _table(name: str, kind: Kind, *fields: Field, events: tuple[str, ...]) -> Table:
    return Table(name=name, kind=kind, sentence="Made up.", fields=fields, events=events)


T, D, Q, C = FieldClass.TECHNICAL, FieldClass.DIRECT_ID, FieldClass.QUASI_ID, FieldClass.CONTENT
LAB = _table(
    "lab",
    Kind.STATE,
    _field("version", Type.TEXT, T, Form.TEXT, 64),
    _field("path", Type.TEXT, T, Form.TEXT, 256),
    _field("count", Type.INTEGER, T, Form.TEXT, 1_024),
    _field("share", Type.REAL, T, Form.TEXT, 1_024),
    _field("flag", Type.BOOLEAN, T, Form.TEXT, 1_024),
    _field("seen_at", Type.TIMESTAMP, T, Form.TEXT, 1_024),
    _field("serial", Type.TEXT, D, Form.SERIAL, 64),
    _field("user_name", Type.TEXT, D, Form.USER, 64),
    _field("mac", Type.TEXT, D, Form.MAC, 64),
    _field("host_name", Type.TEXT, Q, Form.HOST, 256),
    _field("address", Type.TEXT, Q, Form.IP, 64),
    _field("addresses", Type.TEXTS, Q, Form.IP, 64),
    _field("tags", Type.TEXTS, C, Form.TEXT, 64),
    _field("message", Type.TEXT, C, Form.TEXT, 4_096),
    _field("password", Type.TEXT, FieldClass.CREDENTIAL, Form.TEXT, 64),
    events=("snapshot",),
)
VISIT = _table(
    "visit",
    Kind.EVENT,
    _field("user_name", Type.TEXT, D, Form.USER, 64),
    events=("logon", "failed_logon"),
)
LAB_CATALOG = Catalog(version=1, tables={"lab": LAB, "visit": VISIT})

Document = Callable[..., dict[str, object]]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return LAB_CATALOG


@pytest.fixture(scope="session")
def document() -> Document:
    """A policy document over the lab's catalog with these fields of table `lab`."""

    def make(
        fields: Mapping[str, object], *, groups: Mapping[str, object] | None = None, **more: object
    ) -> dict[str, object]:
        return {
            "language": 1,
            "version": 7,
            "purpose": "testing",
            "legal_basis": "none is needed",
            "pseudonyms": {"epoch": 3, "link_groups": dict(groups or {})},
            "tables": {
                "lab": {"retention": "while_enrolled", "fields": dict(fields)},
                "visit": {"retention_days": 5, "fields": {"user_name": "pseudonymise"}},
            },
            **more,
        }

    return make


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    return KeyRing({3: b"f" * 32}, b"d" * 32)


@pytest.fixture(scope="session")
def policy_of(document: Document) -> Callable[..., Policy]:
    def make(fields: Mapping[str, object], **more: object) -> Policy:
        return parse_policy(document(fields, **more), LAB_CATALOG)

    return make


@pytest.fixture(scope="session")
def plan_of(policy_of: Callable[..., Policy], keys: KeyRing) -> Callable[..., Plan]:
    """A plan; `own` are raw values of the lab's fields that the laptop has learned."""

    def make(
        fields: Mapping[str, object], *, own: Mapping[str, str] | None = None, **more: object
    ) -> Plan:
        known = OwnIdentifiers(LAB_CATALOG)
        if own:
            known.learn(Row("lab", "snapshot", 0, own))
        policy = policy_of(fields, **more)
        return compile_plan(policy, catalog=LAB_CATALOG, keys=keys, own=known)

    return make


@pytest.fixture(scope="session")
def redact_one(plan_of: Callable[..., Plan]) -> Callable[..., object]:
    """What one rule makes of one value of a field; None where nothing leaves."""

    def make(field: str, rule: object, value: object, **more: object) -> object:
        plan = plan_of({field: rule}, **more)
        redacted = plan.redact(Row("lab", "snapshot", 0, {field: value}))  # type: ignore[dict-item]
        return None if redacted is None else redacted.values.get(field)

    return make
