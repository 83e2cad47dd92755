"""The author's text beside what is signed: byte for byte, and only where it says the same."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from reticent_contract.policy.diff import compare
from reticent_server.errors import NotFoundError
from reticent_server.keys import load_keys
from reticent_server.policies.drafts import read_draft
from reticent_server.policies.models import PolicyText
from reticent_server.policies.recorded import LintRefusedError, Publication
from reticent_server.policies.service import PolicyService
from reticent_server.policies.texts import NOT_KEPT, OTHERWISE
from reticent_server.store.control import ControlStore, open_control
from sqlalchemy import update
from support.policies import desk_of, roll_back

DEFAULT = default_policy_yaml()
OWN = (
    re.sub(r"(?m)^version:.*\n", "# für Ada Lovelace, Zimmer 5\r\n", DEFAULT)
    + "# end, no line feed"
)
SHORT = """\
# The laboratory's laptops: Ada asked for it.
extends: default
tables:
  software:   # nothing of it
"""
LOOSER = """\
extends: default
looser: [user_account.work_phone]
tables:
  user_account:
    fields: {work_phone: keep}
"""


@pytest.fixture
def control(data_dir: Path) -> Iterator[ControlStore]:
    opened = open_control(data_dir / "control.db")
    yield opened
    opened.close()


@pytest.fixture
def policies(control: ControlStore, data_dir: Path) -> PolicyService:
    keys = load_keys(data_dir, clock=time.time)
    return PolicyService(control, signing_key=keys.policy, catalog=CATALOG)


@pytest.fixture
def recorded() -> list[dict[str, Any]]:
    return []


def publish(
    policies: PolicyService,
    text: str,
    recorded: list[dict[str, Any]] | None = None,
    *,
    actor: str = "ada",
    **how: Any,
) -> Publication:
    notes = [] if recorded is None else recorded

    def record(**entry: Any) -> int:
        notes.append(entry)
        return len(notes)

    desk = desk_of(policies, record=record, actor=actor)
    return desk.publish(text, **({"group": "default"} | how))


def text_of(policies: PolicyService, group: str, version: int) -> str | None:
    shown = policies.text_of(policies.get(group, version)).text
    return None if shown is None else shown.text


def test_a_new_server_shows_the_commented_default(policies: PolicyService) -> None:
    assert text_of(policies, "default", 1) == DEFAULT
    assert policies.current().text_by == "init"


def test_published_shown_compared_and_published_again_nothing_changes(
    policies: PolicyService,
) -> None:
    assert publish(policies, OWN).version == 2
    shown = text_of(policies, "default", 2)
    assert shown == OWN
    before, after = policies.parsed(policies.current()), read_draft(shown, CATALOG).policy
    assert compare(before, after, CATALOG).changes == ()
    again = publish(policies, shown)
    assert (again.version, again.unchanged) == (2, True)
    assert len(policies.history()) == 2
    only_a_comment = publish(policies, shown + "\n# more")
    assert (only_a_comment.version, only_a_comment.unchanged) == (3, False)


def test_no_comment_is_in_what_laptops_get(policies: PolicyService) -> None:
    publish(policies, OWN)
    signed = policies.current().signed.SerializeToString()
    assert "für Ada".encode() not in signed
    assert b"Zimmer" not in signed


def test_a_rollback_brings_back_the_comments_and_who_wrote_them(policies: PolicyService) -> None:
    publish(policies, OWN)
    assert roll_back(policies, "default", to=1, actor="grace") == 3
    assert text_of(policies, "default", 3) == DEFAULT
    policy = policies.current()
    assert (policy.publisher, policy.text_by) == ("grace", "init")
    assert publish(policies, DEFAULT).unchanged  # although its text says version 1
    assert publish(policies, OWN).version == 4


def test_what_extends_keeps_its_short_form(policies: PolicyService) -> None:
    version = publish(policies, SHORT, group="lab").version
    assert text_of(policies, "lab", version) == SHORT
    assert publish(policies, SHORT, group="lab").unchanged
    publish(policies, OWN)
    done = publish(policies, OWN + "\n#", with_children=True)
    (child,) = done.children
    assert text_of(policies, "lab", child.version or 0) == SHORT
    assert policies.current("lab").text_by == "ada"
    assert text_of(policies, "lab", version) == SHORT  # laid over the version that it was laid over
    back = roll_back(policies, "lab", to=version, actor="grace")
    assert text_of(policies, "lab", back) == SHORT


def test_a_child_is_published_anew_although_its_parents_text_is_the_same(
    policies: PolicyService,
) -> None:
    publish(policies, SHORT, group="lab")
    publish(policies, OWN)
    done = publish(policies, OWN, with_children=True)
    assert done.unchanged
    assert [(child.group, child.version) for child in done.children] == [("lab", 3)]


@pytest.mark.parametrize(
    "text",
    [
        OWN.replace("purpose: ", "purpose: another ", 1),
        "extends: default\n",
        "not: [closed\n",
        "",
        None,
        b"\xff",
    ],
    ids=["another purpose", "extends", "no YAML", "nothing", "none", "no UTF-8"],
)
def test_a_text_that_does_not_say_what_was_signed_is_not_shown(
    policies: PolicyService, control: ControlStore, text: str | bytes | None
) -> None:
    publish(policies, OWN)
    with control.session() as session:
        if text is None:
            session.query(PolicyText).delete()
        else:
            stored = text if isinstance(text, bytes) else text.encode()
            session.execute(update(PolicyText).values(text=stored))
    shown = policies.text_of(policies.current())
    assert shown.text is None
    assert shown.why == (NOT_KEPT if text is None else OTHERWISE)
    assert roll_back(policies, "default", to=2) == 3  # what was signed can still be brought back
    assert policies.text_of(policies.current()).text is None


def test_a_version_that_is_not_there_is_answered_with_those_that_are(
    policies: PolicyService,
) -> None:
    publish(policies, OWN)
    with pytest.raises(NotFoundError, match="no policy version 9: it has 2, 1; nothing was done"):
        roll_back(policies, "default", to=9)
    with pytest.raises(NotFoundError, match="it has none of its own"):
        policies.get("lab", 1)


def test_a_policy_of_a_document_has_no_text(policies: PolicyService) -> None:
    document = dict(policies.parsed(policies.current()).document)
    del document["version"]
    assert policies.publish(document) == 2
    assert policies.text_of(policies.current()).why == NOT_KEPT
    assert policies.current().text_by is None


def test_an_error_of_lint_stops_a_publication_unless_somebody_says_why(
    policies: PolicyService, recorded: list[dict[str, Any]]
) -> None:
    with pytest.raises(LintRefusedError, match="lint finds 1 error") as refused:
        publish(policies, LOOSER, recorded, group="lab")
    found = [(f.severity, f.code, f.line) for f in refused.value.findings]
    assert found[0] == ("error", "identifier-kept", 5)
    with pytest.raises(LintRefusedError):
        publish(policies, LOOSER, recorded, group="lab", despite_lint=" ")
    assert recorded == []
    assert policies.groups() == ["default"]
    done = publish(policies, LOOSER, recorded, group="lab", despite_lint="robots have no names")
    assert [(f.severity, f.code, f.line) for f in done.findings] == found
    reason = "for 100 % of the group; despite lint: robots have no names (identifier-kept)"
    assert [(entry["object"], entry["reason"]) for entry in recorded] == [("policy lab 2", reason)]


def test_a_warning_of_lint_stops_nothing(policies: PolicyService) -> None:
    done = publish(
        policies, re.sub(r"(?m)^(\s*)retention_days: .*$", r"\1retention: while_enrolled", OWN)
    )
    assert {finding.severity for finding in done.findings} == {"warning"}
    assert policies.current().version == done.version


def test_a_child_that_lint_finds_errors_in_follows_only_despite_lint(
    policies: PolicyService, recorded: list[dict[str, Any]]
) -> None:
    publish(policies, LOOSER, group="lab", despite_lint="robots have no names")
    (child,) = publish(policies, OWN, recorded, with_children=True).children
    assert (child.version, child.problem.startswith("lint finds tables.user_account")) == (
        None,
        True,
    )
    done = publish(policies, OWN, recorded, with_children=True, despite_lint="as before")
    assert [child.version for child in done.children] == [3]
    assert recorded[-1]["reason"] == "with that of default; despite lint: as before"


def test_a_leave_under_which_nothing_was_stored_is_no_publication(policies: PolicyService) -> None:
    told: list[str] = []
    policies.on_publish(told.append)
    desk = replace(desk_of(policies, actor="ada"), leave=lambda *_: None)
    with pytest.raises(RuntimeError, match="nothing was published"):
        desk.publish(LOOSER, group="lab", despite_lint="no names", reason="robots")
    assert (told, policies.groups()) == ([], ["default"])
