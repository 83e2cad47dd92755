"""The dispatcher: every command is there, and asks for no engine before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from reticent_server import main as program
from reticent_server.commands.common import put_table
from reticent_server.commands.policy import ACTIONS, Action
from reticent_server.commands.query import line_of
from reticent_server.main import COMMANDS, main, parser_of

ROW = {
    "ts": "2026-11-22T06:32:05.001200Z",
    "device_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "kind": "log_line.line",
    "fields": {"message": "a\x1b[31m b\nc", "unit": "ssh.service", "pid": 7, "program": "a b"},
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help(
    command: program.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    assert ended.value.code == 0
    assert command.sentence.capitalize()[:20] in capsys.readouterr().out


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_word_of_a_policy_command_is_explained(
    action: Action, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = parser_of(["policy"])
    with pytest.raises(SystemExit):
        parser.parse_args(["policy", action.name, "--help"])
    assert action.sentence[1:20] in capsys.readouterr().out
    (commands,) = (a for a in parser._actions if a.dest == "command")
    (actions,) = (a for a in commands.choices["policy"]._actions if a.dest == "action")  # type: ignore[index]
    unexplained = [a.dest for a in actions.choices[action.name]._actions if not a.help]
    assert unexplained == []


def test_help_keeps_the_case_of_names(capsys: pytest.CaptureFixture[str]) -> None:
    for name, words in (("publish", "a YAML file"), ("schema", "JSON Schema"), ("diff", "what B")):
        with pytest.raises(SystemExit):
            main(["policy", name, "--help"])
        assert words in " ".join(capsys.readouterr().out.split())


def test_unseal_says_where_it_reads_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["unseal", "--help"])
    assert "read from standard input" in " ".join(capsys.readouterr().out.split())


def test_a_file_is_no_data_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    assert main(["init", "--data", str(file)]) == 1
    said = f"{file} is a file, and a data directory is a folder; nothing was made"
    assert said in capsys.readouterr().err
    assert file.read_text() == "mine"


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["query"], ["user"], ["query", "*", "-x"]])
def test_a_wrong_command_line_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: reticent-server" in capsys.readouterr().err


def test_every_command_takes_json() -> None:
    for action in parser_of()._subparsers._group_actions:  # type: ignore[union-attr]
        for name, parser in action.choices.items():  # type: ignore[union-attr]
            inner = [a.choices for a in parser._actions if a.dest == "action"]
            for one in list(inner[0].values()) if inner else [parser]:
                assert "--json" in one._option_string_actions, name


def test_help_loads_no_engine() -> None:
    code = (
        "import sys; from reticent_server.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'chdb', '_chdb', 'fastapi', 'grpc'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("module", ["query", "device", "policy.publish", "policy.history"])
def test_what_a_running_server_is_asked_for_loads_no_store(module: str) -> None:
    code = (
        f"import sys; import reticent_server.commands.{module}\n"
        "assert not {'sqlalchemy', 'pydantic', 'fastapi', 'grpc', '_chdb'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_a_laptop_sent_cannot_move_the_cursor() -> None:
    line = line_of(ROW, width=0)
    assert line.isprintable()
    assert line.endswith('a [31m b c unit=ssh.service pid=7 program="a b"')
    assert line.startswith("2026-11-22 06:32:05.001  6f9619ff  log_line.line")


def test_a_terminals_line_is_cut_and_a_files_is_not() -> None:
    assert len(line_of(ROW, width=60)) == 60
    assert line_of(ROW, width=60).endswith("…")


def test_a_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    put_table(("name", "role"), [("a", "b"), ("longer\x1b", "c")])
    assert capsys.readouterr().out.splitlines() == [
        "name     role",
        "a        b",
        "longer\ufffd  c",
    ]


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reticent_server.main", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=tmp_path,
    )
    assert done.stdout.startswith("reticent-server ")
