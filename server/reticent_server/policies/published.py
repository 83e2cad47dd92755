"""A published version as other parts see it: a value, apart from the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reticent_contract.v1 import policy_pb2

SHARE_WHOLE = 100


class StageState(StrEnum):
    WHOLE = "whole"  # for the whole group
    ROLLING = "rolling"  # for a share of it, which may grow
    STOPPED = "stopped"  # stays where it is, goes nowhere else


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far a version may go. `at_s`: since when, seconds since 1970-01-01 UTC."""

    state: StageState
    share_percent: int
    at_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Which version of which group a version was flattened from, and what its author wrote."""

    parent_group: str
    parent_version: int
    source_json: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorText:
    """YAML as its author wrote it, comments and all. It stays on the server."""

    text: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPolicy:
    """One version for one group. `published_s`: seconds since 1970-01-01 UTC.

    `text_by`: who wrote the text that is kept of it; None where none is.
    """

    group: str
    version: int
    canonical_json: bytes
    signature: bytes
    sha256: bytes
    published_s: int
    publisher: str
    stage: Stage
    extends: Extension | None
    text_by: str | None

    @property
    def signed(self) -> policy_pb2.SignedPolicy:
        return policy_pb2.SignedPolicy(
            canonical_json=self.canonical_json,
            signature=self.signature,
            sha256=self.sha256,
            version=self.version,
        )
