"""Searching over the API: pages, errors, and what the audit trail keeps of a search."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from reticent_server.http.threads import BoundedThreads
from reticent_server.store.events.model import RECEIPT_TABLE
from support.console_app import NOW_S, Site
from support.console_data import device_id


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """`since:7d` counts from the made-up rows' clock."""
    monkeypatch.setattr("time.time_ns", lambda: int(NOW_S * 1e9))


async def test_a_search_gives_events_newest_first(fleet: Site) -> None:
    async with fleet.bearer("read:events") as client:
        answer = await client.get("/api/v1/events", params={"q": "kind:session.failed_logon"})
    events = answer.json()["events"]
    assert len(events) == 5
    assert {event["kind"] for event in events} == {"session.failed_logon"}
    assert events[0]["fields"]["remote"] is True
    assert events[0]["ts"].endswith("Z")


async def test_pages_cover_everything_once(fleet: Site) -> None:
    seen: list[str] = []
    cursor: str | None = None
    async with fleet.bearer("read:events") as client:
        while True:
            parameters = {"q": "table:session", "limit": "30"} | (
                {"cursor": cursor} if cursor else {}
            )
            page = (await client.get("/api/v1/events", params=parameters)).json()
            seen += [event["id"] for event in page["events"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
    wanted = {row.id for row in fleet.events.rows if row.table == "session"}
    assert len(seen) == len(set(seen))
    assert set(seen) == wanted


@pytest.mark.parametrize(
    ("parameters", "status", "name"),
    [
        ({"q": "kind:session.nope"}, 400, "bad-query"),
        ({"q": "("}, 400, "bad-query"),
        ({"q": "a" * 2_001}, 422, "invalid-request"),
        ({"q": "*", "limit": "1001"}, 422, "invalid-request"),
        ({"q": "*", "cursor": "AAAA"}, 400, "bad-cursor"),
        ({"q": "*", "cursor": "💣"}, 400, "bad-cursor"),
        ({"q": "*", "cursor": "a" * 5_000}, 422, "invalid-request"),
        ({"q": "message:x\x00y"}, 200, ""),
    ],
)
async def test_bad_searches_are_refused_by_name(
    fleet: Site, parameters: dict[str, str], status: int, name: str
) -> None:
    async with fleet.bearer("read:events") as client:
        answer = await client.get("/api/v1/events", params=parameters)
    assert answer.status_code == status
    assert answer.json().get("type", "").removeprefix("urn:reticent:problem:") == name


async def test_a_query_error_names_the_column_and_does_not_repeat_the_query(fleet: Site) -> None:
    async with fleet.bearer("read:events") as client:
        answer = await client.get("/api/v1/events", params={"q": "alice kind:session.nope"})
    body = answer.json()
    assert body["column"] == 20
    assert "alice" not in body["detail"]
    assert fleet.events.searches == 0


@pytest.mark.parametrize(
    "q",
    [
        'user_name:"x\' OR 1=1 --"',
        'user_name:"x); DROP TABLE events; --"',
        'message:"{limit:UInt8}"',
        '"\\\\"',
        'user_name:"\' UNION ALL SELECT 1"',
    ],
)
async def test_an_injection_is_a_value_like_any_other(fleet: Site, q: str) -> None:
    async with fleet.bearer("read:events") as client:
        answer = await client.get("/api/v1/events", params={"q": q})
    assert answer.status_code == 200
    assert answer.json()["events"] == []


async def test_the_audit_trail_has_a_searchs_shape_and_never_its_values(fleet: Site) -> None:
    q = f'kind:session.logon user_name:alice since:7d "bob" device:{device_id(0)}'
    async with fleet.bearer("read:events") as client:
        await client.get("/api/v1/events", params={"q": q})
    searches = [what for _, action, what, _ in fleet.audit() if action == "events.search"]
    assert searches == ["device event:logon since table:session text user_name"]
    assert not any("alice" in str(entry) or "bob" in str(entry) for entry in fleet.audit())


async def test_events_are_counted_by_what_every_one_has(fleet: Site) -> None:
    async with fleet.bearer("read:events") as client:
        answers = {
            by: (await client.get("/api/v1/events/counts", params={"by": by})).json()["counts"]
            for by in ("kind", "device")
        }
    rows = [row for row in fleet.events.rows if row.table != RECEIPT_TABLE]
    kinds = Counter(row.kind for row in rows)
    devices = Counter(str(uuid.UUID(bytes=row.device_id)) for row in rows)
    assert {each["value"]: each["rows"] for each in answers["kind"]} == kinds
    assert {each["value"]: each["rows"] for each in answers["device"]} == devices


async def test_events_are_counted_by_the_place_of_their_delivery(fleet: Site) -> None:
    async with fleet.bearer("read:events") as client:
        listed = await client.get("/api/v1/events", params={"q": "delivered_from_country:DE"})
        answer = await client.get(
            "/api/v1/events/counts",
            params={"q": "kind:session.failed_logon", "by": "delivered_from_country"},
        )
        bad = await client.get("/api/v1/events/counts", params={"by": "latitude"})
        unknown = await client.get("/api/v1/events/counts", params={"by": "delivered_country"})
    assert {e["delivered_from"]["country"] for e in listed.json()["events"]} == {"DE"}
    assert listed.json()["events"][0]["delivered_from"]["network_number"] == 64_500
    wanted = Counter(
        row.delivered_from["delivered_from_country"]
        for row in fleet.events.rows
        if row.kind == "session.failed_logon"
    )
    body = answer.json()
    assert body["by"] == "delivered_from_country"
    assert {one["value"]: one["rows"] for one in body["counts"]} == wanted
    assert len(wanted) == 2
    assert (bad.status_code, unknown.status_code) == (400, 400)
    assert "delivered_from_country" in unknown.json()["detail"]
    searches = [what for _, action, what, _ in fleet.audit() if action == "events.search"]
    assert searches == [
        "delivered_from_country",
        "event:failed_logon table:session by delivered_from_country",
    ]


async def test_the_histogram_counts_by_hour_and_kind(fleet: Site) -> None:
    async with fleet.bearer("read:events") as client:
        answer = await client.get(
            "/api/v1/events/histogram",
            params={"until": int(NOW_S), "hours": 3, "device_id": str(device_id(0))},
        )
    body = answer.json()
    kinds = {hour["kind"]: hour["rows"] for hour in body["hours"]}
    assert kinds["session.failed_logon"] == 1
    assert kinds["agent_health.collector_timeout"] == 1
    assert body["until"] == "2026-11-22T06:32:05Z"


async def test_when_too_many_wait_for_the_store_one_is_told_to_come_back(fleet: Site) -> None:
    fleet.app.state.store_threads = BoundedThreads(at_once=1, waiting_max=0)
    async with fleet.bearer("read:events") as client:
        answer = await client.get("/api/v1/events")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
