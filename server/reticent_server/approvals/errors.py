"""Why something was not asked for, approved or done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from reticent_server.errors import ServerError

if TYPE_CHECKING:
    from reticent_server.approvals.request import Request


class ApprovalError(ServerError):
    """Base of this package's errors. The message is meant for the one who asked."""


class ReasonMissingError(ApprovalError):
    def __init__(self) -> None:
        super().__init__(
            "this needs a reason, which the second person reads and the audit trail keeps; nothing "
            "was done; say why in one line"
        )


class UnknownRequestError(ApprovalError):
    """There is none, or none that the caller may see: the client is not told which."""

    def __init__(self) -> None:
        super().__init__("there is no such request; nothing was changed; list those there are")


class DecisionError(ApprovalError):
    """Whoever wants to decide may not. `why` goes into the audit trail."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}; the request is as it was; another account that may approve requests has to do "
            "it, logged on to the console or with its session"
        )
        self.why = why


class StateError(ApprovalError):
    """The request is past the point where this could be done with it."""

    def __init__(self, request_id: UUID, state: str) -> None:
        super().__init__(
            f"request {request_id} is {state} already; nothing was changed; whoever asked may ask "
            "again"
        )


class NotApprovedError(ApprovalError):
    """Nothing that was approved and is still good lets this caller do just this."""

    def __init__(self) -> None:
        super().__init__(
            "nobody has approved just this for you, or it is over or used; nothing was done; ask "
            "with a reason"
        )


class ApprovalNeededError(ApprovalError):
    """Somebody else must agree first. The request is made, and waits."""

    def __init__(self, request: Request, *, approvers: int) -> None:
        who = (
            "once somebody who may approve requests has agreed, do the same again"
            if approvers
            else "nobody else may approve requests: give another account the role privacy-officer "
            "or administrator (`reticent-server user add NAME --role privacy-officer`), or take "
            f"{request.kind} out of approvals.second_person in the server's configuration"
        )
        super().__init__(
            f"this needs a second person; nothing was done; request {request.request_id} waits for "
            f"one; {who}"
        )
        self.request = request
