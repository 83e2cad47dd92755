"""`reticent-server approval`: what waits for a second person, and deciding on it.

Acts as `local`, in the control store itself, with or without a running server; it never decides on
what was asked for as `local`.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING
from uuid import UUID

from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    minute_of,
    put,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.stores import approvals_of, control_of
from reticent_server.http.schemas.base import time_of

if TYPE_CHECKING:
    from reticent_server.approvals.request import Request
    from reticent_server.approvals.service import ApprovalService


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser(
        "list", help="list requests: those that wait, then the others, each newest first"
    )
    listed.add_argument("--waiting", action="store_true", help="only those that wait")
    show = actions.add_parser("show", help="show one, with what it is about")
    approve = actions.add_parser("approve", help="be the second person, and agree")
    refuse = actions.add_parser("refuse", help="be the second person, and refuse")
    withdraw = actions.add_parser("withdraw", help="take back a request of `local`, or an approval")
    for action in (approve, refuse):
        action.add_argument("--words", default="", metavar="TEXT", help="why, for the audit trail")
    for action in (show, approve, refuse, withdraw):
        action.add_argument("request_id", type=UUID, metavar="REQUEST")
    for action in (listed, show, approve, refuse, withdraw):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    data_dir = initialised(config)
    with control_of(data_dir) as control:
        approvals = approvals_of(control, config)
        if options.action == "list":
            return _list(options, approvals)
        return _one(options, approvals)


def _list(options: argparse.Namespace, approvals: ApprovalService) -> int:
    from reticent_server.approvals.request import State
    from reticent_server.auth.tokens import local_caller
    from reticent_server.http.schemas.approvals import RequestOut

    caller = local_caller()
    found = approvals.list(caller=caller, states=[State.WAITING] if options.waiting else ())
    if options.json:
        put_json([RequestOut.of(request, caller).model_dump() for request in found])
        return 0
    if not found:
        say("no request waits" if options.waiting else "nobody was asked to agree to anything yet")
        return 0
    put_table(
        ("request", "state", "kind", "asked by", "asked (UTC)", "about", "reason"),
        [
            (
                str(one.request_id),
                one.state.value,
                one.kind.value,
                one.asked_by,
                minute_of(time_of(one.asked_s)),
                one.name,
                one.reason,
            )
            for one in found
        ],
    )
    return 0


def _one(options: argparse.Namespace, approvals: ApprovalService) -> int:
    from reticent_server.auth.tokens import local_caller
    from reticent_server.http.schemas.approvals import RequestDetailOut, RequestOut

    caller = local_caller()
    match options.action:
        case "show":
            request, about = approvals.view(options.request_id, caller=caller)
            if options.json:
                put_json(RequestDetailOut.whole(request, about, caller).model_dump())
            else:
                _put(request, about)
            return 0
        case "approve":
            done = approvals.approve(options.request_id, caller=caller, words=options.words)
        case "refuse":
            done = approvals.refuse(options.request_id, caller=caller, words=options.words)
        case _:
            done = approvals.withdraw(options.request_id, caller=caller)
    if options.json:
        put_json(RequestOut.of(done, caller).model_dump())
    else:
        say(f"request {done.request_id} of {done.asked_by} is {done.state}")
    return 0


def _put(request: Request, about: str) -> None:
    put(f"{request.kind}: {request.name}")
    put(f"state: {request.state}")
    asked = minute_of(time_of(request.asked_s))
    put(f"asked by {request.asked_by} at {asked} UTC: {request.reason}")
    if request.decided_by:
        put(f"decided by {request.decided_by}: {request.decision}")
    for line in about.splitlines():
        put("  " + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line))
