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
from reticent_server.policies.revealing import reveal_of
from reticent_server.policies.yaml_source import load_yaml
from support.committing import committed
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
SAME = "extends: default\ntables: {software: }\n"
STRICTER = "extends: default\ntables: {software: , peripheral: , user_account: }\n"
POLICIES = "/api/v1/policies"


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


@pytest.fixture
def once_compared(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """What somebody else does once, as soon as a document for lab was compared."""

    def between(first: Callable[[], object]) -> None:
        waits = [first]

        def then(*given: Any, **more: Any) -> Any:
            reveal = reveal_of(*given, **more)
            while waits and given[2] == "lab":
                waits.pop()()
            return reveal

        monkeypatch.setattr("reticent_server.policies.recorded.reveal_of", then)

    return between


def published(site: Site, text: str, group: str = "lab") -> int:
    """By somebody else, who may reveal it."""
    return site.services.policies.publish(load_yaml(text), group=group, publisher="cy")


async def test_a_persons_request_that_another_ran_meanwhile(
    desk: Desk, meanwhile: Meanwhile
) -> None:
    body = {"right": "access", "identifiers": ["nobody"], "reference": "4711"}
    case = (await desk.ada.post("/api/v1/people/requests", json=body)).json()["case_id"]
    path = f"/api/v1/people/requests/{case}/run"
    request = await desk.agreed(path, {})
    rights = desk.site.services.rights
    meanwhile(
        lambda: committed(
            desk.site.services.control, rights.run, UUID(case), approval_id=uuid4(), by="cy"
        )
    )
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
    meanwhile(
        lambda: committed(
            desk.site.services.control,
            actions.ask,
            DEVICE,
            Action.UNINSTALL,
            reason="x",
            asked_by="cy",
        )
    )
    refused = await desk.ada.post(path, json=body)
    assert (refused.status_code, refused.json()["type"][-12:]) == (409, "device-state")
    assert await desk.is_good(request)
    assert [one.asked_by for one in actions.list(DEVICE)] == ["cy"]


async def test_a_laptop_that_another_erased_meanwhile(desk: Desk, meanwhile: Meanwhile) -> None:
    path, body = f"/api/v1/devices/{DEVICE}/erase", {"reason": "4711", "confirm": str(DEVICE)}
    request = await desk.agreed(path, body)
    erasures = desk.site.services.erasures
    meanwhile(lambda: committed(desk.site.services.control, erasures.ask, DEVICE, asked_by="cy"))
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


def in_force(site: Site) -> dict[str, object]:
    """The default group's policy as a document without a version."""
    document = dict(site.services.policies.parsed(site.services.policies.current()).document)
    del document["version"]
    return document


async def test_a_version_that_another_published_once_bo_had_agreed(
    desk: Desk, meanwhile: Meanwhile
) -> None:
    """The document has no version, so it would be the next one whatever came before it."""
    body = {"group": "lab", "text": LOOSER, "reason": "robots", "despite_lint": "no names"}
    request = await desk.agreed(POLICIES, body)
    meanwhile(lambda: published(desk.site, STRICTER))
    refused = await desk.ada.post(POLICIES, json=body)
    assert (refused.status_code, refused.json()["type"][-15:]) == (409, "policy-conflict")
    assert "got another version at the same moment" in refused.json()["detail"]
    assert await desk.is_good(request)  # of what was in force then; for this it cannot be used
    newest = desk.site.services.policies.newest("lab")
    assert (newest.version, newest.publisher) == (2, "cy")


async def test_a_default_that_another_published_before_the_groups_first_own(
    desk: Desk, meanwhile: Meanwhile
) -> None:
    """Until then the group has the default one, so that is what it was compared with; and the
    document stands on its own, so nothing that it extends would be looked at."""
    document = load_yaml(LOOSER)
    flat = desk.site.services.policies.ready(document, group="lab").document
    body = {"group": "lab", "document": flat, "reason": "robots", "despite_lint": "no names"}
    request = await desk.agreed(POLICIES, body)
    meanwhile(lambda: desk.site.services.policies.publish(in_force(desk.site), publisher="cy"))
    refused = await desk.ada.post(POLICIES, json=body)
    assert (refused.status_code, refused.json()["type"][-15:]) == (409, "policy-conflict")
    assert await desk.is_good(request)
    assert desk.site.services.policies.groups() == ["default"]


async def test_what_revealed_nothing_more_until_another_published(
    desk: Desk, once_compared: Meanwhile
) -> None:
    """A new document, and the way back to an older one."""
    published(desk.site, SAME)
    for path, body in (
        (POLICIES, {"group": "lab", "text": f"# as before\n{SAME}"}),
        (f"{POLICIES}/rollback", {"group": "lab", "to": 2}),
    ):
        once_compared(lambda: published(desk.site, STRICTER))
        refused = await desk.ada.post(path, json=body)
        assert (refused.status_code, refused.json()["type"][-15:]) == (409, "policy-conflict")
        assert desk.site.services.policies.newest("lab").publisher == "cy"
        asked = await desk.ada.post(path, json={**body, "reason": "names"})
        assert asked.json()["type"].endswith("approval-needed")
        published(desk.site, SAME)
    assert not {"policy.publish", "policy.rollback"} & {entry[1] for entry in desk.site.audit()}


async def test_a_group_taken_along_for_which_another_published(
    desk: Desk, once_compared: Meanwhile
) -> None:
    """It stays as that one left it, and the answer says so."""
    published(desk.site, SAME)
    once_compared(lambda: published(desk.site, STRICTER))
    body = {"group": "default", "document": in_force(desk.site), "with_children": True}
    done = await desk.ada.post(POLICIES, json=body)
    assert done.status_code == 201, done.text
    (child,) = done.json()["children"]
    assert (child["group"], child["version"]) == ("lab", None)
    assert "got another version at the same moment" in child["problem"]
    assert desk.site.services.policies.newest("lab").publisher == "cy"
