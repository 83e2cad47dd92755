"""Every request whose entry in the audit trail is looked for, by its route."""

from __future__ import annotations

from support.audit_calls import APPROVALS, RIGHTS, SCIM, Call
from support.console_app import PASSWORD
from support.console_data import device_id

DEVICE = str(device_id(1))
NEW = "eight dry cows sleep"
_RESET = "removed by an administrator"


CALLS = {
    "DELETE /api/v1/session": Call("logout"),
    "POST /logout": Call("logout", form={}),
    "PUT /api/v1/account/password": Call(
        "account.password", json={"old": PASSWORD, "new": NEW}, about="account ada"
    ),
    "POST /account/password": Call(
        "account.password",
        form={"old": PASSWORD, "new": NEW, "again": NEW},
        about="account ada",
    ),
    "GET /api/v1/access": Call("account.list", about="accounts"),
    "GET /access": Call("account.list", about="accounts"),
    "GET /api/v1/access/{name}/sessions": Call("account.view", about="account bo"),
    "GET /access/{name}": Call("account.view", about="account bo"),
    "DELETE /api/v1/access/{name}/lock": Call("account.unlock", about="account bo"),
    "POST /access/{name}/unlock": Call("account.unlock", form={}, about="account bo"),
    "DELETE /api/v1/access/{name}/second-factor": Call("account.factor", about=_RESET),
    "POST /access/{name}/reset-factor": Call("account.factor", form={}, about=_RESET),
    "DELETE /api/v1/access/{name}/sessions": Call("session.end", about="all sessions: 1"),
    "POST /access/{name}/sessions/end": Call("session.end", form={}, about="all sessions: 1"),
    "DELETE /api/v1/access/{name}/sessions/{session_id}": Call("session.end", about="account bo"),
    "POST /access/{name}/sessions/{session_id}/end": Call(
        "session.end", form={}, about="account bo"
    ),
    "DELETE /api/v1/account/sessions": Call("session.end", about="all other sessions: 1"),
    "POST /account/sessions/end": Call("session.end", form={}, about="all other sessions: 1"),
    "DELETE /api/v1/account/sessions/{session_id}": Call("session.end", about="account ada"),
    "POST /account/sessions/{session_id}/end": Call("session.end", form={}, about="account ada"),
    "POST /api/v1/access/{name}/end-all": Call("account.end_all", about="account bo"),
    "POST /access/{name}/end-all": Call("account.end_all", form={}, about="account bo"),
    "POST /api/v1/account/end-all": Call(
        "account.end_all", json={"password": PASSWORD}, about="account ada"
    ),
    "POST /account/end-all": Call(
        "account.end_all", form={"password": PASSWORD}, about="account ada"
    ),
    # What is only asked for opens and shuts nothing; a wrong password there is recorded.
    "POST /api/v1/account/second-factor": Call("account.prove", json={"password": "wrong"}),
    "POST /account/second-factor": Call("account.prove", form={"password": "wrong"}),
    "POST /api/v1/account/passkeys/options": Call("account.prove", json={"password": "wrong"}),
    "PUT /api/v1/account/second-factor": Call(
        "account.factor", json={"code": "{code}"}, about="set up"
    ),
    "POST /account/second-factor/confirm": Call(
        "account.factor", form={"code": "{code}"}, about="set up"
    ),
    "POST /api/v1/account/second-factor/remove": Call(
        "account.factor", json={"password": PASSWORD}, about="removed"
    ),
    "POST /account/second-factor/remove": Call(
        "account.factor", form={"password": PASSWORD}, about="removed"
    ),
    "POST /api/v1/account/passkeys": Call(
        "account.factor", json={"name": "x", "credential": "{credential}"}, about="added"
    ),
    "PUT /api/v1/account/passkeys/{passkey_id}": Call(
        "account.factor", json={"name": "y"}, about="renamed"
    ),
    "POST /account/passkeys/rename": Call(
        "account.factor", form={"passkey_id": "{passkey_id}", "name": "y"}, about="renamed"
    ),
    "POST /api/v1/account/passkeys/{passkey_id}/remove": Call(
        "account.factor", json={"password": PASSWORD}, about="removed"
    ),
    "POST /account/passkeys/remove": Call(
        "account.factor",
        form={"passkey_id": "{passkey_id}", "password": PASSWORD},
        about="removed",
    ),
    **APPROVALS,
    **RIGHTS,
    "GET /api/v1/audit": Call(
        "audit.view", parameters={"actor": "ada"}, about="audit trail: actor"
    ),
    "GET /audit": Call("audit.view", parameters={"since": "1h"}, about="audit trail: since"),
    "GET /api/v1/audit/check": Call("audit.verify"),
    "GET /api/v1/audit/receipts": Call("audit.receipts"),
    "GET /api/v1/audit/export": Call("audit.export", about="audit trail as jsonl: everything"),
    "POST /api/v1/audit/accept": Call(
        "audit.accept", json={"digest": "{digest}", "reason": "restored"}
    ),
    "GET /api/v1/devices": Call("device.list"),
    "GET /devices": Call("device.list"),
    "GET /api/v1/devices/{device_id}": Call("device.view", about=f"device {DEVICE}"),
    "GET /api/v1/devices/{device_id}/facts": Call("device.view", about=f"device {DEVICE}"),
    "GET /api/v1/devices/{device_id}/diagnostics": Call("device.view", about=", diagnostics"),
    "GET /devices/{device_id}": Call("device.view", about="device "),
    "POST /api/v1/devices/{device_id}/revoke": Call("device.revoke", json={"reason": "lost"}),
    "POST /devices/{device_id}/revoke": Call("device.revoke", form={"reason": "lost"}),
    "POST /api/v1/devices/{device_id}/approve": Call("device.approve", json={"reason": "ours"}),
    "POST /api/v1/devices/{device_id}/refuse": Call("device.refuse", json={"reason": "strange"}),
    "POST /devices/{device_id}/decide": Call(
        "device.approve", form={"decision": "approve", "reason": "ours"}
    ),
    "POST /api/v1/devices/{device_id}/actions": Call(
        "device.pause.ask", json={"action": "pause", "reason": "exam", "minutes": 5}
    ),
    "POST /devices/{device_id}/ask": Call(
        "device.new-key.ask", form={"action": "new-key", "reason": "audit"}
    ),
    "POST /api/v1/devices/{device_id}/retire": Call("device.retire", json={"reason": "sold"}),
    "POST /api/v1/devices/{device_id}/erase": Call(
        "approval.ask",
        json={"reason": "request 4711", "confirm": "{device_id}"},
        about="device.erase device ",
    ),
    "POST /devices/{device_id}/erase": Call(
        "approval.ask",
        form={"reason": "request 4712", "confirm": "{device_id}"},
        about="device.erase device ",
    ),
    "PUT /api/v1/device-groups": Call(
        "device_group.set",
        json={"group": "default", "silent_after_hours": 9, "return_within_days": 3},
    ),
    "POST /devices/groups": Call(
        "device_group.set",
        form={"group": "default", "silent_after_hours": "9", "return_within_days": "3"},
    ),
    "POST /api/v1/devices/import": Call("device.import", json={"csv": "x", "dry_run": True}),
    "PUT /api/v1/devices/{device_id}/record": Call("device.record", json={"company": "Kaveri"}),
    "DELETE /api/v1/devices/{device_id}/record": Call("device.record"),
    "POST /api/v1/enrolment-tokens": Call("enrolment_token.create", json={}),
    "GET /enrolment": Call("device.list", about="devices that wait"),
    "POST /enrolment": Call(
        "enrolment_token.create", form={"group": "default", "uses": "1", "hours": "1"}
    ),
    "DELETE /api/v1/enrolment-tokens/{token_id}": Call("enrolment_token.revoke"),
    "POST /enrolment/{token_id}/revoke": Call("enrolment_token.revoke", form={}),
    "GET /api/v1/events": Call(
        "events.search", parameters={"q": "user_name:alice"}, about="user_name"
    ),
    "GET /events": Call(
        "events.search", parameters={"q": "user_name:alice"}, about="since user_name"
    ),
    "GET /api/v1/events/counts": Call(
        "events.search",
        parameters={"by": "delivered_from_country"},
        about=" by delivered_from_country",
    ),
    "GET /api/v1/events/histogram": Call("events.count", parameters={"device_id": DEVICE}),
    "POST /api/v1/keys/rotate": Call("keys.rotate"),
    "POST /api/v1/keys/destroy": Call("keys.destroy", json={"epoch": 2, "reason": "over"}),
    "POST /api/v1/policies": Call(
        "policy.publish", json={"text": "extends: default\ntables: {software: }\n", "group": "lab"}
    ),
    "POST /api/v1/policies/rollout": Call(
        "policy.rollout", json={"group": "default", "share_percent": 100}
    ),
    "POST /api/v1/policies/rollback": Call("policy.rollback", json={"group": "default", "to": 1}),
    "POST /policies/draft/publish": Call(
        "policy.publish",
        form={
            "text": "extends: default\ntables: {software: }\n",
            "group": "drawn",
            "share": "100",
        },
    ),
    "POST /policies/widen": Call("policy.rollout", form={"group": "default", "share": "100"}),
    "POST /policies/stop": Call("policy.rollout", form={"group": "default"}),
    "POST /api/v1/roles": Call(
        "role.create", json={"name": "made", "scopes": ["read:keys"]}, about="role made: read:keys"
    ),
    "PUT /api/v1/roles/{role}": Call(
        "role.change", json={"scopes": ["read:metrics"]}, about="role made: read:metrics"
    ),
    "DELETE /api/v1/roles/{role}": Call("role.remove", about="role made"),
    "GET /api/v1/accounts": Call("account.list", about="accounts"),
    "PUT /api/v1/accounts/{account}/roles": Call(
        "account.roles", json={"roles": ["auditor"]}, about="account bo: none to auditor"
    ),
    "GET /roles": Call("account.list", about="accounts"),
    "POST /roles": Call(
        "role.create",
        form={"name": "formed", "scopes": "read:keys"},
        about="role formed: read:keys",
    ),
    "POST /roles/change": Call(
        "role.change",
        form={"name": "formed", "scopes": "read:metrics"},
        about="role formed: read:metrics",
    ),
    "POST /roles/remove": Call("role.remove", form={"name": "formed"}, about="role formed"),
    "POST /roles/assign": Call(
        "account.roles",
        form={"account": "bo", "roles": "analyst"},
        about="account bo: none to analyst",
    ),
    "POST /api/v1/api-tokens": Call("token.create", json={"name": "x", "scopes": ["read:devices"]}),
    "POST /account/tokens": Call("token.create", form={"name": "x", "scopes": "read:devices"}),
    **SCIM,
    "POST /support": Call("support.make", form={}, about="support bundle "),
    "GET /support/{bundle}": Call("support.view", about="support bundle "),
    "POST /support/{bundle}/seal": Call(
        "approval.ask",
        form={"vendor_key": "{vendor_key}", "reason": "case 4711"},
        about="support.bundle support bundle ",
    ),
    "GET /support/{bundle}/sealed/{key_id}": Call("support.download", about=" for key 0f"),
    "DELETE /api/v1/api-tokens/{token_id}": Call("token.revoke"),
    "POST /account/tokens/{token_id}/revoke": Call("token.revoke", form={}),
}
