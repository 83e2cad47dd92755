"""How far a caller's scope reaches: which groups, devices and rows. The one place that decides it.

Must hold: what lies beyond is answered like what is not there, so that nobody learns of it.
"""

from __future__ import annotations

from uuid import UUID

from reticent_server.auth import Caller, Scope
from reticent_server.devices.view import DeviceView
from reticent_server.errors import NotFoundError
from reticent_server.http.problems import ProblemError, not_found
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.query.expr import Expr
from reticent_server.query.reach import Area, Reach
from reticent_server.query.scoped import ScopedEvents
from reticent_server.services import Services


def reach_of(services: Services, caller: Caller, scope: Scope) -> Reach:
    """The rows that the scope shows. Blocks where the caller is limited to groups."""
    return Reach(
        tuple(
            Area(
                devices=None if grant.groups is None else services.devices.ids_in(grant.groups),
                columns=grant.columns,
            )
            for grant in caller.grants_for(scope)
        )
    )


def events_of(
    services: Services, caller: Caller, scope: Scope, *, with_sealed: bool = False
) -> ScopedEvents:
    """The event store as the scope shows it. Blocks as `reach_of` does.

    `with_sealed`: sealed values whole, for a request that was approved and nothing else.
    """
    reach = reach_of(services, caller, scope)
    return ScopedEvents(services.events, reach, with_sealed=with_sealed)


def refuse_hidden(
    services: Services, caller: Caller, reach: Reach, expr: Expr, *, address: str
) -> None:
    """Raises ProblemError 403, recorded, for a query over a column that is hidden everywhere."""
    field = reach.hidden_field(expr)
    if field is None:
        return
    services.audit.record(
        actor=caller.name,
        action="events.search",
        object=field,
        outcome="refused",
        reason="the column is masked",
        source_address=address,
    )
    raise masked_column(field)


def masked_column(field: str) -> ProblemError:
    return ProblemError(
        403,
        "masked-column",
        f"no role of yours shows the column {field}, so it cannot be searched by; nothing was "
        "searched; leave it out, or ask an administrator",
        extra={"field": field},
    )


def device_in_reach(
    services: Services, caller: Caller, scope: Scope, device_id: UUID
) -> DeviceView:
    """Raises ProblemError 404 where there is none, or none within reach. Blocks."""
    try:
        device = services.devices.get(device_id)
    except NotFoundError:
        raise not_found("device") from None
    if not caller.reaches(scope, device.group):
        raise not_found("device")
    return device


def listed_groups(caller: Caller, scope: Scope, group: str | None) -> frozenset[str] | None:
    """The groups of a list that is narrowed to one, or is not; None is all.

    Raises ProblemError 404 as `group_in_reach`.
    """
    if group is None:
        return caller.groups(scope)
    return frozenset({group_in_reach(caller, scope, group)})


def every_group(caller: Caller, scope: Scope) -> None:
    """Raises ProblemError 403 for a caller whose scope is limited to groups."""
    if caller.groups(scope) is not None:
        raise ProblemError(
            403,
            "limited-role",
            "this reaches every group, and no role of yours does; nothing was done; ask an "
            "administrator, or leave out what reaches further",
            extra={"scope": scope.value},
        )


def extendable(caller: Caller, scope: Scope, group: str) -> bool:
    """Whether a draft of the caller's may be laid over this group's policy, and so show it. The
    default group's is what every group without its own runs, so that nobody is kept from it."""
    return group == DEFAULT_GROUP or caller.reaches(scope, group)


def own_group(caller: Caller, scope: Scope, group: str | None) -> str:
    """The group that was asked for, else the default one, else the first of the caller's own.

    Raises ProblemError 404 as `group_in_reach`.
    """
    groups = caller.groups(scope)
    if group is None and groups is not None and DEFAULT_GROUP not in groups:
        group = min(groups, default=DEFAULT_GROUP)
    return group_in_reach(caller, scope, DEFAULT_GROUP if group is None else group)


def group_in_reach(caller: Caller, scope: Scope, group: str) -> str:
    """Raises ProblemError 404 where it is beyond, be there such a group or not."""
    if not caller.reaches(scope, group):
        raise not_found("group")
    return group
