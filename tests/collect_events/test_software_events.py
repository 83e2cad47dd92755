"""Logs of package managers: restarts in the middle, real dpkg, records that are not finished."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from collect_events.fakes import FakeClock, Followed, Recorder
from reticent_agent.collect.linux.software_events import software_changes
from reticent_agent.collect.linux.software_logs import (
    DpkgActions,
    dnf_change,
    dpkg_change,
    pacman_change,
)
from reticent_agent.collect.logs.records import Records

DPKG = software_changes()[0]
LOG = "var/log/dpkg.log"
DAY = "2026-11-22 06:13:0"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / LOG
    path.parent.mkdir(parents=True)
    path.touch()
    return path


def append(path: Path, *lines: str) -> None:
    with path.open("a") as file:
        file.write("".join(f"{DAY}0 {line}\n" for line in lines))


def names(recorder: Recorder) -> list[tuple[str, object, object]]:
    return [(r.event, r.values["name"], r.values["version"]) for r in recorder.rows()]


def test_a_restart_while_a_package_is_unpacked_loses_and_doubles_nothing(log: Path) -> None:
    kept = Recorder()
    with Followed(DPKG, log.parents[2], recorder=kept):
        kept.wait_for(lambda: bool(kept.collected))
        append(
            log, "install one:all <none> 1", "status unpacked one:all 1", "configure one:all 1 1"
        )
        append(log, "install two:all <none> 2", "status half-installed two:all 2")
        kept.wait_for(lambda: len(kept.rows()) == 1)
        time.sleep(0.5)
    append(log, "status unpacked two:all 2")
    with Followed(DPKG, log.parents[2], recorder=kept, cursor=kept.cursor):
        kept.wait_for(lambda: len(kept.rows()) == 2)
    assert names(kept) == [("installed", "one", "1"), ("installed", "two", "2")]
    assert kept.rows()[0].values["architecture"] == "all"


def test_what_was_done_longer_ago_than_a_week_is_not_told_the_first_time(log: Path) -> None:
    clock = FakeClock()
    clock.wall_us += 8 * 86_400_000_000
    append(log, "install old:all <none> 1", "status unpacked old:all 1")
    with Followed(DPKG, log.parents[2], clock=clock) as recorder:
        recorder.wait_for(lambda: bool(recorder.collected))
        time.sleep(0.5)
    assert recorder.rows() == []


def test_a_rotation_between_an_action_and_its_end_is_no_change_made_up(log: Path) -> None:
    kept = Recorder()
    with Followed(DPKG, log.parents[2], recorder=kept):
        kept.wait_for(lambda: bool(kept.collected))
        append(log, "install one:all <none> 1")
        log.rename(f"{log}.1")
        append(log, "status unpacked one:all 1", "install two:all <none> 2")
        append(log, "status unpacked two:all 2")
        kept.wait_for(lambda: ("installed", "two", "2") in names(kept))
    assert names(kept) == [("installed", "two", "2")]


@pytest.mark.parametrize(
    "record",
    [
        "",
        f"{DAY}0 install one:all <none> 1",
        f"{DAY}0 install one:all <none> 1\n{DAY}1 status half-installed one:all 1",
        f"{DAY}0 install one:all <none> 1\n{DAY}1 status unpacked one:all 2",
        f"{DAY}0 install one:amd64 <none> 1\n{DAY}1 status unpacked one:i386 1",
        f"{DAY}0 upgrade one:all 1 1\n{DAY}1 status unpacked one:all 1",
        f"{DAY}0 status unpacked one:all 1",
        f"{DAY}0 purge one:all 1 <none>\n{DAY}0 status not-installed one:all <none>",
    ],
)
def test_what_dpkg_did_not_do_is_not_told(record: str) -> None:
    assert dpkg_change(record) is None


def test_a_package_that_left_its_settings_is_installed_again() -> None:
    change = dpkg_change(f"{DAY}0 install one:all 1 1\n{DAY}1 status unpacked one:all 1")
    assert change is not None
    assert (change.event, change.version, change.version_before) == ("installed", "1", None)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "2026-11-20T09:30:01+0000 SUBDEBUG Upgraded: openssl-libs-1:3.0.7-27.el9.x86_64",
        "2026-11-20T09:30:01+0000 SUBDEBUG Installed: noversion.x86_64",
        "2026-11-20T09:30:01+0000 INFO Installed: a-1-1.x86_64",
        "2026-11-20T09:30:01+0000 SUBDEBUG Installed: a-1-1.x86_64 and more",
    ],
)
def test_lines_of_dnf_that_tell_no_change(line: str) -> None:
    assert dnf_change(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[2026-11-20T10:00:05+0100] [ALPM] reinstalled bash (5.3.3-1)",
        "[2026-11-20T10:00:05+0100] [PACMAN] installed bash (5.3.3-1)",
        "[2026-11-20T10:00:05+0100] [ALPM] warning: /etc/x installed as /etc/x.pacnew",
    ],
)
def test_lines_of_pacman_that_tell_no_change(line: str) -> None:
    assert pacman_change(line) is None


def test_an_action_of_dpkg_is_complete_with_the_line_that_says_so() -> None:
    from reticent_agent.collect.lines import Lines

    records = Records(DpkgActions())
    lines = [
        f"{DAY}0 startup archives install",
        f"{DAY}0 install one:all <none> 1",
        f"{DAY}0 status half-installed one:all 1",
        f"{DAY}0 status unpacked one:all 1",
    ]
    found = [list(records.add(Lines((line,), len(line) + 1, b""))) for line in lines]
    assert [[r.texts for r in group] for group in found] == [
        [(lines[0],)],
        [],
        [],
        [("\n".join(lines[1:]),)],
    ]


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg on this machine")
def test_what_a_real_dpkg_logs(log: Path, tmp_path: Path) -> None:
    admin, root = tmp_path / "admin", tmp_path / "root"
    for folder in (admin / "info", admin / "updates", root, tmp_path / "package/DEBIAN"):
        folder.mkdir(parents=True)
    for name in ("status", "available"):
        (admin / name).touch()
    (tmp_path / "package/made-up").write_text("x")

    def build(version: str) -> str:
        (tmp_path / "package/DEBIAN/control").write_text(
            f"Package: reticent-made-up\nVersion: {version}\nArchitecture: all\n"
            "Maintainer: A <a@example.test>\nDescription: made up\n"
        )
        archive = str(tmp_path / f"{version}.deb")
        run("dpkg-deb", "--build", str(tmp_path / "package"), archive)
        return archive

    def dpkg(*arguments: str) -> None:
        options = ("--force-not-root", f"--root={root}", f"--admindir={admin}", f"--log={log}")
        run("dpkg", *options, *arguments)

    old, new = build("1.0"), build("1.1")
    clock = FakeClock(time.time_ns() // 1_000)
    with Followed(DPKG, tmp_path, clock=clock) as recorder:
        recorder.wait_for(lambda: bool(recorder.collected))
        try:
            dpkg("--install", old)
        except subprocess.CalledProcessError:
            pytest.skip("dpkg may not work in a folder here")
        dpkg("--install", new)
        dpkg("--remove", "reticent-made-up")
        recorder.wait_for(lambda: len(recorder.rows()) >= 3)
    assert names(recorder) == [
        ("installed", "reticent-made-up", "1.0"),
        ("updated", "reticent-made-up", "1.1"),
        ("uninstalled", "reticent-made-up", "1.1"),
    ]
    assert all(abs(row.ts_us - clock.now_us()) < 120_000_000 for row in recorder.rows())


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
