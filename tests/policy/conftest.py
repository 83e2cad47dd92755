"""The default policy's document, to be bent by tests, and a signing key."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.policy import default_policy_yaml
from reticent_server.policies.yaml_source import load_yaml

KEY_SEED = bytes(range(32))


@pytest.fixture(scope="session")
def default_document() -> dict[str, object]:
    return load_yaml(default_policy_yaml())


@pytest.fixture
def document(default_document: dict[str, object]) -> dict[str, object]:
    """The default policy as plain data, to be changed at will."""
    return copy.deepcopy(default_document)


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
