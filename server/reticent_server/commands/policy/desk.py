"""What `policy publish|history|rollout|rollback` ask for, of whoever can do it.

With the server running it is asked over its API, so that laptops hear of it at once; else the
control store is opened here, and they hear of it when they connect. Both answer with the same JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from reticent_contract.policy import PolicyError

from reticent_server.commands.client import ClientError, LocalServer, running_server
from reticent_server.errors import ServerError

Json = dict[str, Any]
_UNPROCESSABLE = 422  # the text is refused, or there is no such version
Source = str | dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """For whom something is published; `despite_lint`: why although lint finds errors in it;
    `reason`: why it may reveal more than what is in force."""

    group: str
    share: int
    with_children: bool
    despite_lint: str | None
    reason: str


class LintStoppedError(ServerError):
    """Lint finds errors, so nothing was published."""

    def __init__(self, message: str, findings: list[Json]) -> None:
        super().__init__(message)
        self.findings = findings


class Desk(Protocol):
    """`pushed`: connected laptops hear of a change at once. All raise ServerError."""

    pushed: bool

    def reveals(self, source: Source | int, group: str, *, despite_lint: bool) -> list[str]:
        """What a text, or an older version, lets out that what is in force does not, in sentences.

        Nothing of what would be refused, by lint too: publishing says why.
        """
        ...

    def publish(self, source: Source, how: How) -> Json: ...

    def roll_back(self, group: str, *, to: int, share: int, reason: str) -> Json: ...

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
    # Here, because the control store takes most of a second to load, and a running server has it.
    from reticent_server.commands.policy.desk_opened import opened_desk

    with opened_desk(data_dir) as desk:
        yield desk


def refused(error: PolicyError) -> ServerError:
    return ServerError(f"{error}\nNothing was published; the version in force stays so.")


class _Asked:
    pushed = True

    def __init__(self, server: LocalServer) -> None:
        self._server = server

    def reveals(self, source: Source | int, group: str, *, despite_lint: bool) -> list[str]:
        try:
            if isinstance(source, int):
                after: Json = {"group": group, "version": source}
            else:  # JSON is YAML
                after = {"yaml": source if isinstance(source, str) else json.dumps(source)}
                if not (despite_lint or self._ask("POST", "/lint", after)["ok"]):
                    return []
            found = self._ask("POST", "/diff", {"before": {"group": group}, "after": after})
        except ClientError as error:
            if error.problem.get("status") == _UNPROCESSABLE:
                return []
            raise
        return [str(c["sentence"]) for c in found["changes"] if c["direction"] == "more"]

    def publish(self, source: Source, how: How) -> Json:
        body: Json = {
            "group": how.group,
            "share_percent": how.share,
            "with_children": how.with_children,
            "despite_lint": how.despite_lint,
            "reason": how.reason,
        }
        body["text" if isinstance(source, str) else "document"] = source
        try:
            return self._ask("POST", "", body)
        except ClientError as error:
            if "findings" in error.problem:
                raise LintStoppedError(str(error), error.problem["findings"]) from error
            raise

    def roll_back(self, group: str, *, to: int, share: int, reason: str) -> Json:
        body = {"group": group, "to": to, "share_percent": share, "reason": reason}
        return self._ask("POST", "/rollback", body)

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
