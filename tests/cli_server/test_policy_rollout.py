"""`reticent-server policy publish|history|rollout|rollback`, with a server running and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reticent_contract.policy import default_policy_yaml
from support.console_site import cli
from support.served import served

pytestmark = pytest.mark.enable_socket
LOOSER = "extends: default\ntables:\n  os:\n    fields: {machine_id: keep}\n"


@pytest.fixture(params=["running", "not running"])
def data(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[Path]:
    """A data directory, with a server running on it or not: both must answer the same."""
    if request.param == "not running":
        yield data_dir
        return
    with served(data_dir):
        yield data_dir


@pytest.fixture
def text() -> str:
    return re.sub(r"(?m)^version:.*\n", "", default_policy_yaml())


def test_a_version_goes_out_in_steps_stops_and_has_a_way_back(
    data: Path, tmp_path: Path, text: str
) -> None:
    def policy(*arguments: Any) -> Any:
        done = cli("policy", *arguments, "--data", data, "--json")
        assert done.code == 0, done.err
        return done.json

    file = tmp_path / "policy.yaml"
    file.write_text(text)
    second = policy("publish", file, "--share", "30%")
    assert (second["version"], second["state"], second["share_percent"]) == (2, "rolling", 30)
    again = cli("policy", "publish", file, "--share", "10", "--data", data)
    assert again.code == 1
    assert "still being rolled out" in again.err
    assert policy("show")["version"] == 1
    wider = policy("rollout", "default", "--share", "50%")
    assert (wider["policy"]["share_percent"], wider["devices"]) == (50, 0)
    narrower = cli("policy", "rollout", "default", "--share", "20%", "--data", data)
    assert narrower.code == 1
    assert "a share only grows" in narrower.err
    assert policy("rollout", "--share", "stop")["policy"]["state"] == "stopped"
    assert policy("rollout")["policy"]["state"] == "stopped"
    assert policy("rollback", "--to", "1")["version"] == 3
    history = policy("history")
    assert [(p["version"], p["state"], p["running"]) for p in history] == [
        (3, "whole", 0),
        (2, "stopped", 0),
        (1, "whole", 0),
    ]
    for_people = cli("policy", "history", "--data", data).out.splitlines()
    assert for_people[0].split()[:4] == ["version", "published", "by", "share"]
    assert "50% stopped" in for_people[2]


def test_what_extends_a_group_or_a_file_is_checked_with_its_line(
    data: Path, tmp_path: Path, text: str
) -> None:
    child = tmp_path / "child.yaml"
    child.write_text(LOOSER)
    refused = cli("policy", "publish", child, "--group", "lab", "--data", data)
    assert refused.code == 1
    assert "line 4: tables.os.fields.machine_id: lets out more than 'default'" in refused.err
    child.write_text(LOOSER + "looser: [os.machine_id]\n")
    why = ("--despite-lint", "the lab's machines are known anyway", "--yes")
    assert cli("policy", "publish", child, "--group", "lab", *why, "--data", data).code == 0
    base = tmp_path / "base.yaml"
    base.write_text(text)
    child.write_text(LOOSER.replace("default", "base.yaml"))
    refused = cli("policy", "publish", child, "--group", "lab", "--data", data)
    assert refused.code == 1
    assert "line 4: tables.os.fields.machine_id: lets out more than 'base.yaml'" in refused.err
    child.write_text("extends: base.yaml\ntables: {os: {fields: {machine_id: drop}}}\n")
    done = cli("policy", "publish", child, "--group", "lab", "--data", data, "--json")
    assert (done.json["version"], done.json["extends"]) == (3, None)
    document = cli("policy", "show", "--group", "lab", "--data", data, "--json").json["document"]
    assert document["tables"]["os"]["fields"]["machine_id"] == "drop"
    assert document["group"] == "lab"
    assert "extends" not in document
    base.write_text("extends: base.yaml\n")
    looping = cli("policy", "publish", child, "--group", "lab", "--data", data)
    assert "line 1: extends: makes a circle: base.yaml extends base.yaml" in looping.err
    base.write_text(f"extends: {child.name}\n")
    circle = cli("policy", "publish", child, "--group", "lab", "--data", data)
    said = f"{child.name} extends base.yaml, base.yaml extends {child.name}"
    assert circle.err.count("makes a circle") == circle.err.count(said) == 1
    for number in range(9):
        tmp_path.joinpath(f"p{number}.yaml").write_text(f"extends: p{number + 1}.yaml\n")
    deep = cli("policy", "publish", tmp_path / "p0.yaml", "--group", "lab", "--data", data)
    assert deep.err.count("more than 8 files extend each other") == 1


def test_what_extends_is_named_and_taken_along_where_that_is_asked_for(
    data: Path, tmp_path: Path, text: str
) -> None:
    child, parent = tmp_path / "child.yaml", tmp_path / "parent.yaml"
    child.write_text("extends: default\ntables: {software: }\n")
    parent.write_text(text)
    assert cli("policy", "publish", child, "--group", "lab", "--data", data).code == 0
    done = cli("policy", "publish", parent, "--data", data)
    assert "Not taken over yet by what extends it: lab." in done.err
    history = cli("policy", "history", "--group", "lab", "--data", data)
    assert "version 2 extends group default, which has version 2 now" in history.err
    done = cli("policy", "publish", parent, "--with-children", "--data", data)
    assert "nothing changes: policy 2 of group default" in done.err
    assert "policy 3 of group lab takes it over" in done.err
    partly = cli("policy", "publish", parent, "--with-children", "--share", "5%", "--data", data)
    assert partly.code == 1
    assert "nothing was published" in partly.err


def test_a_group_that_nobody_is_in_is_said_to_be_so(data: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(text)
    for action in (("rollout", "lba"), ("show", "--group", "lba")):
        shown = cli("policy", *action, "--data", data)
        assert shown.code == 0
        assert "policy 1 of group default" in shown.out + shown.err
        said = "group lba has no policy of its own; that of group default is shown\n"
        assert shown.err.startswith(said)
    publish = ("policy", "publish", file, "--data", data)
    assert cli(*publish).out == ""
    first = cli(*publish, "--group", "lba", "--share", "5%")
    assert (first.code, first.out) == (0, "no laptop is in group lba yet\n")
    shown = cli("policy", "show", "--group", "lba", "--data", data)
    assert "group lba has no policy of its own for all of it yet" in shown.err
    assert cli("policy", "rollout", "lba", "--data", data).err == ""
    assert cli("token", "create", "--group", "lab", "--data", data).code == 0
    assert cli(*publish, "--group", "lab", "--json").json["to_nobody"] is False
    assert cli(*publish, "--group", "lbb", "--json").json["to_nobody"] is True


@pytest.mark.parametrize("share", ["0%", "101%", "some", "1.5%"])
def test_a_share_that_is_none_is_refused_before_anything_is_asked(share: str) -> None:
    done = cli("policy", "rollout", "--share", share)
    assert done.code == 2
    assert "invalid share (1% to 100%, or stop) value" in done.err
