"""Real processes: one person's request about what two laptops sent, answered and then erased, the
server killed meanwhile."""

from __future__ import annotations

import json
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from reticent_server.ca.files import read_secret
from reticent_server.data_dir import local_access_path, secrets_dir
from support.approvals import agree
from support.console_site import Done, cli
from support.deployment import Command, Deployment, wait_for
from support.sealed_files import NotUnderstoodError, files_that_hold

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]
NAME = "q7f3a9bzk2vx"
MAIL = f"{NAME}@example.com"
OTHER = "w8e1r5tyu4io"
HER_LINE = f"Nov 22 06:00:00 laptop postfix[7]: 4F1: from=<{MAIL}>, size=41\n"
ANY_LINE = "Nov 22 06:00:00 laptop cron[8]: 4F1: started\n"


def laptop(root: Path, *accounts: str, lines: str) -> Path:
    """A file system with accounts and one log file."""
    (root / "var/log").mkdir(parents=True)
    (root / "etc").mkdir()
    (root / "var/log/syslog").write_text(lines)
    people = [
        f"{name}:x:{1000 + number}:{1000 + number}:{name},,,:/home/{name}:/bin/bash\n"
        for number, name in enumerate(accounts)
    ]
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n" + "".join(people))
    return root


def request(site: Deployment, *arguments: str | Path) -> Done:
    return cli("request", *arguments, "--data", site.server_data)


def opened(site: Deployment, right: str, identifiers: Path, *more: str) -> str:
    told = request(site, "open", right, "--identifiers", identifiers, "--reference", "4711", *more)
    assert told.code == 0, told.err
    return told.out.strip()


@pytest.mark.timeout(240)
def test_a_person_gets_what_two_laptops_sent_and_it_is_erased_across_kill_9(
    tmp_path: Path,
) -> None:
    hers = laptop(tmp_path / "hers", NAME, lines=ANY_LINE * 20)
    shared = laptop(tmp_path / "shared", OTHER, NAME, lines=(HER_LINE + ANY_LINE) * 20)
    who = tmp_path / "who.txt"
    who.write_text(f"{MAIL}\n{NAME}\n")
    with Deployment(tmp_path, file_root=hers) as site:
        site.start()
        token = tmp_path / "second.token"
        token.touch(mode=0o600)
        token.write_text(site.token(uses=1))
        second = Command(
            "reticent_agent.main",
            *("--data", tmp_path / "second", "run", "--token-file", token),
            *("--file-root", shared, "--proxy", "none"),
            log=site.logs / "second.log",
        )
        second.start()
        try:
            wait_for(
                "both laptops' rows",
                lambda: (_append(hers), _append(shared), _both(site))[-1],
                seconds=90,
            )
        finally:
            site.agent.stop()  # so that nothing new comes
            second.stop()
        own = site.status()["device_id"]
        tokens = _answered(site, who, own, tmp_path / "answer")
        key = read_secret(secrets_dir(site.server_data) / "events.key", bytes_exact=32)
        for needle in tokens:  # else none could be seen to go
            held = partial(_held, site.server_data, needle, key)
            wait_for(f"{needle} in a file", held, seconds=20)
        held = partial(_held, tmp_path, NAME, key, at_least=4)  # what the laptops have
        wait_for("the name in files", held, seconds=20)
        _erased(site, who)
        _receipts_are_whole(site)
        site.stop()
        for needle in (NAME, *tokens):
            assert files_that_hold(site.server_data, needle.encode(), key=key) == []
        log = (site.logs / "server.log").read_text()
        assert log.count("server_started") == 2
        assert NAME not in log


def _held(folder: Path, needle: str, key: bytes, *, at_least: int = 1) -> bool:
    try:
        return len(files_that_hold(folder, needle.encode(), key=key)) >= at_least
    except (FileNotFoundError, NotUnderstoodError):
        return False  # merged away between the list and the look, or being written


def _receipts_are_whole(site: Deployment) -> None:
    shown = cli("doctor", "--receipts", "--json", "--data", site.server_data)
    told = [one for one in shown.json["checks"] if one["check"] == "receipts"]
    assert [one["state"] for one in told] == ["ok"], told
    assert re.match(r"[1-9]\d* batches of [2-9] streams", told[0]["found"]), told
    assert "rows were deleted, by retention or as a person asked" in told[0]["found"]
    assert [one for one in shown.json["checks"] if one["state"] == "bad"] == []
    assert shown.code == 0


def _append(root: Path) -> bool:
    with (root / "var/log/syslog").open("a") as log:
        log.write(f"Nov 22 06:00:01 laptop cron[9]: again {time.time()}\n{HER_LINE}")
    return True


def _both(site: Deployment) -> bool:
    """Whether accounts and lines of two laptops are stored."""
    try:
        found = [
            {event["device_id"] for event in _events(site, table)}
            for table in ("user_account", "log_line")
        ]
    except OSError:
        return False
    return all(len(devices) == 2 for devices in found)


def _events(site: Deployment, table: str) -> list[dict[str, str]]:
    events: list[dict[str, str]] = site.get("/api/v1/events", q=f"table:{table}", limit=200)[
        "events"
    ]
    return events


def _answered(site: Deployment, who: Path, own: str, folder: Path) -> set[str]:
    """Her pseudonyms, as the answer has them."""
    case = opened(site, "access", who, "--device", own)
    early = request(site, "answer", case, "--to", folder)
    assert early.code == 0, early.err
    assert not (folder / "answer.jsonl").exists()
    agree(site.server_data, request(site, "run", case))
    ran = request(site, "run", case)
    assert ran.code == 0, ran.err
    assert {"user_account", "log_line"} <= {line.split(" ")[0] for line in ran.out.splitlines()}
    told = request(site, "answer", case, "--to", folder)
    assert told.code == 0, told.err
    rows = [json.loads(line) for line in (folder / "answer.jsonl").read_text().splitlines()]
    assert rows[-1] == {"kind": "end", "rows": sum(row["kind"] == "row" for row in rows)}
    tables = {(row["laptop"], row["table"]) for row in rows if row["kind"] == "row"}
    assert {("yours", "user_account"), ("yours", "log_line"), ("yours", "os")} <= tables
    elsewhere = {table for laptop, table in tables if laptop == "another"}
    assert {"user_account", "log_line"} <= elsewhere <= {"user_account", "log_line", "posture"}
    others = [row for row in rows if row.get("laptop") == "another"]
    assert all("device_id" not in row for row in others)
    accounts = [row["fields"] for row in others if row["table"] == "user_account"]
    assert len({fields["user_name"] for fields in accounts}) == 1  # hers, and not the other one's
    text = (folder / "answer.txt").read_text()
    assert "What is held" in text
    assert NAME not in text
    assert request(site, "close", case).code == 0
    messages = [row["fields"]["message"] for row in others if row["table"] == "log_line"]
    embedded = {one for message in messages for one in re.findall("<(pn:[^<>]+)>", message)}
    assert embedded
    return embedded | {fields["user_name"] for fields in accounts}


def _erased(site: Deployment, who: Path) -> None:
    case = opened(site, "erasure", who)
    assert request(site, "run", case, "--confirm", "x").code == 1
    agree(site.server_data, request(site, "run", case, "--confirm", case))
    begun = request(site, "run", case, "--confirm", case, "--no-wait")
    assert begun.code == 0, begun.err
    site.server.kill()
    local_access_path(site.server_data).unlink()  # of the one that was killed
    site.start_server()
    done: Any = wait_for("the erasure", lambda: _over(site, case), seconds=120)
    assert (done["state"], done["reference"]) == ("done", "4711")
    counts = {one["table"]: one for one in done["counts"]}
    assert counts["user_account"]["deleted"] == counts["user_account"]["found"] > 0
    assert counts["log_line"]["emptied"] == counts["log_line"]["found"] > 0
    lines = _events(site, "log_line")
    assert lines
    again = opened(site, "access", who)
    agree(site.server_data, request(site, "run", again))
    assert json.loads(request(site, "run", again, "--json").out)["counts"] == []
    assert request(site, "close", again).code == 0


def _over(site: Deployment, case: str) -> dict[str, str] | None:
    try:
        found: dict[str, str] = site.get(f"/api/v1/people/requests/{case}")
    except OSError:
        return None
    return found if found["over_at"] else None
