"""Why a collector gave nothing is a term of the catalog's list, whatever it raised."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.health import event_of, health_row, reason_of
from reticent_agent.collect.linux.managed_objects import ReplyError
from reticent_agent.collect.macos.asking import UnknownFormError
from reticent_agent.collect.windows import laptop
from reticent_agent.collect.windows.cim import CimError
from reticent_agent.errors import AgentError, CollectError
from reticent_contract.catalog.agent_health import AGENT_HEALTH, COLLECTOR_EVENTS, COLLECTOR_REASONS

CANARY = "canary-q7f3"


@pytest.mark.parametrize(
    ("error", "event", "reason", "detail"),
    [
        (SourceUnavailableError("no bus", "run it"), "unavailable", "unavailable", "no bus"),
        (laptop.SourceUnavailableError("no log", "-"), "unavailable", "unavailable", "no log"),
        (CommandError("rpm", "missing", "is not there"), "unavailable", "unavailable", "rpm"),
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


def of_all(kind: type[AgentError]) -> Iterator[type[AgentError]]:
    for one in kind.__subclasses__():
        yield one
        yield from of_all(one)


def test_every_kind_of_error_says_a_term_of_the_list() -> None:
    kinds: list[type[AgentError]] = [AgentError, *of_all(AgentError)]
    assert len(kinds) > 10
    assert {kind.term for kind in kinds} <= set(COLLECTOR_REASONS)
    assert set(COLLECTOR_EVENTS) <= set(AGENT_HEALTH.events)
