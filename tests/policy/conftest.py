"""The default policy's document, to be bent by tests, and a signing key."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.catalog import CATALOG
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import Policy, default_policy_yaml, parse
from reticent_contract.reading import At
from reticent_server.policies.yaml_source import load_yaml
from support.policy_schema import VALIDATOR

KEY_SEED = bytes(range(32))


@pytest.fixture(scope="session")
def default_document() -> dict[str, object]:
    return load_yaml(default_policy_yaml())


@pytest.fixture
def document(default_document: dict[str, object]) -> dict[str, object]:
    """The default policy as plain data, to be changed at will."""
    return copy.deepcopy(default_document)


@pytest.fixture(autouse=True)
def every_policy_that_is_read_fits_the_schema(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test of this folder has the parser accept the JSON Schema accepts."""
    accepted: dict[bytes, dict[str, object]] = {}
    read = parse._read

    def reading(at: At, raw: dict[str, object], catalog: Catalog, sha256: bytes) -> Policy | None:
        policy = read(at, raw, catalog, sha256)
        if policy is not None and not at.problems and catalog is CATALOG:
            accepted[sha256] = copy.deepcopy(raw)
        return policy

    monkeypatch.setattr(parse, "_read", reading)
    yield
    for sha256, document in accepted.items():
        if sha256 not in _FITTING:
            assert [error.message for error in VALIDATOR.iter_errors(document)] == []
            _FITTING.add(sha256)


_FITTING: set[bytes] = set()


@pytest.fixture(scope="session")
def private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(KEY_SEED)


@pytest.fixture(scope="session")
def public_key(private_key: Ed25519PrivateKey) -> bytes:
    return private_key.public_key().public_bytes_raw()


@pytest.fixture
def put() -> Callable[[dict[str, object], str, object], None]:
    """Set a place of a document, given as `a/b/c`."""

    def put_at(target: dict[str, object], path: str, value: object) -> None:
        *steps, last = path.split("/")
        place: object = target
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index]
        place[int(last) if isinstance(place, list) else last] = value  # type: ignore[index]

    return put_at
