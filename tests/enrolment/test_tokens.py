"""Making enrolment tokens, and the rate limit in front of their use."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_contract import enrolment_token
from reticent_contract.enrolment_token import TokenError
from reticent_server.enrolment.rate import RateLimit
from reticent_server.enrolment.tokens import EnrolmentTokens
from reticent_server.errors import NotFoundError, ServerError
from reticent_server.keys import load_keys
from reticent_server.store.control import ControlStore, open_control


@pytest.fixture
def control(data_dir: Path) -> Iterator[ControlStore]:
    store = open_control(data_dir / "control.db")
    yield store
    store.close()


@pytest.fixture
def tokens(control: ControlStore, data_dir: Path) -> EnrolmentTokens:
    ca = load_keys(data_dir, clock=time.time).ca
    return EnrolmentTokens(control, ca_certificate_der=lambda: ca.anchor_der, clock=lambda: 1_000.0)


def make(tokens: EnrolmentTokens, **changes: object) -> str:
    asked = {"group": "default", "uses": 1, "expires_s": 2_000, "address": "localhost:7442"}
    return tokens.create_token(**(asked | changes))  # type: ignore[arg-type]


def test_a_token_says_where_and_whom_to_trust(tokens: EnrolmentTokens) -> None:
    made = enrolment_token.decode(make(tokens, uses=5, group="lab"))
    assert (made.address, made.uses, made.group, made.expires_s) == (
        "localhost:7442",
        5,
        "lab",
        2_000,
    )
    assert len(made.secret) == 43
    (view,) = tokens.list()
    assert (view.uses_max, view.used, view.usable(1_999), view.usable(2_000)) == (5, 0, True, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"uses": 0},
        {"uses": 1_000_000},
        {"expires_s": 1_000},
        {"expires_s": 3_600_000_000},
        {"group": ""},
        {"group": "a\nb"},
    ],
)
def test_a_token_out_of_bounds_is_not_made(
    tokens: EnrolmentTokens, changes: dict[str, object]
) -> None:
    with pytest.raises(ServerError, match=r"was made|made;"):
        make(tokens, **changes)
    assert tokens.list() == []


def test_an_address_that_is_none_makes_no_token(tokens: EnrolmentTokens) -> None:
    with pytest.raises(TokenError):
        make(tokens, address="nowhere")
    assert tokens.list() == []


def test_a_revoked_token_stays_revoked(tokens: EnrolmentTokens) -> None:
    make(tokens)
    (view,) = tokens.list()
    assert tokens.revoke(view.token_id).revoked_s == 1_000
    assert not tokens.list()[0].usable(1_001)
    with pytest.raises(NotFoundError):
        tokens.revoke(uuid.uuid4())


def test_an_address_may_burst_and_then_waits() -> None:
    now = [0.0]
    limit = RateLimit(at_once=2, per_s=0.5, addresses_max=10, monotonic=lambda: now[0])
    assert [limit.take("a"), limit.take("a"), limit.take("a")] == [True, True, False]
    assert limit.take("b")
    now[0] += 2
    assert limit.allows("a")
    assert [limit.take("a"), limit.take("a")] == [True, False]


def test_the_limit_forgets_the_address_that_was_silent_longest() -> None:
    limit = RateLimit(at_once=1, per_s=0, addresses_max=2, monotonic=lambda: 0.0)
    for address in ("a", "b", "c"):
        assert limit.take(address)
    assert not limit.allows("c")
    assert limit.allows("a")
