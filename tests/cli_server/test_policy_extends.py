"""`reticent-server policy lint|test|explain|try|diff` on a draft that extends another policy."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from reticent_contract.policy import default_policy_yaml
from reticent_server.main import main
from support.readme import example

DEFAULT = default_policy_yaml()
LAB = example("lab.yaml")
LOOSER = """\
extends: default
tables:
  user_account:
    fields:
      full_name: keep
"""
EVERY_ACTION = (
    ("lint", "FILE"),
    ("test", "FILE"),
    ("explain", "os.name", "--policy", "FILE"),
    ("try", "--policy", "FILE"),
    ("diff", "FILE", "FILE"),
)


@pytest.fixture
def draft(tmp_path: Path) -> Callable[[str], Path]:
    def make(text: str) -> Path:
        path = tmp_path / "draft.yaml"
        path.write_text(text)
        return path

    return make


def run(*arguments: str | Path) -> int:
    return main(["policy", *map(str, arguments)])


class _Input(io.TextIOWrapper):
    """Standard input with one line."""

    def __init__(self, line: bytes = b"from 203.0.113.7\n") -> None:
        super().__init__(io.BufferedReader(io.BytesIO(line)))


def on(action: tuple[str, ...], path: Path, *more: str | Path) -> int:
    return run(*(path if word == "FILE" else word for word in action), *more)


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: action[0])
def test_what_extends_the_default_policy_is_looked_at_as_it_would_be_signed(
    draft: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    action: tuple[str, ...],
) -> None:
    monkeypatch.setattr("sys.stdin", _Input())
    assert on(action, draft(LAB)) == 0
    assert "taken to be the policy of a new server" in capsys.readouterr().err


def test_each_action_sees_what_was_taken_over_and_what_the_draft_says(
    draft: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = draft(LAB)
    monkeypatch.setattr("sys.stdin", _Input(b"plain\nfrom 203.0.113.7\n"))
    assert run("try", "--policy", path) == 0
    assert capsys.readouterr().out == "plain\n\n"
    assert run("explain", "log_line.message", "--policy", path, "--json") == 0
    (own,) = json.loads(capsys.readouterr().out)
    assert "message: " in LAB.splitlines()[own["line"] - 1]
    assert run("explain", "os.name", "--policy", path) == 0
    assert f"{path}, taken over from default: kept, by rule os.name" in capsys.readouterr().out
    path.with_name("default.yaml").write_text(DEFAULT)
    assert run("diff", path.with_name("default.yaml"), path) == 0
    out = capsys.readouterr().out
    assert "- software.name was kept, is now not let out" in out
    assert out.endswith("B reveals less than A\n")
    assert run("test", path) == 0
    assert len(capsys.readouterr().out.splitlines()) < DEFAULT.count("  - name: ")


def test_lint_names_the_tests_that_are_not_taken_over(
    draft: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    name = "a local terminal stays"
    row = "{session.logon: {terminal: pts/0}}"
    own = f"tests:\n  - {{name: {name!r}, given: {row}, expect: nothing}}\n"
    text = "extends: default\ntables: {session: {fields: {terminal: drop}}}\n"
    codes = []
    for said in ("extends: default\n", text, text + own):
        assert run("lint", draft(said), "--json") == 0
        findings = json.loads(capsys.readouterr().out)["findings"]
        codes.append([f for f in findings if f["code"] == "tests-left-out"])
    nothing, (some,), (fewer,) = codes
    assert nothing == []
    assert (some["line"], some["place"], some["severity"]) == (1, "extends", "warning")
    assert "'a local terminal stays'" in some["sentence"]
    assert "'a local terminal stays'" not in fewer["sentence"]
    assert "'a remote display says from which network'" in fewer["sentence"]


# Who compares wants to see just that.
EVERY_STRICT_ACTION = [action for action in EVERY_ACTION if action[0] != "diff"]


def test_what_lets_out_more_is_compared_all_the_same(
    draft: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = draft(LOOSER)
    path.with_name("default.yaml").write_text(DEFAULT)
    assert run("diff", path.with_name("default.yaml"), path) == 0
    out = capsys.readouterr().out
    assert "+ user_account.full_name was pseudonymised, is now kept" in out
    assert out.endswith("B reveals more than A\n")


@pytest.mark.parametrize("action", EVERY_STRICT_ACTION, ids=lambda action: action[0])
def test_what_lets_out_more_is_refused_unless_it_says_so(
    draft: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    action: tuple[str, ...],
) -> None:
    monkeypatch.setattr("sys.stdin", _Input())
    assert on(action, draft(LOOSER)) == 1
    out, err = capsys.readouterr()
    said = out if action[0] == "lint" else err
    assert "list 'user_account.full_name' under looser" in said
    assert (":5: error: " in said) if action[0] == "lint" else ("line 5: " in said)
    allowed = draft("looser: [user_account.full_name]\n" + LOOSER)
    code = on(action, allowed)
    assert "lets out more" not in str(capsys.readouterr())
    assert code == (action[0] == "lint")  # which still finds a name in the clear


def test_a_test_of_the_draft_that_is_wrong_has_its_own_line(
    draft: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    text = LAB + "tests:\n  - name: it\n    given: {log_lines.line: {}}\n    expect: {}\n"
    assert run("lint", draft(text), "--json") == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert "log_lines" in text.splitlines()[finding["line"] - 1]


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: action[0])
def test_what_extends_another_group_needs_that_groups_server(
    draft: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    action: tuple[str, ...],
) -> None:
    monkeypatch.setattr("sys.stdin", _Input())
    assert on(action, draft(LAB.replace("extends: default", "extends: sales"))) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "group 'sales', which only its server has; nothing was done; name the server" in err


def test_with_data_a_draft_is_laid_over_the_policy_in_force(
    draft: Callable[[str], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = tmp_path / "data"
    assert main(["init", "--data", str(data)]) == 0
    # What is in force keeps nothing of `os.name`, so a draft that keeps it lets out more.
    stricter = tmp_path / "stricter.yaml"
    stricter.write_text("extends: default\ntables: {os: {fields: {name: drop}}}\n")
    assert run("publish", stricter, "--group", "sales", "--data", data) == 0
    path = draft("extends: sales\ntables:\n  os:\n    fields: {name: keep}\n")
    capsys.readouterr()
    for action in EVERY_STRICT_ACTION:
        monkeypatch.setattr("sys.stdin", _Input())
        assert on(action, path, "--data", data) == 1, action
        assert "lets out more than 'sales' does: os.name" in str(capsys.readouterr())
        monkeypatch.setattr("sys.stdin", _Input())
        on(action, draft(LAB), "--data", data)
        assert "a new server" not in capsys.readouterr().err
        draft("extends: sales\ntables:\n  os:\n    fields: {name: keep}\n")
    missing = draft("extends: nobody\n")
    assert run("lint", missing, "--data", data) == 1
    assert ":1: error: extends: group 'nobody' has no policy of its own" in capsys.readouterr().out


def test_a_draft_that_extends_a_file_is_laid_over_that_file(
    draft: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    base = DEFAULT[: DEFAULT.index("\ntests:\n")].replace("      mtu: keep", "      mtu: drop")
    path = draft("extends: base.yaml\n")
    path.with_name("base.yaml").write_text(base + "\nshred: all\n")
    assert run("lint", path) == 1
    assert ":1: error: extends: base.yaml was refused itself: line " in capsys.readouterr().out
    path.with_name("base.yaml").write_text(base)
    assert run("explain", "network_interface.mtu", "--policy", path) == 0
    out, err = capsys.readouterr()
    assert "taken over from base.yaml: dropped" in out
    assert err == ""


def test_what_is_signed_elsewhere_stands_on_its_own(
    draft: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("sign", draft("version: 2\n" + LAB), "--unsigned", "--out", tmp_path / "it") == 1
    assert "what is signed has to stand on its own" in capsys.readouterr().err
