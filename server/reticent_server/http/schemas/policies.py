"""Published policies."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator

from reticent_server.http.schemas.base import Time, shape, time_of
from reticent_server.http.schemas.drafts import FINDING, FindingOut
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX, LINT_REASON_CHARS_MAX
from reticent_server.policies.children import Child
from reticent_server.policies.progress import Refusal, Usage
from reticent_server.policies.published import PublishedPolicy
from reticent_server.policies.recorded import Publication
from reticent_server.policies.texts import ShownText

POLICY = {
    "group": "default",
    "version": 1,
    "sha256": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    "published_at": "2026-11-22T06:00:00Z",
    "publisher": "admin",
    "state": "whole",
    "share_percent": 100,
    "since": "2026-11-22T06:00:00Z",
    "extends": None,
    "extends_version": None,
    "text_by": "admin",
}


class PolicyOut(BaseModel):
    model_config = shape(POLICY)

    group: str
    version: int
    sha256: str = Field(description="Of the canonical JSON, hexadecimal.")
    published_at: Time
    publisher: str
    state: str = Field(
        description="whole: for the whole group. rolling: for a share of it, which may grow. "
        "stopped: stays on the laptops that have it and goes to no other."
    )
    share_percent: int = Field(description="Of the group's laptops, as it stands.")
    since: Time = Field(description="Since when state and share are so.")
    extends: str | None = Field(description="The group whose policy it was flattened from.")
    extends_version: int | None = Field(description="Which version of that.")
    text_by: str | None = Field(
        description="Who wrote the YAML that is kept of it, before any rollback; null where none "
        "is."
    )

    @classmethod
    def of(cls, policy: PublishedPolicy) -> PolicyOut:
        return cls(**facts_of(policy))


def facts_of(policy: PublishedPolicy) -> dict[str, Any]:
    """The fields of `PolicyOut`, for it and for what says more beside them."""
    return {
        "group": policy.group,
        "version": policy.version,
        "sha256": policy.sha256.hex(),
        "published_at": time_of(policy.published_s),
        "publisher": policy.publisher,
        "state": policy.stage.state.value,
        "share_percent": policy.stage.share_percent,
        "since": time_of(policy.stage.at_s),
        "extends": policy.extends.parent_group if policy.extends else None,
        "extends_version": policy.extends.parent_version if policy.extends else None,
        "text_by": policy.text_by,
    }


REFUSAL = {
    "reason": "policy 8 was refused: tables.os.fields.name: unknown action 'shred'",
    "devices": 3,
}


class RefusalOut(BaseModel):
    model_config = shape(REFUSAL)

    reason: str = Field(description="In the laptops' words, cut to 512 characters.")
    devices: int

    @classmethod
    def of(cls, refusal: Refusal) -> RefusalOut:
        return cls(reason=refusal.reason, devices=refusal.devices)


_LISTED = {
    **POLICY,
    "newer_parent": None,
    "running": 40,
    "refused": 3,
    "refusals": [REFUSAL],
}


class ListedPolicyOut(PolicyOut):
    """A version, and what laptops say of it."""

    model_config = shape(_LISTED)

    newer_parent: int | None = Field(
        description="A newer version of what it extends; publish it again to take that over."
    )
    running: int = Field(description="Laptops that run it.")
    refused: int = Field(description="Laptops that refused it and go on with what they had.")
    refusals: list[RefusalOut] = Field(description="Why, the most frequent first.")

    @classmethod
    def listed(
        cls, policy: PublishedPolicy, usage: Usage | None, *, newer_parent: int | None
    ) -> ListedPolicyOut:
        return cls(
            **facts_of(policy),
            newer_parent=newer_parent,
            running=usage.running if usage else 0,
            refused=usage.refused if usage else 0,
            refusals=[RefusalOut.of(refusal) for refusal in usage.refusals] if usage else [],
        )


class PoliciesOut(BaseModel):
    model_config = shape({"policies": [_LISTED]})

    policies: list[ListedPolicyOut] = Field(description="Newest first.")


RevealReason = Annotated[
    str,
    Field(
        max_length=APPROVAL_REASON_CHARS_MAX,
        description="Why it reveals more than what is in force, where it does; the second person "
        "and the audit trail have it.",
    ),
]


class PolicyIn(BaseModel):
    """A policy's document as YAML reads it, or as YAML text: then refusals have line numbers, and
    the text is kept with its comments.

    Without `version` it becomes the next one. It may say `extends: GROUP`, and then only holds
    what differs from that group's policy; it is signed flattened.
    """

    model_config = shape(
        {
            "group": "default",
            "document": {"purpose": "security of the company's laptops"},
            "share_percent": 100,
            "with_children": False,
            "despite_lint": None,
            "reason": "",
        }
    )

    group: Annotated[str, Field(min_length=1, max_length=64)] = "default"
    document: dict[str, Any] | None = None
    text: str | None = Field(default=None, description="YAML, instead of `document`.")
    share_percent: Annotated[int, Field(ge=1, le=100)] = 100
    with_children: bool = Field(
        default=False, description="Publish anew what extends this group's policy, too."
    )
    despite_lint: Annotated[str, Field(min_length=1, max_length=LINT_REASON_CHARS_MAX)] | None = (
        Field(
            default=None,
            description="Why it is published although lint finds errors; the audit trail has it.",
        )
    )

    reason: RevealReason = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.document is None) == (self.text is None):
            raise ValueError("give either document or text")
        return self

    @property
    def source(self) -> Mapping[str, object] | str:
        return self.text if self.document is None and self.text is not None else self.document or {}


class ChildOut(BaseModel):
    """A group that extends what was published, and what became of it."""

    model_config = shape({"group": "lab", "version": 4, "problem": ""})

    group: str
    version: int | None = Field(description="Its new version; null where it stays as it is.")
    problem: str = Field(description="Why it stays as it is.")

    @classmethod
    def of(cls, child: Child) -> ChildOut:
        return cls(group=child.group, version=child.version, problem=child.problem)


class PublishedOut(PolicyOut):
    """The new version, what lint says of it, and what became of the groups that extend it."""

    model_config = shape(
        {
            **POLICY,
            "unchanged": False,
            "to_nobody": False,
            "findings": [FINDING],
            "children": [{"group": "lab", "version": 4, "problem": ""}],
        }
    )

    unchanged: bool = Field(
        description="This version is in force already, with the same text; nothing was published."
    )
    to_nobody: bool = Field(
        description="No laptop, token or policy named the group before: it may be misspelt."
    )
    findings: list[FindingOut] = Field(description="Of lint, errors first, then by line.")
    children: list[ChildOut]

    @classmethod
    def published(cls, policy: PublishedPolicy, publication: Publication) -> PublishedOut:
        return cls(
            **facts_of(policy),
            unchanged=publication.unchanged,
            to_nobody=publication.to_nobody,
            findings=[FindingOut.of(finding) for finding in publication.findings],
            children=[ChildOut.of(child) for child in publication.children],
        )


class PolicyDocumentOut(BaseModel):
    """A policy whole: as its author wrote it, and as it was signed."""

    model_config = shape(
        {
            "policy": POLICY,
            "text": "# for the works council\npurpose: security of the company's laptops\n",
            "text_problem": None,
            "document": {"version": 1, "purpose": "security of the company's laptops"},
            "signature": "MEUCIQ...",
        }
    )

    policy: PolicyOut
    text: str | None = Field(
        description="Its author's YAML with its comments, byte for byte; proved to say the same "
        "as the document (its `version` aside). Laptops never get it."
    )
    text_problem: str | None = Field(description="Why there is no text.")
    document: dict[str, Any] = Field(description="What was signed; flattened where it extends.")
    signature: str = Field(description="Ed25519 over the canonical JSON, base64.")

    @classmethod
    def of(cls, policy: PublishedPolicy, shown: ShownText) -> PolicyDocumentOut:
        return cls(
            policy=PolicyOut.of(policy),
            text=None if shown.text is None else shown.text.text,
            text_problem=shown.why or None,
            document=json.loads(policy.canonical_json),
            signature=base64.b64encode(policy.signature).decode(),
        )
