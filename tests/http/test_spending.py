"""An approval is used up by what is done with it; where something came in between, it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from reticent_server.approvals.request import State
from reticent_server.approvals.service import ApprovalService
from reticent_server.devices.actions import Action
from support.console_app import Site
from support.console_data import device_id

DEVICE = device_id(1)
LOOSER = """\
extends: default
looser: [user_account.work_phone]
tables:
  user_account:
    fields: {work_phone: keep}
"""


class Desk:
    """Ada, who asks, and bo, who agrees."""

    def __init__(self, site: Site, ada: httpx.AsyncClient, bo: httpx.AsyncClient) -> None:
        self.site, self.ada, self.bo = site, ada, bo

    async def agreed(self, path: str, body: dict[str, Any]) -> str:
        """The request for what this call does, once bo agreed."""
        asked = await self.ada.post(path, json=body)
        assert asked.json()["type"].endswith("approval-needed"), asked.text
        request = f"/api/v1/approvals/{asked.json()['request_id']}"
        approved = await self.bo.post(f"{request}/approve", json={})
        assert approved.status_code == 200, approved.text
        return request

    async def is_good(self, request: str) -> bool:
        found = (await self.ada.get(request)).json()
        uses = [e for e in self.site.audit() if e[1] == "approval.use"]
        return (found["state"], uses) == (State.APPROVED, [])


@pytest.fixture
async def desk(fleet: Site) -> Desk:
    ada = await fleet.logged_on("ada")
    return Desk(fleet, ada, await fleet.logged_on("bo", "privacy-officer"))


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """What somebody else does just before a call would use its approval."""

    def between(first: Callable[[], object]) -> None:
        use = ApprovalService.use_or_ask

        def then(self: ApprovalService, *given: Any, **more: Any) -> Any:
            first()
            return use(self, *given, **more)

        monkeypatch.setattr(ApprovalService, "use_or_ask", then)

    return between


Meanwhile = Callable[[Callable[[], object]], None]


async def test_a_persons_request_that_another_ran_meanwhile(
    desk: Desk, meanwhile: Meanwhile
) -> None:
    body = {"right": "access", "identifiers": ["nobody"], "reference": "4711"}
    case = (await desk.ada.post("/api/v1/people/requests", json=body)).json()["case_id"]
    path = f"/api/v1/people/requests/{case}/run"
    request = await desk.agreed(path, {})
    rights = desk.site.services.rights
    meanwhile(lambda: rights.run(UUID(case), approval_id=uuid4(), by="cy"))
    refused = await desk.ada.post(path, json={})
    assert (refused.status_code, refused.json()["type"][-13:]) == (409, "request-moved")
    assert await desk.is_good(request)
    assert rights.get(UUID(case)).run_by == "cy"


async def test_a_laptop_that_another_asked_to_uninstall_meanwhile(
    desk: Desk, meanwhile: Meanwhile
) -> None:
    path, body = f"/api/v1/devices/{DEVICE}/actions", {"action": "uninstall", "reason": "returned"}
    request = await desk.agreed(path, body)
    actions = desk.site.services.actions
    meanwhile(lambda: actions.ask(DEVICE, Action.UNINSTALL, reason="x", asked_by="cy"))
    refused = await desk.ada.post(path, json=body)
    assert (refused.status_code, refused.json()["type"][-12:]) == (409, "device-state")
    assert await desk.is_good(request)
    assert [one.asked_by for one in actions.list(DEVICE)] == ["cy"]


async def test_a_laptop_that_another_erased_meanwhile(desk: Desk, meanwhile: Meanwhile) -> None:
    path, body = f"/api/v1/devices/{DEVICE}/erase", {"reason": "4711", "confirm": str(DEVICE)}
    request = await desk.agreed(path, body)
    erasures = desk.site.services.erasures
    meanwhile(lambda: erasures.ask(DEVICE, asked_by="cy"))
    answer = await desk.ada.post(path, json=body)
    assert (answer.is_success, answer.json()["asked_by"]) == (True, "cy")
    assert await desk.is_good(request)
    assert "device.erase" not in {entry[1] for entry in desk.site.audit()}  # of ada's


async def test_a_policy_whose_version_is_not_newer(desk: Desk) -> None:
    path = "/api/v1/policies"
    body = {"group": "lab", "text": LOOSER, "reason": "robots", "despite_lint": "no names"}
    request = await desk.agreed(path, body)
    refused = await desk.ada.post(path, json={**body, "text": f"version: 1\n{LOOSER}"})
    assert (refused.status_code, refused.json()["type"][-15:]) == (409, "policy-conflict")
    assert await desk.is_good(request)
    done = await desk.ada.post(path, json=body)
    assert done.status_code == 201, done.text
    used, stored = desk.site.audit()[-2:]
    assert (used[1], stored[1:3]) == ("approval.use", ("policy.publish", "policy lab 2"))
