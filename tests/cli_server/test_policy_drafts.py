"""`reticent-server policy lint|test|explain|diff` on files: no server, no data directory."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from reticent_contract.catalog import CATALOG
from reticent_contract.policy import default_policy_yaml
from reticent_contract.policy.diff import compare
from reticent_server.http.schemas.drafts import DiffOut
from reticent_server.main import main
from reticent_server.policies.drafts import read_draft

DEFAULT = default_policy_yaml()
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A copy of the default policy with the first of these texts replaced; each must be there."""

    def make(*changes: tuple[str, str], name: str = "policy.yaml") -> Path:
        text = DEFAULT
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


def run(*arguments: str | Path) -> int:
    return main(["policy", *map(str, arguments)])


KEPT_NAME = ("      full_name: pseudonymise", "      full_name: keep")
NO_VERSION = ("\nversion: 1\n", "\n")
BAD_TEST = ("expect: {terminal: pts/0}", "expect: {terminal: pts/1}")


# --- lint ---


def test_lint_is_silent_about_the_default_policy(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("lint", write(NO_VERSION)) == 0
    assert tuple(capsys.readouterr()) == ("", "0 errors, 0 warnings\n")


def test_lint_names_the_line_and_what_to_do(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(KEPT_NAME)
    line = path.read_text().splitlines().index(KEPT_NAME[1]) + 1
    assert run("lint", path) == 1
    out, err = capsys.readouterr()
    first, advice, second, _ = out.splitlines()
    assert first.startswith(f"{path}:{line}: error: tables.user_account.fields.full_name: ")
    assert first.endswith("[identifier-kept]")
    assert "pseudonymise" in advice
    assert second.endswith("[same-thing-twice]")  # device_record has the name as well
    assert err == "2 errors, 0 warnings\n"
    assert run("lint", path, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert document["findings"][0] == {
        "line": line,
        "severity": "error",
        "code": "identifier-kept",
        "place": "tables.user_account.fields.full_name",
        "sentence": document["findings"][0]["sentence"],
        "advice": advice.strip(),
    }


def test_a_warning_alone_is_no_failure(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(("      user_id: drop\n      session_id", "      user_id: keep\n      session_id"))
    path.write_text(path.read_text().replace("- name: a logon says", "- name: a logon tells"))
    text = path.read_text().replace(
        "      service: sshd\n      remote: true\n      remote_address: 203.0.113.0/24",
        "      user_id: 1000\n      service: sshd\n      remote: true\n"
        "      remote_address: 203.0.113.0/24",
    )
    path.write_text(text)
    assert run("lint", path) == 0
    assert "quasi-identifier-kept" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("      mtu: keep", "      mtu: kept", "unknown action 'kept'"),
        ("      mtu: keep", "      mtuu: keep", "unknown field 'mtuu'"),
        ("  usb:\n", "  usb: [\n", "line"),
        (
            "    retention: while_enrolled\n    fields:\n      port",
            "    fields:\n      port",
            "says neither",
        ),
    ],
)
def test_what_the_language_refuses_is_a_finding_too(
    write: Write, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    path = write((old, new))
    assert run("lint", path, "--json") == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["code"] for finding in findings} == {"refused"}
    assert said in str(findings)
    assert all(finding["line"] > 20 for finding in findings)


@pytest.mark.parametrize("action", ["lint", "test"])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"purpose: caf\xe9\n")
    for path in (tmp_path / "missing.yaml", tmp_path, latin):
        assert run(action, path) == 1
        assert str(path) in capsys.readouterr().err
    latin.write_bytes(b"version: 1\npurpose: caf\xe9\n")
    assert run(action, latin) == 1
    assert f"{latin}, line 2: is not UTF-8 text" in capsys.readouterr().err


def test_lines_and_a_policy_do_not_both_come_by_standard_input(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("try", "--policy", "-") == 1
    assert "standard input has the lines" in capsys.readouterr().err


def test_a_version_without_its_server_is_said_to_be_one(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("diff", "default@1", write()) == 1
    told = capsys.readouterr().err
    assert "default@1 is a version, which only its server has; nothing was done" in told
    assert "not started" not in told


# --- test ---


def test_each_carried_test_is_one_line_with_the_rules_that_decided(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("test", write(NO_VERSION)) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert len(lines) == DEFAULT.count("  - name: ")
    assert all(line.startswith("ok ") for line in lines)
    logon = next(line for line in lines if "a logon says from which network" in line)
    assert "user_name redacted by session.user_name (pseudonymise)" in logon
    assert "user_id dropped by session.user_id (drop)" in logon
    assert err == f"{len(lines)} of {len(lines)} tests passed\n"


def test_a_test_that_fails_says_what_was_expected_and_what_came(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(BAD_TEST)
    assert run("test", path) == 1
    out, _ = capsys.readouterr()
    (failed,) = [line for line in out.splitlines() if line.startswith("FAIL")]
    assert "a local terminal stays: terminal leaves otherwise than expected" in failed
    assert 'expected: expected "pts/1", came "pts/0" | ' in failed
    assert run("test", path, "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["passed"] is False
    assert [t["name"] for t in document["tests"] if not t["passed"]] == ["a local terminal stays"]


# --- explain ---


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("user_account.full_name", ["pseudonymised", "a rule of its own"]),
        ("cpu.model", ["kept", "by rule cpu.*", "'*' is the longest that covers it"]),
        ("board.bios_date", ["kept", "'bios_*' is the longest that covers it"]),
        ("log_line.message", ["email pseudonymised", "secret replaced by the detector's name"]),
    ],
)
def test_a_field_is_explained_with_its_line(
    write: Write, capsys: pytest.CaptureFixture[str], field: str, words: list[str]
) -> None:
    path = write()
    assert run("explain", field, "--policy", path) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in words), out
    assert run("explain", field, "--policy", path, "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    written = path.read_text().splitlines()[found["line"] - 1]
    assert found["place"].rpartition(".")[2] in written


def test_a_field_without_a_rule_is_explained(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(("      work_phone: pseudonymise\n", ""))
    assert run("explain", "user_account.work_phone", "--policy", path) == 0
    out = capsys.readouterr().out
    assert "dropped, by rule deny-by-default" in out
    assert "no rule of table user_account speaks of it" in out


def test_an_unknown_field_is_refused_with_what_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("explain", "user_account.fullname") == 1
    assert "did you mean 'full_name'?" in capsys.readouterr().err
    assert run("explain", "user_acount.full_name") == 1
    assert "did you mean 'user_account'?" in capsys.readouterr().err


# --- diff ---


def test_two_files_are_compared_in_words(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = write(name="a.yaml"), write(KEPT_NAME, name="b.yaml")
    assert run("diff", before, after) == 0
    first, verdict = capsys.readouterr().out.splitlines()
    assert first.startswith("+ user_account.full_name was pseudonymised, is now kept: personal")
    assert verdict == "B reveals more than A"
    assert run("diff", after, before) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "B reveals less than A"
    assert run("diff", before, before, "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {"verdict": "same", "changes": [], "reach": None}


def test_the_same_change_in_several_tables_is_one_line(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ("      email: pseudonymise\n", "      email: keep\n")
    before, after = write(name="a.yaml"), write(kept, kept, name="b.yaml")
    assert run("diff", before, after) == 0
    first, _verdict = capsys.readouterr().out.splitlines()
    assert first == (
        "+ email was pseudonymised, is now kept: 2 tables (device_record, user_account), personal, "
        "it names somebody or one device"
    )
    assert run("diff", before, after, "--json") == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change["places"] == ["device_record.email", "user_account.email"]
    assert change["tables"] == ["device_record", "user_account"]


def test_a_version_needs_a_data_directory(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("diff", "default@1", write(), "--data", tmp_path / "nothing") == 1
    assert "reticent-server init" in capsys.readouterr().err


# --- schema ---


def test_the_schema_is_printed_for_an_editor(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    text = capsys.readouterr().out
    committed = files("reticent_contract.policy").joinpath("policy.schema.json")
    assert text == committed.read_text("utf-8")
    assert run("schema", "--json") == 0
    assert json.loads(capsys.readouterr().out) == json.loads(text)


def test_diff_tells_what_the_api_answers(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = write(), write(KEPT_NAME, ("user_id: drop", "user_id: keep"), name="after.yaml")
    assert run("diff", before, after, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["changes"]) == 2
    was, is_now = (read_draft(path.read_text(), CATALOG).policy for path in (before, after))
    answer = DiffOut.of(compare(was, is_now, CATALOG), None)
    assert answer.model_dump(mode="json") == told


def test_diff_says_what_may_be_named(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("diff", "1", write()) == 1
    assert capsys.readouterr().err == (
        "reticent-server: 1 is neither a file nor a version; nothing was done; name a file, "
        "GROUP@VERSION as in default@3, or in-force\n"
    )
