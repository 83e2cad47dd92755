"""Whoever accepts a broken trail accepts the verdict that they looked at, and nothing since."""

from __future__ import annotations

import pytest
from reticent_server.audit.watch import AuditState
from reticent_server.errors import ConflictError
from support.console_app import Site
from support.trails import Trail

ALTERED = "UPDATE audit_entry SET actor = 'eve' WHERE number = 3"


def by_hand(trail: Trail, *statements: str) -> None:
    with trail.by_hand() as db:
        for statement in statements:
            db.execute(statement)


def accepts(trail: Trail, digest: str) -> AuditState:
    return trail.watch.accept(digest=digest, actor="ada", reason="restored", source_address="::1")


@pytest.mark.parametrize(
    "since",
    [
        "UPDATE audit_entry SET actor = 'mallory' WHERE number = 3",  # what was broken already
        "UPDATE audit_entry SET reason = 'x' WHERE number = 7",
        "DELETE FROM audit_entry WHERE number = 7",
        "DELETE FROM audit_entry WHERE number > 9",
        "UPDATE audit_entry SET actor = 'mallory' WHERE number = 17",  # newer than what was seen
        "DELETE FROM audit_entry WHERE number > 15",
    ],
)
def test_what_was_changed_since_is_not_accepted(fifteen: Trail, since: str) -> None:
    by_hand(fifteen, ALTERED)
    seen = fifteen.digest()
    fifteen.fill(3)
    by_hand(fifteen, since)
    before = fifteen.verify().broken
    with pytest.raises(ConflictError, match="nothing was accepted"):
        accepts(fifteen, seen)
    assert fifteen.verify().broken == before > 0
    assert "audit.accept" not in {e.action for e in fifteen.audit.page().entries}
    assert accepts(fifteen, fifteen.digest()).verdict is not None  # now it was looked at


def test_rows_that_were_added_since_change_nothing(fifteen: Trail) -> None:
    by_hand(fifteen, ALTERED, "DELETE FROM audit_entry WHERE number > 11")
    seen = fifteen.digest()
    fifteen.fill(8, every=2)  # beyond row 15: the checkpoint there is contradicted otherwise now
    state = accepts(fifteen, seen)
    assert state.verdict is not None
    assert state.verdict.whole


@pytest.mark.parametrize("digest", ["", "15", "15-", "15-" + "0" * 64, "9" * 18 + "-" + "0" * 64])
def test_a_digest_of_no_verdict_is_refused(fifteen: Trail, digest: str) -> None:
    by_hand(fifteen, ALTERED)
    with pytest.raises(ConflictError):
        accepts(fifteen, digest)


async def test_no_api_token_accepts_and_an_old_verdict_is_refused(site: Site) -> None:
    async with site.bearer("admin:audit") as program:
        seen = (await program.get("/api/v1/audit/check")).json()["digest"]
        body = {"digest": seen, "reason": "restored"}
        refused = await program.post("/api/v1/audit/accept", json=body)
        assert refused.status_code == 403
        assert refused.json()["type"].endswith("not-by-token")
    client = await site.logged_on()
    other = {"digest": seen.replace(seen[-1], "1" if seen[-1] == "0" else "0"), "reason": "x"}
    answer = await client.post("/api/v1/audit/accept", json=other)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("trail-changed")
    assert (await client.post("/api/v1/audit/accept", json=body)).status_code == 200
    done = [(who, how) for who, action, _, how in site.audit() if action == "audit.accept"]
    assert done == [("ada", "done")]
