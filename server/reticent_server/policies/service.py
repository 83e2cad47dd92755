"""Publishing a policy, and finding the one that a laptop or a batch names."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from reticent_contract.catalog.model import Catalog
from reticent_contract.limits import NAME_CHARS_MAX
from reticent_contract.policy import (
    Policy,
    PolicyError,
    load_canonical,
    parse_policy,
    run_policy_tests,
    sign_policy,
)
from reticent_contract.v1 import policy_pb2
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reticent_server.errors import ConflictError, NotFoundError
from reticent_server.policies.models import PolicyVersion
from reticent_server.store.control.base import INTEGER_MAX
from reticent_server.store.control.engine import ControlStore

DEFAULT_GROUP = "default"
HISTORY_MAX = 1_000
PublishListener = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPolicy:
    """One version for one group. `published_s`: seconds since 1970-01-01 UTC."""

    group: str
    version: int
    canonical_json: bytes
    signature: bytes
    sha256: bytes
    published_s: int
    publisher: str

    @property
    def signed(self) -> policy_pb2.SignedPolicy:
        return policy_pb2.SignedPolicy(
            canonical_json=self.canonical_json,
            signature=self.signature,
            sha256=self.sha256,
            version=self.version,
        )


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
        self._has_epoch = has_epoch
        self._signing_key = signing_key
        self._catalog = catalog
        self._clock = clock
        self._listeners: list[PublishListener] = []
        self.public_key = signing_key.public_key().public_bytes(
            serialization.Encoding.Raw, serialization.PublicFormat.Raw
        )

    def on_publish(self, listener: PublishListener) -> None:
        """`listener(group)` is called, in any thread, after a version was published for it."""
        self._listeners.append(listener)

    def publish(
        self,
        document: Mapping[str, object],
        *,
        group: str = DEFAULT_GROUP,
        publisher: str = "local",
    ) -> int:
        """Signs and stores the document as the group's next version, and returns that.

        A document without `version` gets the next one. Raises PolicyError (the document is not a
        policy, or its own tests fail), ConflictError (its version is not newer).
        """
        if not 0 < len(group) <= NAME_CHARS_MAX or not group.isprintable():
            raise ConflictError(
                f"a group's name has 1 to {NAME_CHARS_MAX} printable characters; nothing was "
                "published"
            )
        newest = self._newest_version(group)
        document = {"version": newest + 1} | dict(document)
        policy = parse_policy(document, self._catalog)
        problems = run_policy_tests(policy, self._catalog)
        if problems:
            raise PolicyError(
                f"policy {policy.version} was not published, its own tests fail",
                problems,
                next_step="correct the rule or the test and publish again",
            )
        if self._has_epoch is not None and not self._has_epoch(policy.epoch):
            raise PolicyError(
                f"policy {policy.version} was not published",
                [
                    f"pseudonyms.epoch: epoch {policy.epoch} has no keys, so laptops would collect "
                    "nothing under it"
                ],
                next_step="name an epoch of `keys list`, or make the next one with `keys rotate`",
            )
        if policy.version <= newest:
            raise _not_newer(policy.version, newest, group)
        signed = sign_policy(document, self._signing_key)
        try:
            with self._control.session() as session:
                session.add(
                    PolicyVersion(
                        group_name=group,
                        version=policy.version,
                        canonical_json=signed.canonical_json,
                        signature=signed.signature,
                        sha256=signed.sha256,
                        published_s=int(self._clock()),
                        publisher=publisher[:128],
                    )
                )
        except IntegrityError:
            raise _not_newer(policy.version, policy.version, group) from None
        for listener in self._listeners:
            listener(group)
        return policy.version

    def current(self, group: str = DEFAULT_GROUP) -> PublishedPolicy:
        """The newest version for the group; the default group's where it has none of its own.

        Raises NotFoundError.
        """
        for name in dict.fromkeys((group, DEFAULT_GROUP)):
            wanted = (
                select(PolicyVersion)
                .where(PolicyVersion.group_name == name)
                .order_by(PolicyVersion.version.desc())
                .limit(1)
            )
            with self._control.read() as session:
                found = session.scalar(wanted)
                if found is not None:
                    return _published(found)
        raise NotFoundError(
            "no policy is published, so laptops collect nothing; run `reticent-server init`, or "
            "publish one"
        )

    def get(self, group: str, version: int) -> PublishedPolicy:
        """Raises NotFoundError."""
        with self._control.read() as session:
            found = session.get(PolicyVersion, (group, version))
            if found is None:
                raise NotFoundError(f"group {group!r} has no policy version {version}")
            return _published(found)

    def history(self, group: str = DEFAULT_GROUP) -> list[PublishedPolicy]:
        """Newest first, at most HISTORY_MAX."""
        wanted = (
            select(PolicyVersion)
            .where(PolicyVersion.group_name == group)
            .order_by(PolicyVersion.version.desc())
            .limit(HISTORY_MAX)
        )
        with self._control.read() as session:
            return [_published(row) for row in session.scalars(wanted)]

    def groups(self) -> list[str]:
        """Groups that have a policy of their own."""
        wanted = select(PolicyVersion.group_name).distinct().order_by(PolicyVersion.group_name)
        with self._control.read() as session:
            return list(session.scalars(wanted))

    def parsed(self, published: PublishedPolicy) -> Policy:
        return load_canonical(published.canonical_json, self._catalog)

    def named(self, group: str, version: int, sha256: bytes) -> Policy | None:
        """The policy that a batch names; None where the group never had it."""
        if version > INTEGER_MAX:
            return None
        with self._control.read() as session:
            canonical_json = _canonical_json(session, group, version, sha256)
        return None if canonical_json is None else load_canonical(canonical_json, self._catalog)

    def _newest_version(self, group: str) -> int:
        """Agents never go back, so a group's first own version follows the default group's."""
        wanted = select(func.max(PolicyVersion.version)).where(
            PolicyVersion.group_name.in_((group, DEFAULT_GROUP))
        )
        with self._control.read() as session:
            return session.scalar(wanted) or 0


def _canonical_json(session: Session, group: str, version: int, sha256: bytes) -> bytes | None:
    """What the group had under this version and hash: its own, or the default before its first."""
    first_own = select(func.min(PolicyVersion.version)).where(PolicyVersion.group_name == group)
    own_from = session.scalar(first_own)
    name = group if own_from is not None and version >= own_from else DEFAULT_GROUP
    row = session.get(PolicyVersion, (name, version))
    return row.canonical_json if row is not None and row.sha256 == sha256 else None


def _published(row: PolicyVersion) -> PublishedPolicy:
    return PublishedPolicy(
        group=row.group_name,
        version=row.version,
        canonical_json=row.canonical_json,
        signature=row.signature,
        sha256=row.sha256,
        published_s=row.published_s,
        publisher=row.publisher,
    )


def _not_newer(version: int, newest: int, group: str) -> ConflictError:
    return ConflictError(
        f"policy {version} was not published: group {group!r} has version {newest} already; that "
        "stays in force; give the new one a higher version, or none, and publish again"
    )
