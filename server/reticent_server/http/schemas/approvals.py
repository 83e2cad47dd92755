"""Requests for a second person."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from reticent_server.approvals.kinds import SPECS
from reticent_server.approvals.request import Request
from reticent_server.auth import Caller
from reticent_server.auth.scopes import Scope
from reticent_server.http.schemas.base import Time, maybe_time, shape, time_of
from reticent_server.limits import APPROVAL_REASON_CHARS_MAX

_REQUEST = {
    "request_id": "0b5a6c1d-2e3f-4071-8293-a4b5c6d7e8f9",
    "kind": "policy.reveal",
    "sentence": "publish a policy that reveals more than the one in force",
    "name": "policy default, document b5bb9d8014a0",
    "subject": "6f9619ff8b864d01b42d00cf4fc964ff",
    "reason": "the works council agreed to full names on 12 May",
    "asked_by": "kiran",
    "asked_at": "2026-11-22T06:32:05Z",
    "waits_until": "2026-11-25T06:32:05Z",
    "state": "waiting",
    "second_person": True,
    "decided_by": "",
    "decided_at": None,
    "decision": "",
    "usable_until": None,
    "uses_max": 1,
    "used": 0,
    "mine": False,
    "may_decide": True,
}
_ABOUT = "user_account.full_name was pseudonymised, is now kept"


class RequestOut(BaseModel):
    model_config = shape(_REQUEST)

    request_id: str
    kind: str
    sentence: str = Field(description="What the kind is, in words.")
    name: str = Field(description="What it is about, without any collected value.")
    subject: str = Field(description="Keyed digest of exactly what may be done, as in the trail.")
    reason: str = Field(description="In the words of who asked.")
    asked_by: str
    asked_at: Time
    waits_until: Time
    state: str = Field(description="waiting, approved, refused, withdrawn, expired or used.")
    second_person: bool = Field(description="False: the configuration asked for none.")
    decided_by: str
    decided_at: Time | None
    decision: str = Field(description="In the words of who decided.")
    usable_until: Time | None
    uses_max: int
    used: int
    mine: bool
    may_decide: bool = Field(description="Whether the caller may approve or refuse it.")

    @classmethod
    def of(cls, request: Request, caller: Caller) -> RequestOut:
        return cls(**facts_of(request, caller))


class RequestDetailOut(RequestOut):
    model_config = shape({**_REQUEST, "about": _ABOUT})

    about: str = Field(
        description="What the second person has to read. May name a person; empty once it is over."
    )

    @classmethod
    def whole(cls, request: Request, about: str, caller: Caller) -> RequestDetailOut:
        return cls(**facts_of(request, caller), about=about)


class RequestsOut(BaseModel):
    model_config = shape({"requests": [_REQUEST]})

    requests: list[RequestOut] = Field(
        description="What waits, then the rest, each newest first; at most 200."
    )


class DecisionIn(BaseModel):
    model_config = shape({"words": "seen, agreed"})

    words: Annotated[str, Field(max_length=APPROVAL_REASON_CHARS_MAX)] = Field(
        default="", description="Why; the audit trail has it."
    )


def may_decide(request: Request, caller: Caller) -> bool:
    return (
        request.state == "waiting"
        and caller.via != "token"
        and request.asked_by_id != caller.account_id
        and caller.may(Scope(SPECS[request.kind].approves))
    )


def facts_of(request: Request, caller: Caller) -> dict[str, Any]:
    return {
        "request_id": str(request.request_id),
        "kind": request.kind.value,
        "sentence": SPECS[request.kind].sentence,
        "name": request.name,
        "subject": request.subject,
        "reason": request.reason,
        "asked_by": request.asked_by,
        "asked_at": time_of(request.asked_s),
        "waits_until": time_of(request.waits_until_s),
        "state": request.state.value,
        "second_person": request.second_person,
        "decided_by": request.decided_by,
        "decided_at": maybe_time(request.decided_s),
        "decision": request.decision,
        "usable_until": maybe_time(request.usable_until_s),
        "uses_max": request.uses_max,
        "used": request.used,
        "mine": request.asked_by_id == caller.account_id,
        "may_decide": may_decide(request, caller),
    }
