"""Requests whose entry in the audit trail is looked for, and routes that leave none, with why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_ASKED = "device.erase laptop 7, request "


@dataclass(frozen=True)
class Call:
    """A request, the action of its entry, and what the entry's object has in it.

    A `{name}` in the path, `json` or `form` stands for what `made` gives.
    """

    action: str
    json: Any = None
    form: dict[str, str] | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    about: str = ""


APPROVALS = {
    "GET /api/v1/approvals/{request_id}": Call("approval.view", about=_ASKED),
    "GET /approvals/{request_id}": Call("approval.view", about=_ASKED),
    "POST /api/v1/approvals/{request_id}/approve": Call("approval.approve", json={}, about=_ASKED),
    "POST /approvals/{request_id}/approve": Call("approval.approve", form={}, about=_ASKED),
    "POST /api/v1/approvals/{request_id}/refuse": Call("approval.refuse", json={}, about=_ASKED),
    "POST /approvals/{request_id}/refuse": Call("approval.refuse", form={}, about=_ASKED),
    "POST /api/v1/approvals/{request_id}/withdraw": Call("approval.withdraw", about=_ASKED),
    "POST /approvals/{request_id}/withdraw": Call("approval.withdraw", form={}, about=_ASKED),
    "POST /api/v1/events/export": Call(
        "events.export", json={"query": "user_name:alice"}, about="events as jsonl: user_name"
    ),
    "POST /events/export": Call(
        "events.export",
        form={"q": "user_name:alice", "range": "all"},
        about="events as csv: user_name",
    ),
    "POST /api/v1/events/sealed": Call(
        "approval.ask",
        json={"query": "user_name:alice", "reason": "case 41"},
        about="value.unseal of at most 1 events: user_name",
    ),
    "POST /api/v1/people/look-up": Call(
        "approval.ask",
        json={"query": "person:alice", "reason": "her request"},
        about="person.reidentify a named person, ",
    ),
    "POST /people": Call(
        "approval.ask",
        form={"person": "alice b", "reason": "her request"},
        about="person.reidentify a named person, ",
    ),
}

_CASE = "access request 4711, "
RIGHTS = {
    f"{method} {prefix}/people/requests{path}": call
    for prefix, in_form in (("/api/v1", False), ("", True))
    for method, path, call in (
        (
            "POST",
            "",
            Call(
                "rights.open",
                form={"right": "access", "identifiers": "alice", "reference": "4711"},
                about=_CASE,
            )
            if in_form
            else Call(
                "rights.open",
                json={"right": "access", "identifiers": ["alice"], "reference": "4711"},
                about=_CASE,
            ),
        ),
        *(
            (
                "POST",
                f"/{{case_id}}/{verb}",
                Call(
                    "approval.ask" if verb == "run" else f"rights.{verb}",
                    form=(body if in_form else None),
                    json=(None if in_form else body),
                    about=_CASE,
                ),
            )
            for verb, body in (
                ("run", {}),
                ("extend", {}),
                ("refuse", {"ground": "withdrawn"}),
                ("close", {}),
            )
        ),
        *(
            ("GET", f"/{{case_id}}/{name}", Call("rights.answer", about=_CASE))
            for name in (("answer.txt", "answer.jsonl") if in_form else ("answer",))
        ),
    )
}

# For API tokens alone; what those do is recorded too: tests/scim.
SCIM = {
    f"{method} /scim/v2/{path}": Call("access", json={}, about=f"{method} /scim/v2/{path}")
    for path, methods in {
        "ServiceProviderConfig": ("GET",),
        "ResourceTypes": ("GET",),
        "ResourceTypes/{name}": ("GET",),
        "Schemas": ("GET",),
        "Schemas/{name}": ("GET",),
        "Users": ("GET", "POST"),
        "Users/{scim_id}": ("GET", "PUT", "PATCH", "DELETE"),
        "Groups": ("GET", "POST"),
        "Groups/{scim_id}": ("GET", "PUT", "PATCH", "DELETE"),
    }.items()
    for method in methods
}

_CHANGES_NOTHING = "nothing is stored, signed or sent; no laptop's data is in it"
_NO_PERSON = "policies, keys and versions: no personal data"
EXEMPT = {
    **{
        f"POST /api/v1/policies/{what}": _CHANGES_NOTHING
        for what in ("lint", "test", "diff", "explain", "try", "canonical", "verify")
    },
    "POST /policies/draft": _CHANGES_NOTHING,
    **{
        f"GET {path}": _NO_PERSON
        for path in (
            "/api/v1/policies",
            "/api/v1/policies/current",
            "/api/v1/policies/groups",
            "/api/v1/policies/reach",
            "/api/v1/policies/rollout/current",
            "/api/v1/policies/schema",
            "/api/v1/policies/{version}",
            "/api/v1/keys",
            "/api/v1/audit/key",
            "/policies",
            "/policies/draft",
            "/policies/{version}",
        )
    },
    **{
        f"GET {path}": "one's own account"
        for path in (
            "/",
            "/account",
            "/api/v1/session",
            "/api/v1/api-tokens",
            "/api/v1/account/passkeys",
            "/api/v1/account/second-factor",
            "/api/v1/account/sessions",
        )
    },
    "GET /same": "leads to the search, which is recorded; shows nothing",
    "GET /metrics": "counts only",
    "GET /api/v1/notices": "parts of the server, times and counts",
    "GET /api/v1/roles": "what roles give, and how many hold each: no person",
    "GET /api/v1/enrolment-tokens": "tokens and who made them, no laptop's data",
    "GET /api/v1/device-groups": "settings and counts, no laptop's data",
    "GET /api/v1/devices/{device_id}/actions": "what administrators asked, each recorded",
    "GET /api/v1/devices/{device_id}/erasure": "when, by whom and how many rows: no person's data",
    "GET /api/v1/approvals": "one's own, and for who decides each by name; its text is not in it",
    "GET /approvals": "the same",
    "GET /approvals/count": "a count",
    "GET /people": "an empty form",
    **{
        f"GET {prefix}/people/requests{path}": "references, times, counts: not of whom"
        for prefix in ("/api/v1", "")
        for path in ("", "/{case_id}")
    },
    "GET /support": "IDs and times of bundles; making and seeing one is recorded",
}
