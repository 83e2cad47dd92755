"""Why a collector gave nothing is a term of the catalog's list, whatever it raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import reticent_agent
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.health import event_of, health_row, reason_of
from reticent_agent.collect.linux.managed_objects import ReplyError
from reticent_agent.collect.macos.asking import UnknownFormError
from reticent_agent.collect.windows.cim import CimError
from reticent_agent.errors import AgentError, CollectError
from reticent_contract.catalog.agent_health import AGENT_HEALTH, COLLECTOR_EVENTS, COLLECTOR_REASONS

CANARY = "canary-q7f3"


@pytest.mark.parametrize(
    ("error", "event", "reason", "detail"),
    [
        (SourceUnavailableError("no bus", "run it"), "unavailable", "unavailable", "no bus"),
        (CommandError("rpm", "missing", "is not there"), "unavailable", "unavailable", "rpm"),
        (CommandError("rpm", "not_started", "no"), "failed", "program_not_started", "rpm"),
        (CommandError("rpm", "timeout", "did not end"), "failed", "program_timeout", "rpm"),
        (CommandError("rpm", "failed", "ended"), "failed", "program_failed", "rpm"),
        (CommandError("a", "too_much_output", "b"), "failed", "program_too_much_output", "a"),
        (ReplyError("bluez"), "failed", "not_understood", "bluez"),
        (UnknownFormError("ioreg"), "failed", "not_understood", "ioreg"),
        (CimError("gave nothing"), "failed", "not_understood", "CIM"),
        (CollectError("history_foreign", "is another's"), "failed", "history_foreign", "another"),
        (CollectError(CANARY, "is no term"), "failed", "internal", "no term"),
        (AgentError("of another kind", permanent=True), "failed", "failed", "of another kind"),
        (PermissionError(13, CANARY), "failed", "not_permitted", "EACCES"),
        (FileNotFoundError(2, CANARY), "failed", "not_found", "ENOENT"),
        (OSError(5, CANARY), "failed", "not_readable", "EIO"),
        (OSError(CANARY), "failed", "not_readable", ""),
        (UnicodeError(CANARY), "failed", "internal", "UnicodeError"),
    ],
    ids=range(17),
)
def test_each_error_has_its_term(error: Exception, event: str, reason: str, detail: str) -> None:
    told, said = reason_of(error)
    row = health_row(event_of(told), ts_us=1, component="os", reason=told, detail=said)
    assert (row.event, row.values["reason"]) == (f"collector_{event}", reason)
    assert detail in str(row.values.get("detail", ""))
    assert CANARY not in str(dict(row.values))


def said_in(source: ast.AST) -> Iterator[str]:
    """Every word that the code gives as the reason of a collector's event, as it stands there."""
    for node in ast.walk(source):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_name(target) in ("term", "CANNOT") for target in targets) and node.value:
                yield from _words(node.value)
        elif isinstance(node, ast.Call):
            if _name(node.func) == "CollectError":
                yield from _words(node.args[0])
            if node.args and "collector_" in str(getattr(node.args[0], "value", "")):
                for keyword in node.keywords:
                    yield from _words(keyword.value) if keyword.arg == "reason" else ()


def _name(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _words(node: ast.expr) -> Iterator[str]:
    """The texts that it may become: itself, the keys of a table, either side of an if."""
    if isinstance(node, ast.Dict):
        for key in node.keys:
            yield from _words(key) if key is not None else ()
    elif isinstance(node, ast.IfExp):
        yield from (*_words(node.body), *_words(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif _name(node) in ("UNAVAILABLE", "INTERNAL"):
        yield _name(node).lower()


def test_every_reason_that_the_code_says_is_a_term_of_the_list() -> None:
    """Read from the source, so that one that no test has met yet is seen as well."""
    (root,) = reticent_agent.__path__
    files = sorted(Path(root).rglob("*.py"))
    said = {word for file in files for word in said_in(ast.parse(file.read_text("utf-8")))}
    assert said <= set(COLLECTOR_REASONS)
    assert {"unavailable", "over_time", "wayland", "history_foreign", "not_understood"} <= said


def of_all(kind: type[AgentError]) -> Iterator[type[AgentError]]:
    for one in kind.__subclasses__():
        yield one
        yield from of_all(one)


def test_every_kind_of_error_says_a_term_of_the_list() -> None:
    kinds: list[type[AgentError]] = [AgentError, *of_all(AgentError)]
    assert len(kinds) > 10
    assert {kind.term for kind in kinds} <= set(COLLECTOR_REASONS)
    assert set(COLLECTOR_EVENTS) <= set(AGENT_HEALTH.events)
