"""Publishing a policy, and finding the one that a laptop or a batch names."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.catalog.model import Catalog
from reticent_contract.policy import (
    Policy,
    PolicyError,
    canonical_bytes,
    load_canonical,
    parse_policy,
)
from reticent_contract.reading import Path
from sqlalchemy import select
from sqlalchemy.orm import Session

from reticent_server.errors import NotFoundError
from reticent_server.limits import POLICY_HISTORY_MAX, POLICY_LINEUPS_MAX
from reticent_server.policies import reading
from reticent_server.policies.drafts import LineFinding, findings_of, left_out_of
from reticent_server.policies.lineup import Lineup
from reticent_server.policies.models import PolicyVersion
from reticent_server.policies.progress import PolicyProgress
from reticent_server.policies.published import (
    SHARE_WHOLE,
    AuthorText,
    PublishedPolicy,
    StageState,
)
from reticent_server.policies.publishing import Publishing, Ready, check_group, no_policy
from reticent_server.policies.reading import DEFAULT_GROUP
from reticent_server.policies.rollouts import Rollouts
from reticent_server.policies.texts import ShownText, proved
from reticent_server.store.control.base import INTEGER_MAX
from reticent_server.store.control.engine import ControlStore, after_commit

__all__ = ["DEFAULT_GROUP", "PolicyService", "PublishedPolicy"]

_NAMED = 10  # versions, where one is named that is not there
PublishListener = Callable[[str], None]


class PolicyService:
    """Thread-safe; calls block on the control store."""

    def __init__(
        self,
        control: ControlStore,
        *,
        signing_key: Ed25519PrivateKey,
        catalog: Catalog,
        has_epoch: Callable[[int], bool] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`has_epoch`: whether an epoch has keys; None where this one publishes nothing."""
        self._control = control
        self._catalog = catalog
        self._clock = clock
        self.progress = PolicyProgress(control, clock=clock)
        self.rollouts = Rollouts(control, tell=self.tell, clock=clock)
        self._publishing = Publishing(
            control, signing_key=signing_key, catalog=catalog, has_epoch=has_epoch, clock=clock
        )
        # What was read last: every laptop that connects asks. Other servers share the database, so
        # each time it is asked whether anything was added.
        self._lineups: dict[str, tuple[tuple[int, int], Lineup]] = {}
        self._listeners: list[PublishListener] = []
        self.public_key = signing_key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )

    def on_publish(self, listener: PublishListener) -> None:
        """`listener(group)` is called, in any thread, when laptops of it are to get another one."""
        self._listeners.append(listener)

    def tell(self, group: str) -> None:
        """What laptops of the group are to run has changed."""
        for listener in self._listeners:
            listener(group)

    def publish(
        self,
        document: Mapping[str, object],
        *,
        group: str = DEFAULT_GROUP,
        publisher: str = "local",
        share: int = SHARE_WHOLE,
        text: AuthorText | None = None,
    ) -> int:
        """Signs and stores the document as the group's next version, and returns that.

        A document without `version` gets the next one. `share`: percent of the group's laptops
        that get it at first. `text`: the YAML that says it, kept beside what is signed. Raises
        PolicyError (the document is not a policy, its own tests fail, or it is not as strict as
        the one that it extends), ConflictError (its version is not newer, another one is being
        rolled out, or came in between), NotFoundError (what it extends is not there).
        """
        ready = self.ready(document, group=group, text=text)
        return self.store(ready, group=group, publisher=publisher, share=share)

    def ready(
        self,
        document: Mapping[str, object],
        *,
        group: str,
        text: AuthorText | None = None,
        lines: Mapping[Path, int] | None = None,
    ) -> Ready:
        """What `publish` would sign, for whoever looks at it before it is stored. Raises the same.

        `lines`: those of the document's places in `text`.
        """
        check_group(group)
        return self._publishing.ready(document, group, text=text, lines=lines)

    def lint(self, ready: Ready, group: str) -> list[LineFinding]:
        """What is probably not meant in what `ready` gave for the group. Raises PolicyError."""
        with self._control.read() as session:
            version = reading.newest_version(session, group) + 1
        policy = parse_policy({"version": version} | dict(ready.document), self._catalog)
        findings = findings_of(policy, ready.lines, self._catalog, now_s=int(self._clock()))
        extends = None if ready.extends is None else ready.extends.parent_group
        return [*findings, *left_out_of(extends, ready.tests_left_out, ready.lines)]

    def lint_published(self, policy: PublishedPolicy) -> list[LineFinding]:
        """What lint says today of a version, without lines."""
        return findings_of(self.parsed(policy), None, self._catalog, now_s=int(self._clock()))

    def in_force_already(self, ready: Ready, group: str) -> PublishedPolicy | None:
        """The group's newest version where it is for all of it, says just this, and its author's
        text is the same, comments and all."""
        with self._control.read() as session:
            newest = reading.newest(session, group)
            stored = None if newest is None else reading.text_of(session, group, newest.version)
        if newest is None or ready.text is None or stored != ready.text.text.encode():
            return None
        said = canonical_bytes({**ready.document, "version": newest.version})
        same = said == newest.canonical_json and ready.extends == newest.extends
        return newest if same and newest.stage.state is StageState.WHOLE else None

    def text_of(self, policy: PublishedPolicy) -> ShownText:
        """What its author wrote, proved to say what was signed; `show` and rollbacks ask."""
        parent: Mapping[str, object] | None = None
        with self._control.read() as session:
            stored = reading.text_of(session, policy.group, policy.version)
            if stored is not None and policy.extends is not None:
                extends = policy.extends
                found = reading.one(session, extends.parent_group, extends.parent_version)
                parent = None if found is None else self.parsed(found).document
        return proved(stored, policy, parent, self._catalog)

    def older(self, group: str, to: int) -> Ready:
        """What a rollback to this version signs, with its author's text. Raises NotFoundError."""
        before, older = self._publishing.in_force(group), self.get(group, to)
        document = dict(self.parsed(older).document)
        del document["version"]
        text = self.text_of(older).text
        return Ready(
            document=document, extends=older.extends, before=before, text=text, is_rollback=True
        )

    def check(self, ready: Ready, group: str) -> None:
        """Whether `store` would take it, before anybody is asked for leave. Raises as it does."""
        self._publishing.check(ready, group)

    def store(self, ready: Ready, *, group: str, publisher: str, share: int) -> int:
        """Signs and stores what `ready` gave; the version. Raises as `publish`."""
        with self._control.session() as session:
            return self.store_in(session, ready, group=group, publisher=publisher, share=share)

    def store_in(
        self, session: Session, ready: Ready, *, group: str, publisher: str, share: int
    ) -> int:
        """The same in somebody's transaction, which ends where this raises."""
        after_commit(session, lambda: self.tell(group))
        return self._publishing.store(session, ready, group=group, publisher=publisher, share=share)

    def current(self, group: str = DEFAULT_GROUP) -> PublishedPolicy:
        """The newest version for all of the group; the default group's where it has none.

        Raises NotFoundError.
        """
        return self.lineup(group).whole

    def lineup(self, group: str = DEFAULT_GROUP) -> Lineup:
        """What laptops of the group are to run. Raises NotFoundError."""
        with self._control.read() as session:
            stamp = reading.stamp(session)
            known = self._lineups.get(group)
            if known is not None and known[0] == stamp:
                return known[1]
            found = reading.lineup_of(session, group)
        if found is None:
            raise no_policy()
        if len(self._lineups) >= POLICY_LINEUPS_MAX:
            self._lineups = {}
        self._lineups[group] = stamp, found
        return found

    def get(self, group: str, version: int) -> PublishedPolicy:
        """Raises NotFoundError."""
        with self._control.read() as session:
            found = reading.one(session, group, version)
            there = [] if found is not None else reading.versions_of(session, group, limit=_NAMED)
        if found is None:
            has = f"it has {', '.join(map(str, there))}" if there else "it has none of its own"
            more = " and older ones" if len(there) == _NAMED else ""
            raise NotFoundError(
                f"group {group!r} has no policy version {version}: {has}{more}; nothing was done; "
                "name one of those"
            )
        return found

    def history(self, group: str = DEFAULT_GROUP) -> list[PublishedPolicy]:
        """Newest first, at most POLICY_HISTORY_MAX."""
        with self._control.read() as session:
            return reading.history_of(session, group, limit=POLICY_HISTORY_MAX)

    def newest(self, group: str = DEFAULT_GROUP) -> PublishedPolicy:
        """The group's newest version, for however many laptops; the default group's where it has
        none of its own. Raises NotFoundError."""
        with self._control.read() as session:
            found = reading.newest(session, group) or reading.newest(session, DEFAULT_GROUP)
        if found is None:
            raise no_policy()
        return found

    def history_with_parents(self, group: str) -> list[tuple[PublishedPolicy, int | None]]:
        """As `history`; with the newest one, the newer version of what it extends (or None)."""
        policies = self.history(group)
        newer = [self.newer_parent(policy) for policy in policies[:1]]
        return [(policy, newer[0] if i == 0 else None) for i, policy in enumerate(policies)]

    def groups(self) -> list[str]:
        """Groups that have a policy of their own."""
        with self._control.read() as session:
            return reading.groups_of(session)

    def newer_parent(self, policy: PublishedPolicy) -> int | None:
        """The version of the policy it extends that it does not take over yet; None for none."""
        if policy.extends is None:
            return None
        with self._control.read() as session:
            parent = reading.whole_of(session, policy.extends.parent_group)
        newer = parent is not None and parent.version > policy.extends.parent_version
        return parent.version if parent is not None and newer else None

    def check_extends(self, group: str, parent: str) -> None:
        """As publication does, of a draft for `group` that extends `parent`. Raises CircleError."""
        self._publishing.check_extends(group, parent)

    def extended(self, group: str) -> Mapping[str, object]:
        """The document over which a policy that extends this group's is laid.

        Raises NotFoundError.
        """
        return self.parsed(self._publishing.parent(group)).document

    def read_all(self, *, most: int) -> tuple[list[Policy], int]:
        """Versions of every group, by which rows that are stored were made; and how many there are
        that were not read.

        The newest of each group in any case, then the newest of all, up to `most`. What this
        catalog does not understand counts as not read.
        """
        newest, older = [], []
        with self._control.read() as session:
            total, _ = reading.stamp(session)
            for group in reading.groups_of(session):
                first, *before = reading.history_of(
                    session, group, limit=min(most + 1, POLICY_HISTORY_MAX)
                )
                newest.append(first)
                older += before
        older.sort(key=lambda published: -published.published_s)
        found: list[Policy] = []
        for published in (newest + older)[: max(len(newest), most)]:
            with suppress(PolicyError):
                found.append(self.parsed(published))
        return found, total - len(found)

    def behind(self, group: str) -> list[PublishedPolicy]:
        """The newest versions of other groups that extend an older version of this group's."""
        with self._control.read() as session:
            newest = [reading.newest(session, name) for name in reading.groups_of(session)]
        extending = [
            policy
            for policy in newest
            if policy is not None
            and policy.extends is not None
            and policy.extends.parent_group == group
        ]
        return [policy for policy in extending if self.newer_parent(policy) is not None]

    def parsed(self, published: PublishedPolicy) -> Policy:
        return load_canonical(published.canonical_json, self._catalog)

    def named(self, group: str, version: int, sha256: bytes) -> Policy | None:
        """The policy that a batch names; None where the group never had it."""
        if version > INTEGER_MAX:
            return None
        with self._control.read() as session:
            canonical_json = _canonical_json(session, group, version, sha256)
        return None if canonical_json is None else load_canonical(canonical_json, self._catalog)


def _canonical_json(session: Session, group: str, version: int, sha256: bytes) -> bytes | None:
    """What the group had under this version and hash: its own, or the default before its first."""
    first = reading.own_from(session, group)
    name = group if first is not None and version >= first else DEFAULT_GROUP
    wanted = select(PolicyVersion.canonical_json).where(
        PolicyVersion.group_name == name,
        PolicyVersion.version == version,
        PolicyVersion.sha256 == sha256,
    )
    return session.scalar(wanted)
