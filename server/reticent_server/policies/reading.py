"""Reading published versions with how far they may go.

Every function takes an open session; what it returns outlives it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from reticent_server.policies.lineup import Lineup
from reticent_server.policies.models import (
    EpochEnd,
    PolicyExtension,
    PolicyStep,
    PolicyText,
    PolicyVersion,
)
from reticent_server.policies.published import (
    SHARE_WHOLE,
    Extension,
    PublishedPolicy,
    Stage,
    StageState,
)

DEFAULT_GROUP = "default"


def whole_of(session: Session, group: str) -> PublishedPolicy | None:
    """What the group's laptops run that no share covers: its newest version for all of them.

    Before its first such version that is the default group's, as far as that is older than the
    group's first own one: laptops could not go from a newer one to it.
    """
    return _newest_whole(session, group) or _fallback(session, group)


def lineup_of(session: Session, group: str) -> Lineup | None:
    whole = whole_of(session, group)
    if whole is None:
        return None
    first = own_from(session, group)
    staged: list[PublishedPolicy] = []
    if first is not None:
        own = _versions(group).where(PolicyVersion.version > whole.version)
        staged += _published(session, own)
    if whole.group != group:
        default = _versions(DEFAULT_GROUP).where(PolicyVersion.version > whole.version)
        if first is not None:
            default = default.where(PolicyVersion.version < first)
        staged += _published(session, default)
    return Lineup(tuple(staged), whole)


def stamp(session: Session) -> tuple[int, int]:
    """Tells one state of versions and shares from every other: rows are only ever added."""
    versions = select(func.count()).select_from(PolicyVersion).scalar_subquery()
    steps = select(func.count()).select_from(PolicyStep).scalar_subquery()
    row = session.execute(select(versions.label("versions"), steps.label("steps"))).one()
    return row.versions, row.steps


def hold_all(session: Session) -> None:
    """Until the session ends nobody else publishes, for any group, or ends an epoch. Before `hold`.

    SQLite's sessions that write are alone anyway; PostgreSQL locks the oldest row.
    """
    first = select(PolicyVersion.version).order_by(PolicyVersion.group_name, PolicyVersion.version)
    session.scalar(first.limit(1).with_for_update())


def hold(session: Session, group: str) -> None:
    """Until the session ends nobody else publishes for the group or moves its share.

    SQLite's sessions that write are alone anyway; PostgreSQL locks the row.
    """
    first = _versions(group).order_by(None).order_by(PolicyVersion.version).limit(1)
    session.scalar(first.with_for_update())


def newest(session: Session, group: str) -> PublishedPolicy | None:
    """The group's own newest version, for however many laptops."""
    return next(iter(_published(session, _versions(group).limit(1))), None)


def one(session: Session, group: str, version: int) -> PublishedPolicy | None:
    wanted = _versions(group).where(PolicyVersion.version == version)
    return next(iter(_published(session, wanted)), None)


def history_of(session: Session, group: str, *, limit: int) -> list[PublishedPolicy]:
    return _published(session, _versions(group).limit(limit))


def versions_of(session: Session, group: str, *, limit: int) -> list[int]:
    """The group's own, newest first."""
    wanted = select(PolicyVersion.version).where(PolicyVersion.group_name == group)
    return list(session.scalars(wanted.order_by(PolicyVersion.version.desc()).limit(limit)))


def newest_version(session: Session, group: str) -> int:
    """Agents never go back, so a group's first own version follows the default group's."""
    wanted = select(func.max(PolicyVersion.version)).where(
        PolicyVersion.group_name.in_((group, DEFAULT_GROUP))
    )
    return session.scalar(wanted) or 0


def own_from(session: Session, group: str) -> int | None:
    """The group's first own version; before it, its laptops had the default group's."""
    wanted = select(func.min(PolicyVersion.version)).where(PolicyVersion.group_name == group)
    return session.scalar(wanted)


def circle(session: Session, group: str, parent: str) -> tuple[str, ...]:
    """The groups of which each would extend the next, from `group` back to itself, if it extended
    `parent`; empty where there is no such circle. Ends where others are in a circle already."""
    ways: dict[str, tuple[str, ...]] = {parent: (group, parent)}
    waiting = [parent]
    while waiting:
        name = waiting.pop(0)
        for above in _extended_by(session, name):
            if above == group:
                return (*ways[name], group)
            if above not in ways:
                ways[above] = (*ways[name], above)
                waiting.append(above)
    return ()


def _extended_by(session: Session, group: str) -> list[str]:
    """What the group's newest version extends, and what the one does that is for all of it."""
    own = (newest(session, group), _newest_whole(session, group))
    return sorted({policy.extends.parent_group for policy in own if policy and policy.extends})


def text_of(session: Session, group: str, version: int) -> bytes | None:
    """What its author wrote, as it was stored: whoever shows it proves it first."""
    wanted = select(PolicyText.text).where(
        PolicyText.group_name == group, PolicyText.version == version
    )
    return session.scalar(wanted)


def is_ending(session: Session, epoch: int) -> bool:
    """Whether somebody is destroying the epoch's keys, or has."""
    return session.get(EpochEnd, epoch) is not None


def groups_of(session: Session) -> list[str]:
    """Groups that have a policy of their own."""
    wanted = select(PolicyVersion.group_name).distinct().order_by(PolicyVersion.group_name)
    return list(session.scalars(wanted))


def _newest_whole(session: Session, group: str) -> PublishedPolicy | None:
    part = _is_in_part()
    wanted = _versions(group).where(~part).limit(1)
    return next(iter(_published(session, wanted)), None)


def _fallback(session: Session, group: str) -> PublishedPolicy | None:
    wanted = _versions(DEFAULT_GROUP).where(~_is_in_part()).limit(1)
    first = own_from(session, group)
    if group == DEFAULT_GROUP:
        return None
    if first is not None:
        wanted = wanted.where(PolicyVersion.version < first)
    return next(iter(_published(session, wanted)), None)


def _is_in_part() -> ColumnElement[bool]:
    """True of a version whose last step is not the whole group. A step of 100 is the last one."""
    any_step = select(PolicyStep.step).where(
        PolicyStep.group_name == PolicyVersion.group_name,
        PolicyStep.version == PolicyVersion.version,
    )
    return any_step.exists() & ~any_step.where(PolicyStep.share_percent == SHARE_WHOLE).exists()


def _versions(group: str) -> Select[PolicyVersion]:
    return (
        select(PolicyVersion)
        .where(PolicyVersion.group_name == group)
        .order_by(PolicyVersion.version.desc())
    )


def _published(session: Session, wanted: Select[PolicyVersion]) -> list[PublishedPolicy]:
    rows = list(session.scalars(wanted))
    keys = [(row.group_name, row.version) for row in rows]
    stages = _last_steps(session, keys)
    extensions = _extensions(session, keys)
    authors = _authors(session, keys)
    return [
        PublishedPolicy(
            group=row.group_name,
            version=row.version,
            canonical_json=row.canonical_json,
            signature=row.signature,
            sha256=row.sha256,
            published_s=row.published_s,
            publisher=row.publisher,
            stage=stages.get((row.group_name, row.version)) or _whole_since(row.published_s),
            extends=extensions.get((row.group_name, row.version)),
            text_by=authors.get((row.group_name, row.version)),
        )
        for row in rows
    ]


def _last_steps(session: Session, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Stage]:
    found: dict[tuple[str, int], Stage] = {}
    steps = (
        select(PolicyStep)
        .where(tuple_(PolicyStep.group_name, PolicyStep.version).in_(keys))
        .order_by(PolicyStep.step)
    )
    for step in session.scalars(steps) if keys else ():
        found[step.group_name, step.version] = Stage(
            state=_state(step), share_percent=step.share_percent, at_s=step.at_s
        )
    return found


def _extensions(
    session: Session, keys: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], Extension]:
    wanted = select(PolicyExtension).where(
        tuple_(PolicyExtension.group_name, PolicyExtension.version).in_(keys)
    )
    return {
        (row.group_name, row.version): Extension(
            parent_group=row.parent_group,
            parent_version=row.parent_version,
            source_json=row.source_json,
        )
        for row in (session.scalars(wanted) if keys else ())
    }


def _authors(session: Session, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    wanted = select(PolicyText.group_name, PolicyText.version, PolicyText.author).where(
        tuple_(PolicyText.group_name, PolicyText.version).in_(keys)
    )
    rows = session.execute(wanted).all() if keys else []
    return {(row.group_name, row.version): row.author for row in rows}


def _state(step: PolicyStep) -> StageState:
    if step.share_percent == SHARE_WHOLE:
        return StageState.WHOLE
    return StageState.STOPPED if step.stopped else StageState.ROLLING


def _whole_since(at_s: int) -> Stage:
    return Stage(state=StageState.WHOLE, share_percent=SHARE_WHOLE, at_s=at_s)
