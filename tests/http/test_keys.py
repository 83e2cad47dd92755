"""The keys' routes: epochs are listed, rotated and destroyed; no key is ever in an answer."""

from __future__ import annotations

from pathlib import Path

from reticent_server.auth import Role
from reticent_server.epochs.files import EpochFiles
from support.console_app import Site


def _files(site: Site) -> EpochFiles:
    return EpochFiles(site.services.config.data_dir)


async def test_an_epoch_is_made_and_destroyed(site: Site) -> None:
    async with site.bearer("admin:*", "read:policies", "read:keys") as client:
        made = await client.post("/api/v1/keys/rotate")
        assert (made.status_code, made.json()) == (201, {"epoch": 2})
        listed = await client.get("/api/v1/keys")
        epochs = listed.json()["epochs"]
        assert [(e["epoch"], e["groups"]) for e in epochs] == [(2, []), (1, ["default"])]
        for keys in (_files(site).load().fleet, _files(site).load().server):
            assert not any(key.hex() in listed.text for key in keys.values())
        body = {"epoch": 2, "reason": "made by mistake"}
        done = await client.post("/api/v1/keys/destroy", json=body)
        assert done.status_code == 200, done.text
        assert done.json()["receipt"]["reason"] == "made by mistake"
        assert Path(done.json()["path"]).exists()
        listed = await client.get("/api/v1/keys")
        assert [bool(e["destroyed_at"]) for e in listed.json()["epochs"]] == [True, False]
    assert _files(site).live() == [1]
    actions = [(action, outcome) for _, action, _, outcome in site.audit()]
    assert actions[-2:] == [("keys.rotate", "done"), ("keys.destroy", "done")]


async def test_what_is_still_needed_or_unknown_is_not_destroyed(site: Site) -> None:
    async with site.bearer("admin:keys") as client:
        for epoch, said in ((1, "named by the policy of default"), (7, "epoch 7 has no keys")):
            body = {"epoch": epoch, "reason": "x"}
            answer = await client.post("/api/v1/keys/destroy", json=body)
            assert answer.status_code == 409
            assert said in answer.json()["detail"]
        answer = await client.post("/api/v1/keys/destroy", json={"epoch": 1})
        assert answer.status_code == 422
    assert _files(site).live() == [1]


async def test_keys_are_not_the_business_of_whoever_may_publish(site: Site) -> None:
    async with site.bearer("admin:policies", "read:policies", "read:keys") as client:
        assert (await client.get("/api/v1/keys")).status_code == 200
        assert (await client.post("/api/v1/keys/rotate")).status_code == 403
    analyst = await site.logged_on("bea", Role.ANALYST)
    assert (await analyst.post("/api/v1/keys/rotate")).status_code == 403
    await analyst.aclose()
    assert _files(site).live() == [1]
