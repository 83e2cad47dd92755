"""schemathesis over the whole OpenAPI document of a running server, as one caller.

Enters: where the server answers, who asks, how many examples each operation gets. Leaves: how each
operation answered, and every answer that broke the document or the server, once for each operation
and kind. Every operation of the document is asked, those that destroy too: the server must be one
that is thrown away. A session that was ended on the way is replaced by a new one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

SEED = 20_261_126
ANSWER_S_MAX = 60.0
LOG_OFF = "DELETE /api/v1/session"

CHECKS: Mapping[str, Any] = {
    # What a schema cannot say (the grammar of queries, what makes a policy sound, who is known) is
    # refused with 400, 403, 404 or 422, which the document names: no finding.
    "positive_data_acceptance": {"enabled": False},
    # As by default, and 413: a body beyond its bound is not read.
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "409", "413", "422", "429"]
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `renew` gives the headers of a new session, where what was asked ended the old."""

    headers: Mapping[str, str] = field(default_factory=dict)
    renew: Callable[[], Mapping[str, str]] | None = None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Of one run as one caller. `answers`: statuses by operation."""

    answers: dict[str, Counter[int]] = field(default_factory=dict)
    findings: dict[tuple[str, str], str] = field(default_factory=dict)  # (operation, kind): first
    seconds: float = 0.0

    @property
    def requests(self) -> int:
        return sum(sum(answers.values()) for answers in self.answers.values())

    @property
    def statuses(self) -> Counter[int]:
        return sum(self.answers.values(), Counter())


def ask_everything(
    document: dict[str, Any],
    *,
    origin: str,
    ca_file: str,
    caller: Caller,
    examples: int = 0,
    bounds: Literal["all", "forbidden", "none"] = "all",
    other_methods: bool = True,
    seed: int = SEED,
) -> Outcome:
    """Every operation: its examples, values at and past the bounds of its schema, drawn ones.

    `ca_file` proves the server at `origin`. `bounds` may be those alone that are past them.
    `other_methods`: the methods that an address does not take are tried as well.
    """
    schema = schemathesis.openapi.from_dict(
        document,
        config=SchemathesisConfig.from_dict(
            {
                "seed": seed,
                "base-url": origin,
                "tls-verify": ca_file,
                "request-timeout": ANSWER_S_MAX,
                "continue-on-failure": True,
                "headers": dict(caller.headers),
                "generation": {
                    "max-examples": max(examples, 1),
                    "deterministic": True,
                    "no-shrink": True,
                    "with-security-parameters": False,
                },
                "phases": {
                    "coverage": {
                        "enabled": bounds != "none",
                        "generation": {"mode": "negative" if bounds == "forbidden" else "all"},
                        "generate-duplicate-query-parameters": True,
                        **({} if other_methods else {"unexpected-methods": []}),
                    },
                    "fuzzing": {"enabled": examples > 0},
                    "stateful": {"enabled": False},
                },
                "checks": dict(CHECKS),
            }
        ),
    )
    outcome, begun = Outcome(), time.monotonic()
    with _newest_session(caller):
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _note(event, outcome)
            elif isinstance(event, events.NonFatalError):
                outcome.findings.setdefault((event.label, "error"), str(event.value))
            elif isinstance(event, events.FatalError):
                raise event.exception
    outcome.seconds = time.monotonic() - begun
    return outcome


@contextmanager
def _newest_session(caller: Caller) -> Iterator[None]:
    """Sends the newest session wherever the first one would be sent."""
    if caller.renew is None:
        yield
        return
    now, renew = caller.headers, caller.renew

    def newest(request: Any) -> Any:
        for name, value in caller.headers.items():
            if request.headers.get(name) == value:  # else it is a check's own forged credential
                request.headers[name] = now[name]
        return request

    def exchange(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        kwargs["auth"] = newest  # requests calls it last, with what would be sent

    def look(context: Any, case: Any, response: Any) -> None:
        nonlocal now
        ended = response.status_code == 401 or (
            context.operation.label == LOG_OFF and response.status_code == 204
        )
        if ended and response.request.headers.get("Cookie") == now["Cookie"]:
            now = renew()

    schemathesis.hook("before_call")(exchange)
    schemathesis.hook("after_call")(look)
    try:
        yield
    finally:
        schemathesis.hooks.unregister(exchange)
        schemathesis.hooks.unregister(look)


def _note(event: events.ScenarioFinished, outcome: Outcome) -> None:
    recorder = event.recorder
    answers = outcome.answers.setdefault(recorder.label, Counter())
    for case_id, interaction in recorder.interactions.items():
        if interaction.response is not None:
            answers[interaction.response.status_code] += 1
        for check in recorder.checks.get(case_id, []):
            if check.failure_info is not None:
                failure = check.failure_info.failure
                outcome.findings.setdefault(
                    (recorder.label, f"{check.name}: {failure.title}"),
                    f"{failure.message}\n{check.failure_info.code_sample}",
                )
