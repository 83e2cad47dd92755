"""What leaves a laptop when an administrator asks for diagnostics: facts of a list, shown there."""

from __future__ import annotations

import getpass
import importlib
import json
import platform
import shutil
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent import __version__
from reticent_agent.collect.clock import SystemClock
from reticent_agent.config import Config
from reticent_agent.errors import IdentityError
from reticent_agent.identity import IdentityStore
from reticent_agent.remote.asked import Asked
from reticent_agent.remote.orders import Orders
from reticent_agent.report import diagnostics, doctor
from reticent_agent.report.status import StatusBoard
from reticent_contract.diagnostics import (
    CHECKS,
    NUMBERS,
    VERSIONS,
    WORDS,
    is_allowed,
    of_messages,
    to_messages,
)
from reticent_contract.limits import DIAGNOSTIC_FACTS_MAX, MESSAGE_BYTES_MAX
from reticent_contract.v1 import telemetry_pb2

Command = telemetry_pb2.Command
CANARY = "canary-q7f3"
LOADED_S = time.monotonic()
HOSTILE = [
    *("alice", "ALICE-LAPTOP", "alice.example.org", "Ada-Lovelace", "a1b2c3d4e5f6"),
    *("203.0.113.77", "1.0+alice", "1.0.alice", "1.0-alice", "1.0rc1.alice", "+491701234567"),
    *(
        "00-1A-2B-3C-4D-5E",
        "490154203237518",
        "1",
        "1.0 ",
        "1.0\n",
        "\u0661.\u0662",
        "1.0.0.0",
        "",
    ),
]
PICTURE = {
    "state": "connected",
    "error": f"/home/{CANARY}/x cannot be read",
    "policy": {"version": 7, "sha256": "ab"},
    "keys": {"device": "file", "pseudonyms": CANARY},
    "rows": {"collected": 5, "acked": 4, CANARY: 3},
    "dropped": {"host.asset_tag": 2, CANARY: 1},
    "collecting": {
        "os": {"rows": 1, "cpu_ms": 3, "wall_ms": 4, "absent": [["build", CANARY]]},
        CANARY: {"rows": 9, "cpu_ms": 9, "wall_ms": 9, "absent": []},
    },
}


@pytest.fixture
def facts(tmp_path: Path) -> dict[str, str | int]:
    folder = tmp_path / CANARY
    folder.mkdir(mode=0o755)
    config = Config(data_dir=folder)
    return dict(diagnostics.gather(config, PICTURE, load=lambda: None))


def test_facts_are_of_the_list_and_hold_no_text_of_this_laptop(
    facts: dict[str, str | int],
) -> None:
    assert facts["state"] == "connected"
    assert facts["rows.acked"] == 4
    assert (facts["policy.version"], facts["policy.dropped_values"]) == (7, 3)
    assert (facts["collecting.os.cpu_ms"], facts["collecting.os.absent"]) == (3, 1)
    assert facts["check.data-directory"] == "failed"  # open to others, and nothing says whose
    assert facts["keys.device"] == "file"
    assert all(is_allowed(name, value) for name, value in facts.items())
    told = json.dumps(facts)
    for text in (CANARY, platform.node(), "/home", "/tmp", "cannot be read"):
        assert text not in told
    assert not any(value == getpass.getuser() for value in facts.values())


def test_keys_and_a_disk_that_do_not_answer_leave_the_other_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(5, CANARY)

    def locked() -> NoReturn:
        raise IdentityError(f"the key store of {CANARY} is locked", permanent=True)

    monkeypatch.setattr(shutil, "disk_usage", refuse)
    facts = diagnostics.gather(Config(data_dir=tmp_path), PICTURE, load=locked)
    assert facts["rows.acked"] == 4
    assert not {"certificate.left_s", "disk.free_mib"} & set(facts)
    assert CANARY not in json.dumps(facts)


def test_how_long_it_runs_is_of_the_process_although_it_is_loaded_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(max(0.0, 1.1 - (time.monotonic() - LOADED_S)))
    monkeypatch.delitem(sys.modules, diagnostics.__name__)
    loaded = importlib.import_module(diagnostics.__name__)
    facts = loaded.gather(Config(data_dir=tmp_path), PICTURE, load=lambda: None)
    assert int(time.monotonic() - LOADED_S) <= facts["running_s"] < 86_400


async def test_what_cannot_be_gathered_is_answered_once_and_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Governing:
        asked = Asked(tmp_path)

    def broken(*_: object, **__: object) -> NoReturn:
        raise ValueError(CANARY)

    monkeypatch.setattr(diagnostics, "gather", broken)
    orders = Orders(
        Governing(),  # type: ignore[arg-type]  # of it only `asked` is used
        Config(data_dir=tmp_path),
        IdentityStore(tmp_path),
        machine=tuple,
        board=StatusBoard(lambda: None),
        clock=SystemClock(),
    )
    command = Command(action=Command.ACTION_DIAGNOSTICS, command_id=b"1" * 16, reason="ticket")
    report = await orders.obey(command)
    assert report is not None
    assert (report.done, report.detail) == (False, "they could not be gathered (ValueError)")
    assert await orders.obey(command) == report


def test_every_check_of_doctor_is_on_the_list() -> None:
    assert tuple(name.replace(" ", "-") for name, _ in doctor.CHECKS) == CHECKS


def test_the_whole_list_fits_into_one_message() -> None:
    whole: dict[str, str | int] = dict.fromkeys(NUMBERS, 1 << 53)
    whole |= {name: words[0] for name, words in WORDS.items()}
    whole |= dict.fromkeys(VERSIONS, "1234.123.123rc12.post12.dev1234+")
    assert len(whole) <= DIAGNOSTIC_FACTS_MAX
    report = telemetry_pb2.CommandReport(facts=to_messages(whole))
    assert len(report.facts) == len(whole)
    assert report.ByteSize() < MESSAGE_BYTES_MAX // 8
    assert of_messages(report.facts) == (whole, 0)


@given(st.text(), st.text() | st.integers() | st.booleans())
def test_no_free_text_is_ever_allowed(name: str, value: str | int | bool) -> None:
    for one in (name, "state", "check.spool", "policy.version"):
        if is_allowed(one, value):
            assert value in WORDS.get(one, ()) or type(value) is int


def test_real_versions_are_told(facts: dict[str, str | int]) -> None:
    assert {name: facts[name] for name in VERSIONS} == {
        "agent.version": __version__,
        "python.version": platform.python_version(),
    }


@pytest.mark.parametrize("version", ["3.12.3", "3.14.0rc2", "3.15.0a7+", "0.1", "1.2.0.post1.dev3"])
def test_a_version_may_mark_a_release(version: str) -> None:
    assert all(is_allowed(name, version) for name in VERSIONS)


@pytest.mark.parametrize("version", HOSTILE, ids=range(len(HOSTILE)))
def test_no_name_address_or_number_passes_for_a_version(version: str) -> None:
    assert not any(is_allowed(name, version) for name in VERSIONS)


def test_the_server_leaves_out_what_is_not_on_the_list() -> None:
    fact = telemetry_pb2.DiagnosticFact
    sent = [
        fact(name="state", word="offline"),
        fact(name="state.detail", word=CANARY),
        fact(name="state", word=CANARY),
        fact(name="agent.version", word=f"1.0 {CANARY}"),
        fact(name="rows.acked", word="4"),
        fact(name="policy.version"),
        fact(name="rows.acked", number=1 << 60),
    ]
    assert of_messages(sent) == ({"state": "offline"}, 6)
    many = [fact(name="paused", number=1)] * (DIAGNOSTIC_FACTS_MAX + 3)
    assert of_messages(many) == ({"paused": 1}, 3)


def test_what_is_sent_is_written_down_before_and_answered_again_the_same(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    first = Command(action=Command.ACTION_DIAGNOSTICS, command_id=b"1" * 16, reason="ticket")
    report = asked.note(first, now_us=1, done=True, facts={"state": "connected"})
    assert of_messages(report.facts) == ({"state": "connected"}, 0)
    again = Asked(tmp_path)
    assert again.known(first) == report
    assert again.picture()[0]["facts"] == {"state": "connected"}
    second = Command(action=Command.ACTION_DIAGNOSTICS, command_id=b"2" * 16, reason="ticket")
    again.note(second, now_us=2, done=True, facts={"state": "offline"})
    assert ["facts" in entry for entry in again.picture()] == [False, True]  # bounded


def test_a_file_that_somebody_changed_sends_nothing_else(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    command = Command(action=Command.ACTION_DIAGNOSTICS, command_id=b"1" * 16, reason="ticket")
    asked.note(command, now_us=1, done=True, facts={"state": "connected"})
    path = tmp_path / "asked.json"
    document = json.loads(path.read_text())
    document["asked"][0]["facts"] |= {"state": CANARY, CANARY: "x", "rows.acked": 5}
    path.write_text(json.dumps(document))
    path.chmod(0o600)
    known = Asked(tmp_path).known(command)
    assert known is not None
    assert of_messages(known.facts) == ({"rows.acked": 5}, 0)
