"""What this server says of itself (RFC 7643, sections 5 to 7): what it can, which resources there
are, and which attributes it keeps. An attribute that is not here is left out without a word."""

from __future__ import annotations

from typing import Any

from reticent_server.scim import settings
from reticent_server.scim.attributes import COMPANY, ENTERPRISE, GROUP, NAME, USER

_CORE = "urn:ietf:params:scim:schemas:core:2.0:"
Document = dict[str, Any]


def service_provider() -> Document:
    return {
        "schemas": [_CORE + "ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": settings.PAGE_MAX},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "API token",
                "description": "An API token of this server with the scope admin:scim.",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig"},
    }


def resource_types() -> list[Document]:
    return [
        {
            "schemas": [_CORE + "ResourceType"],
            "id": "User",
            "name": "User",
            "endpoint": "/Users",
            "description": "A person: who may log on, and whose laptops are whose.",
            "schema": USER,
            "schemaExtensions": [{"schema": ENTERPRISE, "required": False}],
            "meta": {"resourceType": "ResourceType"},
        },
        {
            "schemas": [_CORE + "ResourceType"],
            "id": "Group",
            "name": "Group",
            "endpoint": "/Groups",
            "description": "A group: the operator's configuration says which roles it gives.",
            "schema": GROUP,
            "schemaExtensions": [],
            "meta": {"resourceType": "ResourceType"},
        },
    ]


_PERSON: Document = {
    "name": "$ref",
    "type": "reference",
    "referenceTypes": ["User"],
    "multiValued": False,
    "required": False,
    "mutability": "immutable",
    "returned": "default",
    "uniqueness": "none",
    "caseExact": True,
}


def schemas() -> list[Document]:
    many = [_text("value"), _text("type"), _attribute("primary", "boolean")]
    user = [
        _text("userName", required=True, unique=True),
        _text("displayName"),
        _attribute("name", "complex", inner=[_text(name) for name in NAME]),
        _attribute("active", "boolean"),
        _attribute("emails", "complex", many=True, inner=many),
        _attribute("phoneNumbers", "complex", many=True, inner=many),
        _attribute(
            "groups",
            "complex",
            many=True,
            inner=[_text("value"), _text("display"), _text("type")],
            ours=True,
        ),
    ]
    group = [
        _text("displayName", required=True, unique=True),
        _attribute(
            "members",
            "complex",
            many=True,
            inner=[_text("value"), _PERSON, _text("type", ours=True)],
        ),
    ]
    company = [_text(name) for name in COMPANY]
    named = ((USER, "User", user), (GROUP, "Group", group), (ENTERPRISE, "EnterpriseUser", company))
    return [
        {
            "schemas": [_CORE + "Schema"],
            "id": schema,
            "name": name,
            "attributes": attributes,
            "meta": {"resourceType": "Schema"},
        }
        for schema, name, attributes in named
    ]


def _text(
    name: str, *, required: bool = False, unique: bool = False, ours: bool = False
) -> Document:
    return _attribute(name, "string", required=required, unique=unique, ours=ours)


def _attribute(
    name: str,
    kind: str,
    *,
    many: bool = False,
    inner: list[Document] | None = None,
    required: bool = False,
    unique: bool = False,
    ours: bool = False,
) -> Document:
    made: Document = {
        "name": name,
        "type": kind,
        "multiValued": many,
        "required": required,
        "mutability": "readOnly" if ours else "readWrite",
        "returned": "default",
        "uniqueness": "server" if unique else "none",
        "caseExact": False,
    }
    return made | ({"subAttributes": inner} if inner else {})
