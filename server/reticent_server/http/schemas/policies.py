"""Published policies."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any

from pydantic import BaseModel, Field

from reticent_server.http.schemas.base import Time, shape, time_of
from reticent_server.policies.service import PublishedPolicy

_POLICY = {
    "group": "default",
    "version": 1,
    "sha256": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    "published_at": "2026-11-22T06:00:00Z",
    "publisher": "admin",
}


class PolicyOut(BaseModel):
    model_config = shape(_POLICY)

    group: str
    version: int
    sha256: str = Field(description="Of the canonical JSON, hexadecimal.")
    published_at: Time
    publisher: str

    @classmethod
    def of(cls, policy: PublishedPolicy) -> PolicyOut:
        return cls(
            group=policy.group,
            version=policy.version,
            sha256=policy.sha256.hex(),
            published_at=time_of(policy.published_s),
            publisher=policy.publisher,
        )


class PoliciesOut(BaseModel):
    model_config = shape({"policies": [_POLICY]})

    policies: list[PolicyOut] = Field(description="Newest first.")


class PolicyIn(BaseModel):
    """A policy's document as YAML reads it. Without `version` it becomes the next one."""

    model_config = shape(
        {"group": "default", "document": {"purpose": "security of the company's laptops"}}
    )

    group: Annotated[str, Field(min_length=1, max_length=64)] = "default"
    document: dict[str, Any]


class PolicyDocumentOut(BaseModel):
    """A policy whole, as it was signed."""

    model_config = shape(
        {
            "policy": _POLICY,
            "document": {"version": 1, "purpose": "security of the company's laptops"},
            "signature": "MEUCIQ...",
        }
    )

    policy: PolicyOut
    document: dict[str, Any]
    signature: str = Field(description="Ed25519 over the canonical JSON, base64.")

    @classmethod
    def of(cls, policy: PublishedPolicy) -> PolicyDocumentOut:
        return cls(
            policy=PolicyOut.of(policy),
            document=json.loads(policy.canonical_json),
            signature=base64.b64encode(policy.signature).decode(),
        )
