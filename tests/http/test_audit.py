"""The audit trail over the API and in the console."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from reticent_server.audit.export_file import verify_files
from support.console_app import Site


def cut_off(site: Site, number: int) -> None:
    db = sqlite3.connect(site.services.config.data_dir / "control.db", isolation_level=None)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    db.execute("DELETE FROM audit_entry WHERE number > ?", (number,))
    for _, sql in triggers:
        db.execute(sql)
    db.close()


async def test_an_export_is_streamed_signed_and_verified_by_the_key_of_the_api(
    site: Site, tmp_path: Path
) -> None:
    for number in range(300):  # more than one block of lines
        site.services.audit.record(actor="test", action="count", object=str(number))
    async with site.bearer("admin:audit") as client:
        key = (await client.get("/api/v1/audit/key")).json()
        for form, media in (("jsonl", "application/jsonl"), ("csv", "text/csv; charset=utf-8")):
            answer = await client.get("/api/v1/audit/export", params={"format": form})
            assert answer.headers["content-type"] == media
            assert f"reticent-audit.{form}" in answer.headers["content-disposition"]
            path = tmp_path / f"audit.{form}"
            path.write_text(answer.text, newline="")
            verdict, _ = verify_files([path], public_key=bytes.fromhex(key["public_key"]))
            assert verdict.whole
            assert verdict.rows == site.services.audit.head()[0]
        refused = await client.get("/api/v1/audit/export", params={"actor": "ada"})
    assert refused.status_code == 422
    assert "nothing was exported" in refused.json()["detail"]


async def test_entries_are_filtered_and_a_filter_that_is_none_is_refused(site: Site) -> None:
    site.services.audit.record(actor="bo", action="device.view", object="device 7")
    async with site.bearer("admin:audit") as client:

        async def found(**parameters: str) -> list[str]:
            answer = await client.get("/api/v1/audit", params=parameters)
            assert answer.status_code == 200, answer.text
            return [entry["actor"] for entry in answer.json()["entries"]]

        assert await found(actor="bo", action="device", object="7", outcome="done") == ["bo"]
        assert await found(actor="bo", until="2026-11-21") == []
        assert await found(actor="bo", since="", until="") == ["bo"]  # as a form sends it
        for wrong in ({"since": "soon"}, {"outcome": "good"}, {"actor": "x" * 129}):
            answer = await client.get("/api/v1/audit", params=wrong)
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["at"].endswith(next(iter(wrong)))


async def test_a_tail_that_was_cut_off_shows_everywhere_until_it_is_accepted(site: Site) -> None:
    for number in range(5):
        site.services.audit.record(actor="test", action="count", object=str(number))
    site.services.audit_watch.turn()
    cut_off(site, 3)
    client = await site.logged_on()
    check = (await client.get("/api/v1/audit/check")).json()
    assert (check["whole"], check["broken"]) == (False, 1)
    assert check["problems"][0]["kind"] == "altered"  # row 5 is another one by now
    assert (await client.get("/readyz")).json()["notices"] == ["audit"]
    page = (await client.get("/audit")).text
    assert ">broken</span>" in page
    assert "they were rewritten" in page
    body = {"digest": check["digest"], "reason": "restored the backup"}
    answer = await client.post("/api/v1/audit/accept", json=body)
    assert (answer.json()["whole"], answer.json()["accepted"]) == (True, 1)
    assert (await client.get("/readyz")).json() == {"status": "ready", "parts": [], "notices": []}
    page = (await client.get("/audit")).text
    assert ">whole</span>" in page
    assert "1 problem accepted" in page


async def test_the_page_filters_by_links_and_shows_where_each_row_stands(site: Site) -> None:
    for number in range(120):
        site.services.audit.record(actor="bo", action="count", object=str(number))
    site.services.audit_watch.turn(all_rows=True)
    client = await site.logged_on()
    page = (await client.get("/audit", params={"actor": "bo"})).text
    assert page.count(">signed</span>") == 100
    older = re.search(r'href="(/audit\?actor=bo&amp;cursor=[^"]+)"', page)
    assert older is not None
    second = (await client.get(older[1].replace("&amp;", "&"))).text
    assert second.count(">signed</span>") == 20
    assert 'value="bo"' in second
    recent = (await client.get("/audit")).text
    assert ">waiting</span>" in recent  # the log-in, and these looks
    assert (await client.get("/audit", params={"since": "soon"})).status_code == 422
