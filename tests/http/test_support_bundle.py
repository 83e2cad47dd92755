"""Support bundles in the console: the whole text first, a second person, then the sealed file."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.redact.sealed import seal_key_of, unseal
from reticent_server.approvals.request import Request, Subject
from reticent_server.approvals.service import ApprovalService
from reticent_server.auth import Role
from reticent_server.http.settings import CSRF_HEADER
from reticent_server.limits import BUNDLE_KEPT_S
from reticent_server.support import keeping
from support.console_app import Site
from support.strict_html import check

PRIVATE = X25519PrivateKey.generate()
KEY = seal_key_of(PRIVATE)


@dataclass
class Desk:
    """Somebody who made a bundle."""

    site: Site
    client: httpx.AsyncClient
    bundle: str

    @property
    def path(self) -> str:
        return f"/support/{self.bundle}"

    async def seal(self, key: str = str(KEY)) -> httpx.Response:
        form = {"csrf_token": self.client.headers[CSRF_HEADER], "reason": "case 4711"}
        return await self.client.post(f"{self.path}/seal", data={**form, "vendor_key": key})

    async def page(self) -> str:
        answer = await self.client.get(self.path)
        assert answer.status_code == 200, answer.text
        check(answer.text)
        return answer.text


@pytest.fixture
async def desk(fleet: Site) -> Desk:
    client = await fleet.logged_on("ada")
    check((await client.get("/support")).text)
    answer = await client.post("/support", data={"csrf_token": client.headers[CSRF_HEADER]})
    assert answer.status_code == 303, answer.text
    return Desk(fleet, client, answer.headers["location"].rpartition("/")[2])


async def test_a_bundle_says_of_each_part_of_the_server_how_it_is(desk: Desk) -> None:
    services = desk.site.services
    folder = keeping.folder_of(services.config.data_dir)
    parts = ("audit", "certificates", "control", "event store", "events", "retention", "start")
    well = dict.fromkeys(parts, "ok")
    assert json.loads(keeping.kept(folder, desk.bundle) or "")["doctor"] == well
    services.health.notice("retention", "about 8 rows of r.novak@example.com")
    services.health.broken("events", "the disk of r.novak@example.com is full")
    form = {"csrf_token": desk.client.headers[CSRF_HEADER]}
    made = (await desk.client.post("/support", data=form)).headers["location"]
    text = keeping.kept(folder, made.rpartition("/")[2]) or ""
    assert json.loads(text)["doctor"] == well | {"retention": "warn", "events": "bad"}
    assert "novak" not in text
    assert json.loads(text)["left_out"] == 0


async def test_a_bundle_shows_its_whole_text_and_is_sealed_once_a_second_person_agreed(
    desk: Desk,
) -> None:
    folder = keeping.folder_of(desk.site.services.config.data_dir)
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", await desk.page(), re.DOTALL)
    assert shown is not None
    text = keeping.kept(folder, desk.bundle)
    assert html.unescape(shown[1]) == text
    assert json.loads(text)["counts"]["server.runs"] == 1
    asked = await desk.seal()
    assert asked.status_code == 409
    assert [path.name for path in folder.iterdir()] == [f"{desk.bundle}.json"]
    second = await desk.site.logged_on("bo", Role.PRIVACY_OFFICER)
    (request,) = (await second.get("/api/v1/approvals")).json()["requests"]
    about = (await second.get(f"/api/v1/approvals/{request['request_id']}")).json()["about"]
    assert about == f"Sealed for the key {KEY}, all of this and nothing else:\n{text}"
    assert "waiting" in (await desk.page())
    await second.post(f"/api/v1/approvals/{request['request_id']}/approve", json={})
    other = await desk.seal(str(seal_key_of(X25519PrivateKey.generate())))
    assert other.status_code == 409  # agreed was to the vendor's key
    assert (await desk.seal()).status_code == 303
    file = await desk.client.get(f"{desk.path}/sealed/{KEY.key_id}")
    assert unseal(file.text.strip(), PRIVATE) == text
    assert file.headers["content-disposition"].startswith("attachment")
    assert (folder / f"{desk.bundle}-{KEY.key_id}.sealed").stat().st_mode & 0o777 == 0o600
    assert (await desk.seal()).status_code == 303  # sealed already: no other approval is used
    page = await desk.page()
    for action in ("support.make", "support.seal", "support.download", "approval.ask"):
        assert action in page
    told = [(who, what) for who, what, _, _ in desk.site.audit() if what.startswith("support.")]
    assert told.count(("ada", "support.seal")) == 1


async def test_a_disk_that_takes_no_file_uses_up_no_approval(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[object] = []

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "write_new", full)
    monkeypatch.setattr(ApprovalService, "use_or_ask", lambda *a, **_: used.append(a))
    answer = await desk.seal()
    assert (answer.status_code, "No space left on device" in answer.text) == (503, True)
    assert used == []


async def test_whoever_seals_the_same_at_once_takes_no_file_whose_approval_is_used(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = await desk.site.logged_on("bo", Role.PRIVACY_OFFICER)
    request = (await desk.seal()).json()["request_id"]
    assert (await second.post(f"/api/v1/approvals/{request}/approve", json={})).status_code == 200
    other = await desk.site.logged_on("cy")
    loop, use = asyncio.get_running_loop(), ApprovalService.use_or_ask
    between: list[int] = []

    def slowly(self: ApprovalService, subject: Subject, **more: Any) -> Request:
        used = use(self, subject, **more)
        if more["caller"].name == "ada":
            sealing = asyncio.run_coroutine_threadsafe(replace(desk, client=other).seal(), loop)
            between.append(sealing.result(timeout=20).status_code)
        return used

    monkeypatch.setattr(ApprovalService, "use_or_ask", slowly)
    assert (await desk.seal()).status_code == 303
    assert between == [409]  # nobody agreed to that one
    file = await desk.client.get(f"{desk.path}/sealed/{KEY.key_id}")
    folder = keeping.folder_of(desk.site.services.config.data_dir)
    assert unseal(file.text.strip(), PRIVATE) == keeping.kept(folder, desk.bundle)
    assert not list(folder.glob("*.part"))


async def test_what_is_no_bundle_or_was_changed_is_not_there(desk: Desk) -> None:
    folder = keeping.folder_of(desk.site.services.config.data_dir)
    (folder / "0123456789abcdef-0f.sealed").write_text("x")
    for path in (
        "x",
        "0" * 16,
        "..%2Fserver",
        f"{desk.bundle}/sealed/00",
        f"{desk.bundle}/sealed/x",
    ):
        assert (await desk.client.get(f"/support/{path}")).status_code == 404, path
    assert (await desk.seal("x25519:no")).status_code == 422
    file = folder / f"{desk.bundle}.json"
    file.write_text(file.read_text() + " ")
    assert (await desk.client.get(desk.path)).status_code == 404
    assert (await desk.seal()).status_code == 404


async def test_who_may_not_read_metrics_sees_no_bundle_and_who_may_not_audit_no_trail(
    desk: Desk,
) -> None:
    analyst = await desk.site.logged_on("eve", Role.ANALYST)
    for path in ("/support", desk.path, f"{desk.path}/sealed/0f"):
        assert (await analyst.get(path)).status_code == 403
    assert 'id="trail"' in await desk.page()
    async with desk.site.bearer("read:metrics") as program:
        page = (await program.get(desk.path)).text
        assert 'id="trail"' not in page


async def test_old_bundles_go_with_the_next_and_the_list_has_the_newest_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = keeping.folder_of(desk.site.services.config.data_dir)
    newer = keeping.keep(folder, "{}")
    assert {one.bundle for one in keeping.all_kept(folder)} == {desk.bundle, newer}
    late_s = keeping.all_kept(folder)[0].made_s + BUNDLE_KEPT_S + 1
    monkeypatch.setattr(time, "time", lambda: late_s)
    keeping.keep(folder, "[]")
    assert [one.bundle for one in keeping.all_kept(folder)] == [keeping.id_of("[]")]


async def test_a_file_that_has_just_gone_is_not_there_and_breaks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link to nothing: listed like a file that another process deletes before it is looked at."""
    folder = keeping.folder_of(desk.site.services.config.data_dir)
    gone = "0123456789abcdef"
    for name in (f"{gone}.json", f"{gone}-0f.sealed"):
        (folder / name).symlink_to(folder / "nothing")
    assert [one.bundle for one in keeping.all_kept(folder)] == [desk.bundle]
    assert (await desk.client.get("/support")).status_code == 200
    newer = keeping.keep(folder, "{}")
    assert keeping.kept(folder, newer) == "{}"
    (folder / f"{gone}-0f.sealed").unlink()
    (folder / f"{gone}-0f.sealed").write_text("x")
    read = Path.read_bytes

    def deleted_meanwhile(path: Path) -> bytes:
        path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", deleted_meanwhile)
    answer = await desk.client.get(f"/support/{gone}/sealed/0f")
    assert answer.status_code == 404
