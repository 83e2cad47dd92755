"""`policy publish`, `show`, `diff`, `history` and `rollback`: the author's file comes back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from reticent_contract.policy import default_policy_yaml
from support.console_site import cli, process
from support.served import served
from support.terminal import answered

pytestmark = pytest.mark.enable_socket
SHORT = "# Ada's lab\nextends: default\ntables: {software: }\n"
LOOSER = """\
extends: default
looser: [user_account.work_phone]
tables:
  user_account:
    fields: {work_phone: keep}
"""


@pytest.fixture(params=["running", "not running"])
def data(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[Path]:
    if request.param == "not running":
        yield data_dir
        return
    with served(data_dir):
        yield data_dir


def test_what_is_revealed_is_told_once_for_all_tables_before_anybody_agrees(
    data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    text = default_policy_yaml().replace("version: 1\n", "")
    file.write_text(text.replace("not_before: null", "not_before: 2027-03-01"))
    publish = ("policy", "publish", file, "--group", "lab", "--data", data)
    assert cli(*publish).code == 0
    looser = text.replace("\n      email: pseudonymise", "\n      email: keep")
    file.write_text(f"group:  # any\n{looser}")
    asked = cli(*publish, "--despite-lint", "to see")
    assert asked.code == 1
    assert [line for line in asked.err.splitlines() if line.startswith("+ ")] == [
        "+ email was pseudonymised, is now kept: 2 tables (device_record, user_account), personal, "
        "it names somebody or one device",
        "+ laptops of any group may run the policy, before those of 'lab' alone",
        "+ the policy takes effect earlier: at once, no longer on 2027-03-01",
    ]


def test_the_file_goes_in_and_comes_out_again(data: Path, tmp_path: Path) -> None:
    place = ("--data", data)
    file = tmp_path / "mine.yaml"
    text = default_policy_yaml().replace("version: 1", "version: 2  # für Ada") + "# the end"
    file.write_bytes(text.encode())
    assert cli("policy", "publish", file, *place).code == 0
    shown = cli("policy", "show", *place)
    assert shown.out == text
    assert "published " in shown.err
    assert "by local, written by local; --signed shows what laptops get" in shown.err
    same = process("policy", "diff", "in-force", file, *place)
    assert same.out.startswith("B reveals the same as A")
    again = cli("policy", "publish", file, *place)
    assert (again.code, again.out) == (0, "")
    assert "nothing changes: policy 2 of group default is in force with just this" in again.err
    signed = cli("policy", "show", "--signed", *place).out
    assert signed.startswith("# policy 2 of group default, sha256 ")
    assert "Ada" not in signed
    both = cli("policy", "show", *place, "--json").json
    assert (both["text"], both["text_by"], both["text_problem"]) == (text, "local", None)
    assert both["document"]["version"] == 2
    assert cli("policy", "rollback", "--to", "1", *place).code == 0
    shown = cli("policy", "show", *place)
    assert shown.out == default_policy_yaml()
    assert "policy 3 of group default" in shown.err
    assert "by local, written by init" in shown.err
    history = cli("policy", "history", *place).out.splitlines()
    assert [line.split()[-1] for line in history[1:]] == ["init", "local", "init"]


def test_what_extends_a_group_comes_out_short_and_what_extends_a_file_as_it_was_signed(
    data: Path, tmp_path: Path
) -> None:
    place = ("--group", "lab", "--data", data)
    file = tmp_path / "lab.yaml"
    file.write_text(SHORT)
    assert cli("policy", "publish", file, *place).code == 0
    assert cli("policy", "show", *place).out == SHORT
    assert "legal_basis: " in cli("policy", "show", *place, "--signed").out
    (tmp_path / "base.yaml").write_text(default_policy_yaml())
    file.write_text("# not kept\nextends: base.yaml\n")
    done = cli("policy", "publish", file, "--yes", *place)
    assert "extends a file, so its text is not kept, only what was signed" in done.err
    shown = cli("policy", "show", *place)
    assert shown.err == "its author's text was not kept; this is what was signed\n"
    assert "not kept" not in shown.out


def test_lint_has_its_say_before_a_publication(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "lab.yaml"
    file.write_text(LOOSER)
    publish = ("policy", "publish", file, "--group", "lab", "--data", data)
    refused = cli(*publish)
    assert (refused.code, refused.out) == (1, "")
    assert f"{file}:5: error: tables.user_account.fields.work_phone: " in refused.err
    assert "lint finds 1 error in the policy; nothing was published" in refused.err
    assert refused.err.endswith("say why: --despite-lint REASON\n")
    findings = cli(*publish, "--json").json["findings"]
    assert findings[0]["code"] == "identifier-kept"
    assert cli(*publish, "--despite-lint", " ").code == 2
    despite = ("--despite-lint", "robots have no names")
    unasked = cli(*publish, *despite)
    assert (unasked.code, unasked.out) == (1, "")
    assert "+ user_account.work_phone was pseudonymised, is now kept: " in unasked.err
    assert "nobody can be asked here; nothing was published; add --yes" in unasked.err
    assert cli("policy", "history", "--group", "lab", "--data", data).out == ""
    done = cli(*publish, *despite, "--yes")
    assert done.code == 0
    assert "warning: " in done.err
    assert "policy 2 of group lab is signed and published" in done.err


def test_what_reveals_more_is_shown_and_asked_for_on_a_terminal(
    data_dir: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    kept = default_policy_yaml().replace("version: 1", "version: 2")
    file.write_text(kept.replace("      user_id: drop", "      user_id: keep", 1))
    for answer, code, said in ((b"no\n", 1, "nothing was published"), (b"yes\n", 0, "published")):
        done = answered(answer, "policy", "publish", file, "--data", data_dir)
        assert done.returncode == code, done.stderr
        assert "+ user_account.user_id was dropped, is now kept: " in done.stderr
        assert "Publish it? Type yes: " in done.stderr
        assert said in done.stderr
    back = cli("policy", "rollback", "--to", "1", "--data", data_dir)
    assert back.code == 0, back.err  # which reveals less
    again = cli("policy", "rollback", "--to", "2", "--data", data_dir)
    assert again.code == 1
    assert "+ user_account.user_id was dropped, is now kept: " in again.err
    why = ("--reason", "the IDs are of robots")
    assert cli("policy", "rollback", "--to", "2", *why, "--data", data_dir).code == 0


def test_a_text_comes_by_standard_input_too(data: Path, tmp_path: Path) -> None:
    def publish(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *(sys.executable, "-m", "reticent_server.main", "policy", "publish", "-"),
                *("--group", "lab", "--data", str(data)),
            ],
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    done = publish(SHORT)
    assert done.returncode == 0, done.stderr
    assert cli("policy", "show", "--group", "lab", "--data", data).out == SHORT
    refused = publish("extends: base.yaml\n")
    assert refused.returncode == 1
    assert "what comes by standard input cannot extend a file" in refused.stderr


def test_a_failing_test_is_told_with_what_came(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = default_policy_yaml().replace("version: 1", "version: 2")
    file.write_text(text.replace("expect: {terminal: pts/0}", "expect: {terminal: pts/1}"))
    done = cli("policy", "publish", file, "--data", data, "--despite-lint", "to see")
    assert done.code == 1
    assert 'terminal leaves otherwise than expected: expected "pts/1", came "pts/0"' in done.err
