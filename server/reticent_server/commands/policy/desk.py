"""What `policy publish|history|rollout|rollback` ask for, of whoever can do it.

With the server running it is asked over its API, so that laptops hear of it at once; else the
control store is opened here, and they hear of it when they connect. Both answer with the same JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from reticent_contract.policy import PolicyError

from reticent_server.commands.client import ClientError, LocalServer, running_server
from reticent_server.commands.stores import LOCAL, audit_of, control_of, policies_of
from reticent_server.errors import ServerError
from reticent_server.http.schemas.policies import ListedPolicyOut, PolicyOut, PublishedOut
from reticent_server.http.schemas.rollouts import GroupOut, ProgressOut
from reticent_server.policies.recorded import LintRefusedError, RecordedPolicies

Json = dict[str, Any]
_Result = TypeVar("_Result")
Source = str | dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """For whom something is published; `despite_lint`: why although lint finds errors in it."""

    group: str
    share: int
    with_children: bool
    despite_lint: str | None


class LintStoppedError(ServerError):
    """Lint finds errors, so nothing was published."""

    def __init__(self, message: str, findings: list[Json]) -> None:
        super().__init__(message)
        self.findings = findings


class Desk(Protocol):
    """`pushed`: connected laptops hear of a change at once. All raise ServerError."""

    pushed: bool

    def publish(self, source: Source, how: How) -> Json: ...

    def roll_back(self, group: str, *, to: int, share: int) -> Json: ...

    def move(self, group: str, *, share: int | None) -> Json: ...

    def progress(self, group: str) -> Json: ...

    def history(self, group: str) -> list[Json]: ...

    def groups(self) -> list[Json]: ...


@contextmanager
def desk_of(data_dir: Path) -> Iterator[Desk]:
    server = running_server(data_dir)
    if server is not None:
        yield _Asked(server)
        return
    with control_of(data_dir) as control:
        recorded = RecordedPolicies(
            policies=policies_of(control, data_dir),
            record=audit_of(control).record,
            actor=LOCAL,
        )
        yield _Opened(recorded)


def refused(error: PolicyError) -> ServerError:
    return ServerError(f"{error}\nNothing was published; the version in force stays so.")


class _Asked:
    pushed = True

    def __init__(self, server: LocalServer) -> None:
        self._server = server

    def publish(self, source: Source, how: How) -> Json:
        body: Json = {
            "group": how.group,
            "share_percent": how.share,
            "with_children": how.with_children,
            "despite_lint": how.despite_lint,
        }
        body["text" if isinstance(source, str) else "document"] = source
        try:
            return self._ask("POST", "", body)
        except ClientError as error:
            if "findings" in error.problem:
                raise LintStoppedError(str(error), error.problem["findings"]) from error
            raise

    def roll_back(self, group: str, *, to: int, share: int) -> Json:
        return self._ask("POST", "/rollback", {"group": group, "to": to, "share_percent": share})

    def move(self, group: str, *, share: int | None) -> Json:
        what = {"stop": True} if share is None else {"share_percent": share}
        return self._ask("POST", "/rollout", {"group": group, **what})

    def progress(self, group: str) -> Json:
        found: Json = self._server.get("/api/v1/policies/rollout/current", {"group": group})
        return found

    def history(self, group: str) -> list[Json]:
        found: list[Json] = self._server.get("/api/v1/policies", {"group": group})["policies"]
        return found

    def groups(self) -> list[Json]:
        found: list[Json] = self._server.get("/api/v1/policies/groups")["groups"]
        return found

    def _ask(self, method: str, path: str, body: object) -> Json:
        answer: Json = self._server.ask(method, f"/api/v1/policies{path}", body)
        return answer


class _Opened:
    pushed = False

    def __init__(self, recorded: RecordedPolicies) -> None:
        self._recorded = recorded
        self._policies = recorded.policies

    def publish(self, source: Source, how: How) -> Json:
        try:
            done = _checked(
                lambda: self._recorded.publish(
                    source,
                    group=how.group,
                    share=how.share,
                    with_children=how.with_children,
                    despite_lint=how.despite_lint,
                )
            )
        except LintRefusedError as error:
            raise LintStoppedError(str(error), list(map(asdict, error.findings))) from error
        policy = self._policies.get(how.group, done.version)
        return PublishedOut.published(policy, done).model_dump()

    def roll_back(self, group: str, *, to: int, share: int) -> Json:
        version = _checked(lambda: self._recorded.roll_back(group, to=to, share=share))
        return PolicyOut.of(self._policies.get(group, version)).model_dump()

    def move(self, group: str, *, share: int | None) -> Json:
        policy = self._recorded.move(group, share=share)
        return ProgressOut.of(self._policies.progress.of(policy)).model_dump()

    def progress(self, group: str) -> Json:
        newest = self._policies.newest(group)
        return ProgressOut.of(self._policies.progress.of(newest)).model_dump()

    def history(self, group: str) -> list[Json]:
        usage = self._policies.progress.usage(group)
        return [
            ListedPolicyOut.listed(
                policy, usage.get(policy.version), newer_parent=newer
            ).model_dump()
            for policy, newer in self._policies.history_with_parents(group)
        ]

    def groups(self) -> list[Json]:
        return [GroupOut.of(name, self._policies).model_dump() for name in self._policies.groups()]


def _checked(call: Callable[[], _Result]) -> _Result:
    try:
        return call()
    except PolicyError as error:
        raise refused(error) from error
