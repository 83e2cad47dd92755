"""A request whose entry in the audit trail is looked for; those about the second person."""

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
