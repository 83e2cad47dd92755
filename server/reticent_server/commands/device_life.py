"""`reticent-server device list|approve|refuse|retire|new-key|pause|resume|uninstall|…`."""

from __future__ import annotations

import argparse
from typing import Any
from uuid import UUID

from reticent_server.commands.client import LocalServer
from reticent_server.commands.common import minute_of, put_json, put_table, say
from reticent_server.errors import ServerError
from reticent_server.limits import DEVICE_RETURN_WITHIN_S, DEVICE_SILENT_AFTER_S

# As the API has them; written down here, because the models load a store.
STATES = ("active", "silent", "waiting", "conflict", "revoked", "retired", "erased")
_LIST_LIMIT = 500
_DECISIONS = {
    "approve": "take a device that waits into service",
    "refuse": "turn a device that waits away",
    "retire": "a device left service: its certificate is withdrawn, its record stays",
}
_ASKED = {
    "new-key": "ask a laptop for a new key and certificate",
    "pause": "ask a laptop to collect nothing for a while",
    "resume": "end a pause before its time",
    "diagnostics": "ask a laptop for versions, states and counts of its agent",
    "uninstall": "have a laptop's agent delete all that it keeps there, and leave service",
}
_REASON = "shown to the laptop's owner"


def add_actions(actions: Any) -> list[argparse.ArgumentParser]:
    """The parsers that were added to `device`."""
    made = []
    list_ = actions.add_parser("list", help="list devices, newest enrolment first")
    list_.add_argument("--state", choices=STATES, help="only those in this state")
    list_.add_argument("--group", help="only those of this group")
    list_.set_defaults(call=_list)
    made.append(list_)
    for name, sentence in {**_DECISIONS, **_ASKED}.items():
        one = actions.add_parser(name, help=sentence)
        one.add_argument("device", metavar="DEVICE", help="its ID")
        one.add_argument("--reason", required=True, help=_REASON)
        if name == "pause":
            one.add_argument("--minutes", type=int, required=True, help="until it ends by itself")
        one.set_defaults(call=_decide if name in _DECISIONS else _ask)
        made.append(one)
    asked = actions.add_parser("asked", help="list what was asked of a laptop, and its answers")
    asked.add_argument("device", metavar="DEVICE", help="its ID")
    asked.set_defaults(call=_asked)
    facts = actions.add_parser("facts", help="show what a laptop answered to diagnostics")
    facts.add_argument("device", metavar="DEVICE", help="its ID")
    facts.set_defaults(call=_facts)
    made.append(facts)
    group = actions.add_parser("group", help="show what groups say of their devices, or set it")
    group.add_argument("group", nargs="?", help="the group to set")
    group.add_argument("--silent-after-hours", type=int, help="without a word for so long: silent")
    group.add_argument(
        "--return-within-days", type=int, help="a laptop that was off needs no token; 0: always"
    )
    group.set_defaults(call=_group)
    return [*made, asked, group]


def _list(options: argparse.Namespace, server: LocalServer) -> int:
    given = {"state": options.state, "group": options.group, "limit": _LIST_LIMIT}
    devices: list[dict[str, Any]] = []
    cursor = None
    while True:
        query = {name: value for name, value in {**given, "cursor": cursor}.items() if value}
        page = server.get("/api/v1/devices", query)
        devices += page["devices"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    if options.json:
        put_json(devices)
    elif not devices:
        say("no such device")
    else:
        put_table(
            ("device", "group", "state", "last seen (UTC)", "agent", "system"),
            [
                (
                    one["device_id"],
                    one["group"],
                    one["status"],
                    minute_of(one["last_seen_at"] or "never"),
                    one["agent_version"] or "-",
                    one["os_family"] or "-",
                )
                for one in devices
            ],
        )
    return 0


def _decide(options: argparse.Namespace, server: LocalServer) -> int:
    path = f"{_path(options.device)}/{options.action}"
    answer = server.ask("POST", path, {"reason": options.reason})
    if options.json:
        put_json(answer)
    else:
        say(f"device {answer['device_id']} is {answer['status']}")
    return 0


def _ask(options: argparse.Namespace, server: LocalServer) -> int:
    body = {"action": options.action, "reason": options.reason}
    if options.action == "pause":
        body["minutes"] = options.minutes
    answer = server.ask("POST", f"{_path(options.device)}/actions", body)
    if options.json:
        put_json(answer)
    else:
        say(
            "asked; it is delivered at once where the laptop is connected, else when it next is; "
            "`device asked` shows the answer"
        )
    return 0


def _asked(options: argparse.Namespace, server: LocalServer) -> int:
    asked = server.get(f"{_path(options.device)}/actions")["actions"]
    if options.json:
        put_json(asked)
    elif not asked:
        say("nothing was asked of it")
    else:
        put_table(
            ("asked (UTC)", "what", "by", "answer", "reason"),
            [
                (minute_of(a["asked_at"]), a["action"], a["asked_by"], _answer(a), a["reason"])
                for a in asked
            ],
        )
    return 0


def _facts(options: argparse.Namespace, server: LocalServer) -> int:
    answer = server.get(f"{_path(options.device)}/diagnostics")
    if options.json:
        put_json(answer)
    else:
        put_table(("fact", "value"), [(n, str(v)) for n, v in answer["facts"].items()])
        received, deleted = minute_of(answer["received_at"]), minute_of(answer["deleted_at"])
        say(f"as of {received} UTC; deleted here {deleted} UTC")
    return 0


def _answer(action: dict[str, Any]) -> str:
    if action["done"] is None:
        if action["begun_at"]:
            return f"begun {minute_of(action['begun_at'])}"
        return "delivered" if action["delivered_at"] else "waits"
    said = f"; {action['detail']}" if action["detail"] else ""
    return f"done{said}" if action["done"] else f"not done: {action['detail']}"


def _group(options: argparse.Namespace, server: LocalServer) -> int:
    groups = server.get("/api/v1/device-groups")["groups"]
    if options.group is not None:
        groups = [_set_group(options, server, groups)]
    if options.json:
        put_json(groups)
    elif not groups:
        say("no group has devices or settings yet")
    else:
        put_table(
            ("group", "silent after, hours", "return within, days", "silent"),
            [
                (
                    one["group"],
                    str(one["silent_after_hours"]),
                    str(one["return_within_days"]),
                    str(one["silent"]),
                )
                for one in groups
            ],
        )
    return 0


def _set_group(
    options: argparse.Namespace, server: LocalServer, groups: list[dict[str, Any]]
) -> Any:
    """What is not given stays as it is, or becomes the default."""
    if options.silent_after_hours is None and options.return_within_days is None:
        raise ServerError(
            "nothing to set is given; nothing was set; give --silent-after-hours or "
            "--return-within-days, or no group to list them"
        )
    now: dict[str, Any] = next((g for g in groups if g["group"] == options.group), _defaults())
    silent, back = options.silent_after_hours, options.return_within_days
    body = {
        "group": options.group,
        "silent_after_hours": now["silent_after_hours"] if silent is None else silent,
        "return_within_days": now["return_within_days"] if back is None else back,
    }
    return server.ask("PUT", "/api/v1/device-groups", body)


def _defaults() -> dict[str, Any]:
    return {
        "silent_after_hours": DEVICE_SILENT_AFTER_S // 3_600,
        "return_within_days": DEVICE_RETURN_WITHIN_S // 86_400,
    }


def _path(device: str) -> str:
    try:
        return f"/api/v1/devices/{UUID(device)}"
    except ValueError:
        raise ServerError(
            "that is no device's ID; nothing was done; `reticent-server device list` shows them"
        ) from None
