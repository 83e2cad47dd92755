"""The API's description: complete, with examples, and readable without the internet."""

from __future__ import annotations

import copy
import re
from typing import Any, cast

import httpx
import pytest
from pydantic import BaseModel
from reticent_server.auth.scopes import NEVER_FOR_TOKENS
from reticent_server.http import schemas
from reticent_server.http.openapi import document_of
from support.console_app import Site


@pytest.fixture
def document(site: Site) -> dict[str, Any]:
    return document_of(site.app)


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in references(value)]
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


async def test_the_document_is_served_to_everyone(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_every_reference_leads_to_a_schema(document: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    found = set(references(document))
    assert found
    assert found <= known
    assert known <= found  # and no schema is left over


def test_every_schema_has_an_example_that_is_valid(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("examples"), name
    models = [
        model for model in _models(BaseModel) if model.__module__.startswith(schemas.__name__)
    ]
    assert len(models) > 20
    for model in models:
        for example in cast("Any", model.model_config["json_schema_extra"])["examples"]:
            model.model_validate(example)


def _models(base: type[BaseModel]) -> list[type[BaseModel]]:
    return [m for sub in base.__subclasses__() for m in (sub, *_models(sub))]


def test_every_operation_is_described_and_has_examples(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["tags"], name
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert parameter.get("examples") or schema.get("examples"), (name, parameter["name"])
        bodies = [operation["requestBody"]] if "requestBody" in operation else []
        for carrier in (*bodies, *operation["responses"].values()):
            for content in carrier.get("content", {}).values():
                assert "example" in content, name


def test_every_operation_says_how_to_authenticate_and_which_scope(document: dict[str, Any]) -> None:
    public = [name for name, operation in operations(document) if operation["security"] == []]
    assert set(public) == {
        "POST /api/v1/session",
        "POST /api/v1/session/passkey/options",
        "POST /api/v1/session/passkey",
        "GET /healthz",
        "GET /readyz",
    }
    for name, operation in operations(document):
        if name not in public:
            scope = operation["x-required-scope"]
            person_only = scope in NEVER_FOR_TOKENS or name == "POST /api/v1/audit/accept"
            ways: list[dict[str, list[str]]] = (
                [{"session": []}] if person_only else [{"token": []}, {"session": []}]
            )
            assert operation["security"] == ways, name
            assert {"401", "403", "500"} <= set(operation["responses"])


NAMING_A_GROUP = {
    "PolicyIn",
    "LintIn",
    "DiffIn",
    "RolloutIn",
    "RollbackIn",
    "EnrolmentTokenIn",
    "GroupIn",
}


def test_a_route_lists_what_only_it_answers_with(document: dict[str, Any]) -> None:
    def statuses(method: str, path: str) -> set[int]:
        return {int(status) for status in document["paths"][path][method]["responses"]}

    assert statuses("post", "/api/v1/session") == {201, 400, 401, 403, 413, 415, 422, 429, 500, 503}
    assert statuses("get", "/api/v1/events") == {200, 400, 401, 403, 413, 422, 500, 503}
    assert statuses("get", "/api/v1/session") == {200, 401, 403, 413, 500}
    for name, operation in operations(document):
        takes_a_name = "{" in name or name.endswith("/current") or names_group(operation)
        assert ("404" in operation["responses"]) is takes_a_name, name


def names_group(operation: dict[str, Any]) -> bool:
    """A group beyond the caller's roles is answered like one that is not there."""
    asked = str(operation.get("parameters", [])) + str(operation.get("requestBody", {}))
    bodies = set(re.findall(r"#/components/schemas/(\w+)", asked))
    return "'name': 'group'" in asked or not bodies.isdisjoint(NAMING_A_GROUP)


def test_every_problem_has_an_example_of_its_own_status(document: dict[str, Any]) -> None:
    seen: set[int] = set()
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            problem = answer.get("content", {}).get("application/problem+json")
            if problem is not None:
                seen.add(int(status))
                assert problem["schema"] == {"$ref": "#/components/schemas/ProblemOut"}
                assert problem["example"]["status"] == int(status), name
                assert answer["description"]
            else:
                assert status < "300" or (name, status) == ("GET /readyz", "503")
    assert seen == {400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503}


@pytest.mark.parametrize("status", ["200", "401"])
async def test_an_answer_that_the_document_lacks_fails_its_test(
    site: Site, document: dict[str, Any], status: str
) -> None:
    """Proves the check that `conftest` puts around the application of every test here."""
    site.app.openapi_schema = document = copy.deepcopy(document)  # the folder's tests share it
    del document["paths"]["/api/v1/devices"]["get"]["responses"][status]
    token = site.token("read:devices") if status == "200" else "none"
    async with site.client(Authorization=f"Bearer {token}") as client:
        with pytest.raises(AssertionError, match=f"{status} is not described"):
            await client.get("/api/v1/devices")


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)


async def test_the_docs_page_asks_no_other_host(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/docs")).text
    assert "http://" not in page
    assert "https://" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    for asset in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        if "/vendor/" not in asset:
            assert (await client.get(asset)).status_code == 200, asset
