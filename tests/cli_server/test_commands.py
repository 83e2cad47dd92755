"""`reticent-server` on one data directory, without a server and with one that runs.

`process` for what opens the event store itself, and for one command of each group; `cli` else.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from reticent_contract.enrolment_token import decode
from reticent_contract.policy import default_policy_yaml
from reticent_server.auth import AccountService
from reticent_server.auth.errors import LinkError
from reticent_server.commands.client import running_server
from reticent_server.commands.stores import control_of
from reticent_server.config import load_config
from reticent_server.data_dir import local_access_path
from support.console_data import device_id
from support.console_site import RunningSite, cli, prepared, process
from support.deployment import free_ports

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.enable_socket,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("cli-server"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with made-up laptops; no server runs on it."""
    directory = tmp_path_factory.mktemp("cli") / "data"
    prepared(directory)
    return directory


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """Another one, with a server running."""
    directory = tmp_path_factory.mktemp("cli-running") / "data"
    prepared(directory)
    with RunningSite(directory) as running:
        yield running


def test_a_query_without_a_server_opens_the_stores(data: Path) -> None:
    done = process("query", "kind:session.failed_logon since:7d", "--data", data, "--json")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert len(rows) == 5
    assert set(rows[0]) == {
        *("id", "received_at", "ts", "device_id", "table", "event", "kind", "fields"),
        *("delivered_from", "stream_id", "seq", "row"),
    }


def test_a_query_asks_the_running_server_and_answers_the_same(
    data: Path, site: RunningSite
) -> None:
    running = process("query", "table:software name:package-007", "--data", site.data, "--json")
    assert running.code == 0, running.err
    opened = process("query", "table:software name:package-007", "--data", data, "--json")
    shapes = [
        [(row["id"], row["fields"]) for row in map(json.loads, done.out.splitlines())]
        for done in (running, opened)
    ]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == 5


def test_a_query_counts_by_a_field_with_and_without_a_server(data: Path, site: RunningSite) -> None:
    query = ("query", "table:software", "--by", "delivered_from_country", "--data")
    opened, running = (cli(*query, place, "--json") for place in (data, site.data))
    counts = [json.loads(line) for line in opened.out.splitlines()]
    assert [one["value"] for one in counts] == ["IN", "DE"]
    assert counts[0]["rows"] > counts[1]["rows"] > 0
    assert running.out == opened.out
    shown = cli(*query, site.data, "--limit", "1").out.splitlines()
    assert [line.split() for line in shown] == [
        ["events", "delivered_from_country"],
        [f"{counts[0]['rows']:,}", "IN"],
    ]
    of_germany = "table:software delivered_from_country:DE"
    found = cli("query", of_germany, "--data", site.data, "--json").out.splitlines()
    places = [json.loads(line)["delivered_from"]["country"] for line in found]
    assert set(places) == {"DE"}


@pytest.mark.parametrize("field", ["latitude", "nope", "since"])
def test_what_rows_cannot_be_counted_by_is_said_before_anything_is_opened(
    data: Path, field: str
) -> None:
    done = cli("query", "*", "--by", field, "--data", data)
    assert (done.code, field in done.err, "nothing was counted" in done.err) == (1, True, True)
    assert "nothing was searched" not in done.err  # that is said of a query


def test_an_export_is_written_with_its_end(site: RunningSite) -> None:
    done = cli("export", "table:software name:package-007", "--data", site.data)
    assert (done.code, "5 events" in done.err) == (0, True), done.err
    *rows, end = [json.loads(line) for line in done.out.splitlines()]
    assert {row["fields"]["name"] for row in rows} == {"package-007"}
    assert end == {"end": {"rows": 5}}


def test_everything_is_given_in_pages_without_repeats(site: RunningSite) -> None:
    done = cli("query", "*", "--data", site.data, "--json", "--limit", "0")
    ids = [json.loads(line)["id"] for line in done.out.splitlines()]
    assert len(ids) == len(set(ids)) > 400
    limited = cli("query", "*", "--data", site.data, "--json", "--limit", "7")
    assert [json.loads(line)["id"] for line in limited.out.splitlines()] == ids[:7]


def test_people_get_one_aligned_line_an_event(site: RunningSite) -> None:
    done = cli("query", "kind:session.failed_logon", "--data", site.data)
    lines = done.out.splitlines()
    assert lines[0].split() == ["time", "(UTC)", "device", "kind", "what"]
    assert len(lines) == 6
    assert {line.index("session.failed_logon") for line in lines[1:]} == {lines[0].index("kind")}
    assert "user_name=pn:person:1:" in lines[1]


def test_no_match_is_an_answer(site: RunningSite) -> None:
    done = cli("query", "user_name:nobody", "--data", site.data, "--json")
    assert (done.code, done.out) == (0, "")


def test_a_query_error_points_at_the_place(data: Path) -> None:
    done = cli("query", "kind:session.nope", "--data", data)
    assert done.code == 1
    assert "nothing was searched" in done.err
    assert done.err.splitlines()[-1] == " " * 13 + "^"
    as_json = cli("query", "kind:session.nope", "--data", data, "--json")
    assert as_json.out == ""
    assert "nothing was searched" in json.loads(as_json.err)["error"]


def test_the_access_file_is_for_the_servers_user_only_and_goes_with_the_server(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    assert cli("init", "--data", data).code == 0
    with RunningSite(data) as site:
        file = local_access_path(data)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        document = json.loads(file.read_text())
        assert document["addresses"]["console"] == f"localhost:{site.port}"
        server = running_server(data)
        assert server is not None
        assert server.get("/api/v1/session")["name"] == "local"
        assert document["token"] not in site.log.read_text()
    assert not local_access_path(data).exists()
    assert running_server(data) is None


def test_a_file_left_by_a_killed_server_does_not_lead_astray(data: Path) -> None:
    file = local_access_path(data)
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        json.dumps(
            {
                "pid": 1,
                "addresses": {"console": "localhost:1", "enrolment": "x", "telemetry": "y"},
                "connect": ["127.0.0.1", 1],
                "ca": str(data / "ca.crt"),
                "token": "rtat_gone",
            }
        )
    )
    assert process("query", "*", "--data", data, "--json", "--limit", "1").code == 0
    file.write_text("{")
    done = cli("query", "*", "--data", data)
    assert done.code == 1
    assert "cannot be read" in done.err
    file.unlink()


def test_init_is_idempotent_and_shows_a_link_only_where_asked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = process("init", "--data", data, "--json")
    key = cli("audit", "key", "--data", data).out.strip()
    assert first.json == {
        "data_dir": str(data),
        "made": True,
        "audit_public_key": key,
        "administrator": None,
    }
    assert "user add" in first.err
    asked = cli("init", "--data", data, "--administrator", "root", "--json")
    assert asked.json["made"] is False
    assert asked.json["administrator"]["name"] == "root"
    assert set(asked.json["administrator"]) == {"name", "link", "link_expires_s"}
    assert cli("init", "--data", data, "--json").json["administrator"] is None
    again = cli("init", "--data", data, "--administrator", "root", "--json")
    links = [urlsplit(done.json["administrator"]["link"]) for done in (asked, again)]
    assert {(link.scheme, link.netloc) for link in links} == {("https", "localhost:8443")}
    assert links[0].path != links[1].path  # nobody used the first: it is void now
    with control_of(data) as control:
        accounts = AccountService(control)
        with pytest.raises(LinkError):
            accounts.links.name_of(links[0].path.removeprefix("/first/"))
        accounts.links.set_password(links[1].path.removeprefix("/first/"), "a password of my own")
    used = cli("init", "--data", data, "--administrator", "root", "--json")
    assert used.json["administrator"] is None


def test_users_are_added_listed_and_disabled(data: Path) -> None:
    linked = process("user", "add", "mona", "--link", "--data", data, "--json").json
    assert set(linked) == {"name", "roles", "link", "link_expires_s"}
    shown = cli("user", "password", "mona", "--data", data)
    assert shown.out.startswith("analyst mona: https://localhost:8443/first/")
    assert "waits for its link" in cli("user", "list", "--data", data).out
    added = process("user", "add", "Kiran", "--password", "--data", data, "--json")
    assert added.json["name"] == "kiran"
    assert re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", added.json["password"])
    assert cli("user", "add", "kiran", "--data", data).code == 1
    reset = cli("user", "password", "kiran", "--password", "--data", data, "--json")
    assert reset.json["password"] != added.json["password"]
    assert cli("user", "disable", "kiran", "--data", data).code == 0
    listed = {user["name"]: user for user in cli("user", "list", "--data", data, "--json").json}
    assert listed["kiran"]["disabled_s"] is not None
    assert listed["admin"]["disabled_s"] is None
    assert "kiran" in cli("user", "list", "--data", data).out
    refused = cli("user", "disable", "admin", "--data", data)
    assert refused.code == 1
    assert "last administrator" in refused.err
    assert cli("user", "disable", "nobody", "--data", data).code == 1


def test_tokens_are_made_for_the_running_servers_port(site: RunningSite) -> None:
    made = process("token", "create", "--uses", "2", "--hours", "1", "--data", site.data, "--json")
    token = decode(made.json["token"])
    assert token.uses == 2
    server = running_server(site.data)
    assert server is not None
    assert token.address == server.addresses["enrolment"] == made.json["address"]
    plain = cli("token", "create", "--data", site.data)
    assert plain.out.startswith("rtk1_")
    assert len(plain.out.splitlines()) == 1
    listed = cli("token", "list", "--data", site.data, "--json").json
    assert listed[0]["used"] == 0
    assert cli("token", "revoke", listed[0]["token_id"], "--data", site.data).code == 0
    assert "revoked" in cli("token", "list", "--data", site.data).out


@pytest.mark.parametrize(
    "arguments", [["--uses", "0"], ["--hours", "99999"], ["--address", "no port"], ["--group", ""]]
)
def test_a_token_out_of_bounds_is_refused(data: Path, arguments: list[str]) -> None:
    done = cli("token", "create", "--data", data, *arguments)
    assert done.code == 1
    assert "none was made" in done.err or "no token was made" in done.err


def test_a_policy_is_shown_and_published_to_the_running_server(
    site: RunningSite, tmp_path: Path
) -> None:
    shown = process("policy", "show", "--data", site.data)
    assert shown.out == default_policy_yaml()
    assert shown.err.startswith("policy 1 of group default")
    file = tmp_path / "policy.yaml"
    file.write_text(re.sub(r"(?m)^version:.*\n", "", default_policy_yaml()))
    done = cli("policy", "publish", file, "--data", site.data, "--json")
    assert done.code == 0, done.err
    assert done.json == done.json | {"group": "default", "version": 2, "pushed": True}
    assert cli("policy", "show", "--data", site.data, "--json").json["version"] == 2
    assert (
        cli("policy", "show", "--version", "1", "--data", site.data, "--json").json["version"] == 1
    )


def test_a_policy_is_published_without_a_server(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(re.sub(r"(?m)^version:.*\n", "", default_policy_yaml()))
    done = cli("policy", "publish", file, "--data", data, "--json")
    assert done.json == done.json | {"group": "default", "version": 2, "pushed": False}


def test_a_draft_is_compared_with_what_is_in_force_and_says_whom_it_concerns(
    data: Path, site: RunningSite, tmp_path: Path
) -> None:
    """From the stores of `data`, and from the server that runs on the other directory."""
    file = tmp_path / "policy.yaml"
    file.write_text(default_policy_yaml().replace("work_phone: pseudonymise", "work_phone: keep"))
    told = []
    for place in (data, site.data):
        done = process("policy", "diff", "default@1", file, "--data", place)
        assert done.code == 0, done.err
        first, last = done.out.splitlines()
        assert first.startswith(
            "+ user_account.work_phone was pseudonymised, is now kept: personal"
        )
        assert re.fullmatch(r"B reveals more than A: \d+ devices, about \d+ people", last)
        assert first.endswith(last.partition(": ")[2])
        told.append(process("policy", "diff", "in-force", file, "--data", place, "--json").json)
    assert told[0]["reach"] == told[1]["reach"]
    assert told[0]["reach"]["people"] > 2
    missing = cli("policy", "diff", "default@99", file, "--data", data)
    assert missing.code == 1
    assert "no policy version 99" in missing.err


def test_a_field_is_explained_for_the_groups_that_have_a_policy(data: Path) -> None:
    done = cli("policy", "explain", "session.user_name", "--data", data, "--json")
    assert done.code == 0, done.err
    assert [(found["group"], found["action"]) for found in done.json] == [
        ("default", "pseudonymise")
    ]
    assert done.json[0]["place"] == "tables.session.fields.user_name"


def test_a_bad_policy_is_refused_with_its_line(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(default_policy_yaml() + "\nshred: everything\n")
    done = cli("policy", "publish", file, "--data", data)
    assert done.code == 1
    assert "line " in done.err
    assert "shred" in done.err
    for wrong in (tmp_path / "missing.yaml", tmp_path):
        assert cli("policy", "publish", wrong, "--data", data).code == 1


def test_doctor_finds_nothing_wrong_with_a_sound_installation(
    data: Path, site: RunningSite, tmp_path: Path
) -> None:
    ports = zip(("enrolment", "telemetry", "console"), free_ports(3), strict=True)
    config = tmp_path / "server.toml"  # the usual ports may be in use here
    config.write_text("\n".join(("[ports]", *(f"{name} = {port}" for name, port in ports))))
    stopped = process("doctor", "--data", data, "--config", config, "--json")
    assert stopped.code == 0, stopped.out
    assert [check["state"] for check in stopped.json["checks"]] == ["ok"] * 13
    running = process("doctor", "--data", site.data)
    assert running.code == 0
    assert f"console localhost:{site.port}" in running.out
    assert [line[:3].strip() for line in running.out.splitlines()][:13] == [
        f"{number}." if number < 10 else f"{number}."[:3] for number in range(1, 14)
    ]


@pytest.mark.parametrize("command", ["query *", "token list", "user list", "policy show", "run"])
def test_a_directory_without_a_server_is_named(tmp_path: Path, command: str) -> None:
    done = cli(*command.split(), "--data", tmp_path / "nothing")
    assert done.code == 1
    assert "reticent-server init" in done.err
    assert not (tmp_path / "nothing").exists()


def test_the_audit_trail_of_a_running_server_is_exported_and_verified_elsewhere(
    site: RunningSite, tmp_path: Path
) -> None:
    key = cli("audit", "key", "--data", site.data).out.strip()
    cli("user", "list", "--data", site.data)
    done = cli("audit", "export", "--data", site.data)
    assert done.code == 0, done.err
    file = tmp_path / "audit.jsonl"
    file.write_text(done.out)
    whole = cli("audit", "verify", file, "--key", key, "--json")
    assert (whole.code, whole.json["whole"], whole.json["public_key"]) == (0, True, key)
    assert whole.json["checkpoint_row"] == whole.json["head_number"] == whole.json["rows"]
    live = cli("audit", "verify", "--data", site.data, "--json")
    assert (live.code, live.json["whole"]) == (0, True)
    listed = cli("audit", "list", "--data", site.data, "--json", "--action", "account")
    actions = {json.loads(line)["action"] for line in listed.out.splitlines()}
    assert "account.list" in actions
    assert {action.partition(".")[0] for action in actions} == {"account"}
    refused = cli("audit", "list", "--data", site.data, "--since", "soon")
    assert (refused.code, "--since is not a time" in refused.err) == (1, True)


def test_what_was_done_here_is_in_the_audit_trail(site: RunningSite) -> None:
    server = running_server(site.data)
    assert server is not None
    entries = server.get("/api/v1/audit", {"limit": 500})["entries"]
    assert {"account.create", "events.search", "enrolment_token.create", "policy.publish"} <= {
        entry["action"] for entry in entries
    }
    assert server.get("/api/v1/audit/check")["whole"] is True
    assert str(device_id(0)) not in str(entries)


def test_what_init_was_told_holds_for_run_and_token(tmp_path: Path) -> None:
    data = tmp_path / "named"
    names = ("--public-name", "telemetry.example.com", "--listen", "0.0.0.0", "--name", "10.0.0.5")
    assert cli("init", "--data", data, *names).code == 0
    made = cli("token", "create", "--data", data, "--json")
    assert json.loads(made.out)["address"] == "telemetry.example.com:7442"
    config = load_config(data / "server.toml", data_dir=data)
    assert (config.listen, config.names) == ("0.0.0.0", ("10.0.0.5",))
    before = (data / "server.toml").read_text() + "# by hand\n"
    (data / "server.toml").write_text(before)
    assert cli("init", "--data", data).code == 0
    assert (data / "server.toml").read_text() == before
