"""Policies before they go live: what is sent to be looked at, and what is found."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from pydantic import BaseModel, Field
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy import Policy, canonical_bytes
from reticent_contract.policy.diff import Comparison, told
from reticent_contract.policy.explain import Explanation
from reticent_contract.policy.signing import SIGNATURE_LABEL
from reticent_contract.policy.trace import TracedTest
from reticent_contract.reading import path_text

from reticent_server.http.schemas.base import shape
from reticent_server.policies.drafts import LineFinding
from reticent_server.policies.reach import Reach

Direction = Literal["more", "less", "same"]
PolicyText = Annotated[
    str, Field(min_length=1, max_length=POLICY_BYTES_MAX, description="The policy in YAML.")
]
FieldName = Annotated[
    str, Field(min_length=1, max_length=160, description="A field, as table.field.")
]
GroupName = Annotated[str, Field(min_length=1, max_length=64)]

_TEXT = "language: 1\npurpose: security of the company's laptops\n"
FINDING = {
    "line": 139,
    "severity": "error",
    "code": "identifier-kept",
    "place": "tables.user_account.fields.full_name",
    "sentence": "user_account.full_name leaves in the clear: the person's name",
    "advice": "pseudonymise or drop it",
}
_DECISION = {
    "field": "session.user_name",
    "rule": "session.user_name",
    "action": "pseudonymise",
    "outcome": "redacted",
}
_TEST = {
    "number": 1,
    "name": "a logon does not say who",
    "passed": True,
    "problems": [],
    "decisions": [_DECISION],
}
_CHANGE = {
    "place": "user_account.full_name",
    "places": ["user_account.full_name"],
    "tables": ["user_account"],
    "direction": "more",
    "personal": True,
    "sentence": "user_account.full_name was pseudonymised, is now kept",
}
_REACH = {"devices": 380, "people": 412}
_EXPLAINED = {
    "group": "default",
    "version": 3,
    "line": None,
    "rule": "session.user_name",
    "action": "pseudonymise",
    "place": "tables.session.fields.user_name",
    "what": "pseudonymised",
    "why": "it has a rule of its own",
}
_CANONICAL = {
    "version": 7,
    "sha256": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    "canonical_json": "eyJsYW5ndWFnZSI6MX0=",
    "to_be_signed": "cmV0aWNlbnQtcG9saWN5LXYxCnsibGFuZ3VhZ2UiOjF9",
}
_SIDE = {"group": "default", "version": 3}


class DraftIn(BaseModel):
    model_config = shape({"yaml": _TEXT})

    yaml: PolicyText


class LintIn(DraftIn):
    model_config = shape({"yaml": _TEXT, "group": "lab"})

    group: GroupName | None = Field(
        default=None,
        description="For whom it is meant: then it is also seen whether it extends itself.",
    )


class FindingOut(BaseModel):
    model_config = shape(FINDING)

    line: int | None = Field(description="In the YAML; null where none was sent.")
    severity: Literal["error", "warning"]
    code: str = Field(description="What a program tells findings apart by.")
    place: str = Field(description="Where in the document; empty where the YAML itself is wrong.")
    sentence: str
    advice: str = Field(description="What to do about it.")

    @classmethod
    def of(cls, finding: LineFinding) -> FindingOut:
        return cls(
            line=finding.line,
            severity=finding.severity,
            code=finding.code,
            place=finding.place,
            sentence=finding.sentence,
            advice=finding.advice,
        )


class LintOut(BaseModel):
    model_config = shape({"ok": False, "findings": [FINDING]})

    ok: bool = Field(description="Whether no finding is an error.")
    findings: list[FindingOut] = Field(description="Errors first, then by line.")


class DecisionOut(BaseModel):
    """What became of one value of a test's row. Never the value."""

    model_config = shape(_DECISION)

    field: str
    rule: str
    action: str
    outcome: str


class CarriedTestOut(BaseModel):
    model_config = shape(_TEST)

    number: int
    name: str
    passed: bool
    problems: list[str]
    decisions: list[DecisionOut]

    @classmethod
    def of(cls, test: TracedTest) -> CarriedTestOut:
        return cls(
            number=test.number,
            name=test.name,
            passed=not test.problems,
            problems=list(test.problems),
            decisions=[
                DecisionOut(field=d.field, rule=d.rule, action=d.action, outcome=d.outcome)
                for d in test.decisions
            ],
        )


class CarriedTestsOut(BaseModel):
    model_config = shape({"passed": True, "tests": [_TEST]})

    passed: bool
    tests: list[CarriedTestOut]


class SideIn(BaseModel):
    """One of two policies: its YAML, or a published version; without either what is in force."""

    model_config = shape(_SIDE)

    yaml: PolicyText | None = None
    group: GroupName = "default"
    version: Annotated[int, Field(ge=1, le=(1 << 63) - 1)] | None = None


class DiffIn(BaseModel):
    model_config = shape({"before": _SIDE, "after": {"yaml": _TEXT}})

    before: SideIn
    after: SideIn


class ReachOut(BaseModel):
    """Whom a group's policy concerns."""

    model_config = shape(_REACH)

    devices: int = Field(description="Active devices that run the group's policy.")
    people: int = Field(description="Different user names in what they sent: about as many people.")

    @classmethod
    def of(cls, reach: Reach) -> ReachOut:
        return cls(devices=reach.devices, people=reach.people)


class ChangeOut(BaseModel):
    model_config = shape(_CHANGE)

    place: str = Field(description="The most sensitive of the places.")
    places: list[str] = Field(description="The most sensitive first.")
    tables: list[str] = Field(
        description="Those that the places lie in: several where a field of one name changes in "
        "the same way in each of them, which is told in one sentence."
    )
    direction: Direction = Field(description="What `after` reveals, seen from `before`.")
    personal: bool
    sentence: str


class DiffOut(BaseModel):
    model_config = shape({"verdict": "more", "changes": [_CHANGE], "reach": _REACH})

    verdict: Direction = Field(description="`more` where any single change reveals more.")
    changes: list[ChangeOut] = Field(description="The most sensitive first.")
    reach: ReachOut | None = Field(
        description="Whom the policy of `before.group` concerns; null where no role of yours shows "
        "user names, or, of the default group, not those of every group; and while the events "
        "cannot be read."
    )

    @classmethod
    def of(cls, comparison: Comparison, reach: Reach | None) -> DiffOut:
        return cls(
            verdict=comparison.verdict,
            changes=[ChangeOut.model_validate(one.document()) for one in told(comparison)],
            reach=None if reach is None else ReachOut.of(reach),
        )


class CanonicalOut(BaseModel):
    """A policy as it is signed. Base64: bytes are signed, not text."""

    model_config = shape(_CANONICAL)

    version: int
    sha256: str = Field(description="Of the canonical JSON, hexadecimal.")
    canonical_json: str = Field(description="Base64.")
    to_be_signed: str = Field(description="What an Ed25519 signer signs, base64.")

    @classmethod
    def of(cls, policy: Policy) -> CanonicalOut:
        canonical = canonical_bytes(policy.document)
        return cls(
            version=policy.version,
            sha256=policy.sha256.hex(),
            canonical_json=base64.b64encode(canonical).decode(),
            to_be_signed=base64.b64encode(SIGNATURE_LABEL + canonical).decode(),
        )


class VerifyIn(BaseModel):
    model_config = shape({"canonical_json": "eyJsYW5ndWFnZSI6MX0=", "signature": "MEUCIQ..."})

    canonical_json: Annotated[
        str, Field(max_length=2 * POLICY_BYTES_MAX, description="Base64, as `canonical` gave it.")
    ]
    signature: Annotated[str, Field(max_length=128, description="64 bytes of Ed25519, base64.")]


class VerifyOut(BaseModel):
    """Whether a laptop of this server would accept it."""

    model_config = shape({"good": False, "problem": "the policy's signature is wrong"})

    good: bool
    problem: str | None


class ExplainIn(BaseModel):
    """Of `yaml` where it is given, else of every group that has a policy."""

    model_config = shape({"field": "session.user_name"})

    field: FieldName
    yaml: PolicyText | None = None


class ExplainedOut(BaseModel):
    model_config = shape(_EXPLAINED)

    group: str | None
    version: int | None
    line: int | None = Field(
        description="In the YAML that was sent; null where that takes it over."
    )
    rule: str
    action: str
    place: str | None = Field(description="Where in the document; null where nothing is written.")
    what: str
    why: str

    @classmethod
    def of(
        cls,
        found: Explanation,
        *,
        group: str | None = None,
        version: int | None = None,
        line: int | None = None,
    ) -> ExplainedOut:
        return cls(
            group=group,
            version=version,
            line=line,
            rule=found.rule,
            action=found.action,
            place=None if found.path is None else path_text(found.path),
            what=found.what,
            why=found.why,
        )


class ExplainOut(BaseModel):
    model_config = shape(
        {
            "field": "session.user_name",
            "sentence": "The name with which the person logged on, or tried to.",
            "explanations": [_EXPLAINED],
        }
    )

    field: str
    sentence: str
    explanations: list[ExplainedOut]
