"""From a document to a stored version: flattened, bound to its group, checked, signed.

Enters: a document, and for which group. Leaves: a row that never changes, with its first step and
what it extends. Must hold: everything is checked before anything is signed; a version is stored
whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import NAME_CHARS_MAX
from reticent_contract.policy import (
    Policy,
    PolicyError,
    canonical_bytes,
    failures_with_values,
    load_canonical,
    parse_policy,
    sign_policy,
    unpublishable,
)
from reticent_contract.reading import Path, Problem
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.policies import reading
from reticent_server.policies.flatten import (
    CircleError,
    check_strictness,
    flatten,
    lines_of_flat,
    read_difference,
    tests_left_out,
)
from reticent_server.policies.models import (
    PolicyExtension,
    PolicyStep,
    PolicyText,
    PolicyVersion,
)
from reticent_server.policies.published import (
    SHARE_WHOLE,
    AuthorText,
    Extension,
    PublishedPolicy,
    StageState,
)
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.store.control.engine import ControlStore

_NEXT = "correct it and publish again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A document that stands on its own; `extends` says what it was flattened from, `text` what
    its author wrote. `lines`: of its places in that text, where there is one. `is_rollback`: it is
    an older version's document, so what that extended may be older too. `tests_left_out`: names of
    those that are not taken over from what it extends.

    `before`: what is in force for the group, which it is compared with, and the only one that it
    may follow; None where nothing is."""

    document: Mapping[str, object]
    extends: Extension | None
    before: PublishedPolicy | None
    text: AuthorText | None = None
    lines: Mapping[Path, int] | None = None
    is_rollback: bool = False
    tests_left_out: tuple[str, ...] = ()


class Publishing:
    """Thread-safe; calls block on the control store."""

    def __init__(
        self,
        control: ControlStore,
        *,
        signing_key: Ed25519PrivateKey,
        catalog: Catalog,
        has_epoch: Callable[[int], bool] | None,
        clock: Callable[[], float],
    ) -> None:
        self._has_epoch = has_epoch
        self._control = control
        self._signing_key = signing_key
        self._catalog = catalog
        self._clock = clock

    def ready(
        self,
        document: Mapping[str, object],
        group: str,
        *,
        text: AuthorText | None = None,
        lines: Mapping[Path, int] | None = None,
    ) -> Ready:
        """Raises PolicyError, NotFoundError (what it extends is not there)."""
        before, difference = self.in_force(group), read_difference(document)
        if difference is None:
            bound = for_group(document, group)
            return Ready(document=bound, extends=None, before=before, text=text, lines=lines)
        self.check_extends(group, difference.extends)
        parent = self.parent(difference.extends)
        above = load_canonical(parent.canonical_json, self._catalog)
        flat = for_group(flatten(above.document, difference.says, self._catalog), group)
        child = parse_policy({"version": 1} | flat, self._catalog)
        check_strictness(above, child, difference, self._catalog)
        extension = Extension(
            parent_group=parent.group,
            parent_version=parent.version,
            source_json=canonical_bytes({k: v for k, v in document.items() if k != "version"}),
        )
        if lines is not None:
            lines = lines_of_flat(lines, above.document, difference, self._catalog)
        return Ready(
            document=flat,
            extends=extension,
            before=before,
            text=text,
            lines=lines,
            tests_left_out=tuple(tests_left_out(above.document, difference.says)),
        )

    def store(
        self, session: Session, ready: Ready, *, group: str, publisher: str, share: int
    ) -> int:
        """The new version's number. Raises PolicyError, ConflictError; then the transaction ends,
        and nothing is stored."""
        if not 1 <= share <= SHARE_WHOLE:
            raise ConflictError("a share is 1 to 100 percent of a group; nothing was published")
        try:
            reading.hold_all(session)
            reading.hold(session, group)
            if ready.extends is not None and not ready.is_rollback:
                _check_parent(session, ready.extends)
            _check_before(session, ready, group)
            if share < SHARE_WHOLE:
                _check_partial(session, group)
            row = self._signed(session, ready, group)
            row.publisher = publisher[:128]
            session.add(row)
            session.flush()  # before the rows that refer to it
            if share < SHARE_WHOLE:
                session.add(_first_step(row, share))
            if ready.extends is not None:
                session.add(_extension(row, ready.extends))
            if ready.text is not None:
                session.add(_text(row, ready.text))
            session.flush()
        except IntegrityError:
            raise ConflictError(
                f"the policy was not published: group {group!r} got another version at the same "
                "moment; look at that one, and publish again"
            ) from None
        return row.version

    def in_force(self, group: str) -> PublishedPolicy | None:
        """What the group's laptops run that no share covers: a rollout may still be stopped."""
        with self._control.read() as session:
            return reading.whole_of(session, group)

    def parent(self, group: str) -> PublishedPolicy:
        """The same, of the group itself, not the default one. Raises NotFoundError."""
        parent = self.in_force(group)
        if parent is None or parent.group != group:
            raise no_parent(group)
        return parent

    def check_extends(self, group: str, parent: str) -> None:
        """That a policy of `group` may build on that of `parent`. Raises CircleError."""
        with self._control.read() as session:
            _check_circle(session, group, parent)

    def check(self, ready: Ready, group: str) -> None:
        """What `store` would refuse whoever agrees to it. Raises PolicyError, ConflictError."""
        with self._control.read() as session:
            self._checked(session, ready, group)

    def _checked(
        self, session: Session, ready: Ready, group: str
    ) -> tuple[dict[str, object], Policy]:
        """The document with its number, and the policy that it says."""
        if ready.extends is not None:
            _check_circle(session, group, ready.extends.parent_group)
        newest = reading.newest_version(session, group)
        document = {"version": newest + 1} | dict(ready.document)
        policy = parse_policy(document, self._catalog)
        hidden = [] if ready.is_rollback else unpublishable(document)
        if hidden:
            raise PolicyError("the policy was refused", hidden, next_step=_NEXT)
        problems = failures_with_values(policy, self._catalog)
        if problems:
            raise PolicyError(
                f"policy {policy.version} was not published, its own tests fail",
                problems,
                next_step="correct the rule or the test and publish again",
            )
        if self._has_epoch is not None:
            self._check_epoch(session, policy, self._has_epoch)
        if policy.version <= newest:
            raise ConflictError(
                f"policy {policy.version} was not published: {_has(session, group, newest)}; what "
                "is in force stays so; give the new one a higher version, or none, and publish "
                "again"
            )
        return document, policy

    def _signed(self, session: Session, ready: Ready, group: str) -> PolicyVersion:
        document, policy = self._checked(session, ready, group)
        signed = sign_policy(document, self._signing_key)
        return PolicyVersion(
            group_name=group,
            version=policy.version,
            canonical_json=signed.canonical_json,
            signature=signed.signature,
            sha256=signed.sha256,
            published_s=int(self._clock()),
        )

    def _check_epoch(
        self, session: Session, policy: Policy, has_epoch: Callable[[int], bool]
    ) -> None:
        """Under `hold_all`, so that nobody ends the epoch between this look and the commit."""
        if not has_epoch(policy.epoch):
            why = f"epoch {policy.epoch} has no keys, so laptops would collect nothing under it"
        elif reading.is_ending(session, policy.epoch):
            why = (
                f"the keys of epoch {policy.epoch} are being destroyed; where that broke off, "
                f"`keys destroy {policy.epoch}` goes on"
            )
        else:
            return
        raise PolicyError(
            f"policy {policy.version} was not published",
            [f"pseudonyms.epoch: {why}"],
            next_step="name an epoch of `keys list`, or make the next one with `keys rotate`",
        )


def _has(session: Session, group: str, newest: int) -> str:
    """Whose the newest version is that a new one of the group has to come after."""
    if reading.one(session, group, newest) is not None:
        return f"group {group!r} has version {newest} already"
    return (
        f"group {DEFAULT_GROUP!r} has version {newest} already, and those of group {group!r} go on "
        "from there, as its laptops never go back to an older one"
    )


def check_group(group: str) -> None:
    """Raises ConflictError."""
    if not 0 < len(group) <= NAME_CHARS_MAX or not group.isprintable():
        raise ConflictError(
            f"a group's name has 1 to {NAME_CHARS_MAX} printable characters; nothing was published"
        )


def no_policy() -> NotFoundError:
    return NotFoundError(
        "no policy is published, so laptops collect nothing; run `reticent-server init`, or "
        "publish one"
    )


def for_group(document: Mapping[str, object], group: str) -> dict[str, object]:
    """The document with the name of the group that it is for, which agents check.

    Without one for the default group, whose policy other groups' laptops run too; without one also
    where it says `group: null`, for agents that do not know the word yet.
    """
    given = document.get("group", group)
    if given is not None and given != group:
        raise _refused(("group",), f"is not {group!r}, the group that it is published for")
    bound = {key: value for key, value in document.items() if key != "group"}
    if given is not None and group != DEFAULT_GROUP:
        bound["group"] = group
    return bound


def _check_partial(session: Session, group: str) -> None:
    newest = reading.newest(session, group)
    if newest is not None and newest.stage.state is StageState.ROLLING:
        raise ConflictError(
            f"nothing was published: version {newest.version} of group {group!r} is still being "
            f"rolled out ({newest.stage.share_percent} %); bring that to 100 % or stop it first"
        )
    if reading.whole_of(session, group) is None:
        raise ConflictError(
            f"nothing was published: group {group!r} has no policy for the laptops outside the "
            "share; publish the first one for all of them"
        )


def _check_circle(session: Session, group: str, parent: str) -> None:
    """Where each waits for the other's newer version, none would ever have taken over all."""
    if parent == group:
        raise _circular("names the group that it is published for")
    circle = reading.circle(session, group, parent)
    if circle:
        said = ", ".join(f"{below!r} extends {above!r}" for below, above in pairwise(circle))
        raise _circular(
            f"makes a circle: {said}; extend a group that builds on none of these, or publish "
            f"{parent!r} anew so that it does not",
        )


def _check_before(session: Session, ready: Ready, group: str) -> None:
    """Under `hold_all`: what the group runs is still what the document was compared with. Else it
    would reveal more than anybody agreed to, over a stricter version that came meanwhile."""
    now = reading.whole_of(session, group)
    if _sha256(now) != _sha256(ready.before):
        raise ConflictError(
            f"the policy was not published: group {group!r} got another version at the same "
            "moment; look at that one, and publish again"
        )


def _sha256(policy: PublishedPolicy | None) -> bytes | None:
    return None if policy is None else policy.sha256


def _check_parent(session: Session, extends: Extension) -> None:
    """Under `hold_all` and the parent's own: it is flattened before the lock, which may take long.

    Else a version published meanwhile would be missing from a child that is newer than it.
    """
    reading.hold(session, extends.parent_group)
    parent = reading.whole_of(session, extends.parent_group)
    if parent is None or (parent.group, parent.version) != (
        extends.parent_group,
        extends.parent_version,
    ):
        raise ConflictError(
            f"nothing was published: group {extends.parent_group!r}, which this extends, got "
            "another version at the same moment; publish again, over that one"
        )


def _first_step(row: PolicyVersion, share: int) -> PolicyStep:
    return PolicyStep(
        group_name=row.group_name,
        version=row.version,
        step=1,
        share_percent=share,
        stopped=False,
        at_s=row.published_s,
        done_by=row.publisher,
    )


def _extension(row: PolicyVersion, extends: Extension) -> PolicyExtension:
    return PolicyExtension(
        group_name=row.group_name,
        version=row.version,
        parent_group=extends.parent_group,
        parent_version=extends.parent_version,
        source_json=extends.source_json,
    )


def _text(row: PolicyVersion, text: AuthorText) -> PolicyText:
    return PolicyText(
        group_name=row.group_name,
        version=row.version,
        text=text.text.encode(),
        author=text.author[:128],
    )


def _circular(what: str) -> CircleError:
    problems = [Problem(("extends",), what)]
    return CircleError("the policy was refused", problems, next_step=_NEXT)


def _refused(path: tuple[str, ...], what: str) -> PolicyError:
    problems = [Problem(path, what)]
    return PolicyError("the policy was refused", problems, next_step=_NEXT)


def no_parent(group: str) -> NotFoundError:
    """The same for a group without a policy and for one that somebody may not see."""
    return NotFoundError(
        f"group {group!r} has no policy of its own for all of its laptops, which could be "
        "extended; nothing was published; publish one for it, or extend another group's"
    )
