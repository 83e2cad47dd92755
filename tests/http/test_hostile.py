"""A bounded run of schemathesis over the whole API; `tests/http/hostile.py` is the long one.

Held: no 5xx, no status, media type, header or body that the document lacks, nothing accepted that
a schema forbids, nothing done without a valid credential. Other methods: `test_methods.py`.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from support.console_site import RunningSite, cli
from support.hostile import Caller, Outcome, ask_everything
from support.hostile_callers import Administrator

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


@pytest.fixture
def _every_answer_is_described() -> None:
    """In place of the folder's own: schemathesis holds the answers to the document here."""


@dataclass(frozen=True)
class Asking:
    data: Path
    origin: str
    callers: dict[str, Caller]
    document: dict[str, Any]

    def ask(self, name: str, *, bounds: Literal["forbidden", "none"]) -> Outcome:
        outcome = ask_everything(
            self.document,
            origin=self.origin,
            ca_file=str(self.data / "ca.crt"),
            caller=self.callers[name],
            bounds=bounds,
            other_methods=False,
        )
        told = [f"{what}: {kind}\n{text[:600]}" for (what, kind), text in outcome.findings.items()]
        assert not told, "\n".join(told)
        assert set(outcome.answers) == {name for name, _ in self.operations()}
        assert not [status for status in outcome.statuses if status >= 500]
        return outcome

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield f"{method.upper()} {path}", operation


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    data = tmp_path_factory.mktemp("hostile") / "server"
    made = cli("init", "--data", data)
    assert made.code == 0, made.err
    with RunningSite(data) as site, Administrator(data, site.origin) as administrator:
        yield Asking(data, site.origin, administrator.callers(), administrator.document())


def test_nobody_is_let_in_but_where_the_document_says(asking: Asking) -> None:
    outcome = asking.ask("nobody", bounds="none")
    guarded = [name for name, operation in asking.operations() if operation["security"]]
    assert len(guarded) > 70
    for name in guarded:
        assert set(outcome.answers[name]) <= {401}, name


def test_a_token_is_answered_as_described(asking: Asking) -> None:
    outcome = asking.ask("token", bounds="none")
    assert {200, 201, 403} <= set(outcome.statuses)


def test_an_administrator_is_refused_all_that_a_schema_forbids(asking: Asking) -> None:
    outcome = asking.ask("session", bounds="forbidden")
    shut_out = [name for name, a in outcome.answers.items() if a and set(a) <= {401, 403}]
    assert shut_out == []
    assert outcome.statuses[401] < outcome.requests / 10  # where the session ended, another went on
    assert outcome.requests > 10 * len(outcome.answers)


def test_no_answer_names_what_the_server_is_made_of(asking: Asking) -> None:
    context = ssl.create_default_context(cafile=str(asking.data / "ca.crt"))
    with httpx.Client(base_url=asking.origin, verify=context) as client:
        for path in ("/login", "/healthz", "/api/v1/devices", "/static/console.css"):
            assert not {"server", "x-powered-by", "via"} & set(client.get(path).headers), path
