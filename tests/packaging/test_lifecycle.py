"""Install, upgrade, remove, install again, purge: into an empty system, by dpkg itself.

What is exercised: dpkg's unpacking, conffile handling and dependency check, and the maintainer
scripts with DPKG_ROOT (system user, enabling the unit, cleaning up). What is not: starting units,
because no systemd runs in a test; test_installed.py starts the same command lines by hand.
"""

from __future__ import annotations

import pytest
from support.scratch_root import DEBIAN_12, DpkgError, ScratchRoot

pytestmark = pytest.mark.timeout(300)  # the first to ask waits for the packages to be built

SIDES = ("agent", "server")
# Written by systemd-sysusers: the locked users that purge keeps by design, and its lock file.
KEPT_BY_DESIGN = {"/etc/.pwd.lock"} | {
    f"/etc/{name}{backup}"
    for name in ("passwd", "group", "shadow", "gshadow")
    for backup in ("", "-")
}


def enabled(system: ScratchRoot, side: str) -> bool:
    link = system / f"/etc/systemd/system/multi-user.target.wants/reticent-{side}.service"
    return link.is_symlink()


def fill_data(system: ScratchRoot, side: str) -> None:
    data = system / f"/var/lib/reticent-{side}"
    data.mkdir(parents=True)
    (data / "store.db").write_text("rows")


def test_installing_makes_a_system_user_and_enables_the_service(built, empty_system):
    empty_system.dpkg("--install", built.agent)
    users = (empty_system / "/etc/passwd").read_text()
    assert users.startswith("reticent-agent:x:")
    assert users.rstrip().endswith("nologin")
    groups = (empty_system / "/etc/group").read_text().splitlines()
    assert [line.split(":")[::3] for line in groups if line.startswith("tss:")] == [
        ["tss", "reticent-agent"]
    ]
    assert enabled(empty_system, "agent")
    assert (empty_system / "/usr/bin/reticent-agent").stat().st_mode & 0o777 == 0o755
    helper = "reticent-agent-privileged"
    assert (empty_system / f"/usr/libexec/{helper}").stat().st_mode & 0o777 == 0o755
    wanted = empty_system / f"/etc/systemd/system/sockets.target.wants/{helper}.socket"
    assert wanted.is_symlink()
    assert (empty_system / f"/usr/lib/systemd/system/{helper}.service").exists()


def test_removing_keeps_configuration_and_data(built, empty_system):
    empty_system.dpkg("--install", built.agent)
    fill_data(empty_system, "agent")
    empty_system.dpkg("--remove", "reticent-agent")
    left = empty_system.files()
    assert {"/etc/reticent/agent.toml", "/var/lib/reticent-agent/store.db"} <= left
    assert not [path for path in left if path.startswith("/usr/")]


def test_purging_each_package_leaves_the_other_and_then_only_the_locked_users(installed_system):
    for side in SIDES:
        fill_data(installed_system, side)
    (installed_system / "/etc/reticent/agent.token").write_text("rtk1_made_up")

    installed_system.dpkg("--purge", "reticent-agent")
    left = installed_system.files()
    assert not [path for path in left if "reticent-agent" in path or "agent." in path]
    assert {"/etc/reticent/server.toml", "/var/lib/reticent-server/store.db"} <= left
    assert enabled(installed_system, "server")

    installed_system.dpkg("--purge", "reticent-server")
    assert installed_system.files() <= KEPT_BY_DESIGN
    for folder in ("/etc/reticent", "/usr/lib", "/var/lib/reticent-server"):
        assert not (installed_system / folder).exists()
    users = (installed_system / "/etc/passwd").read_text().splitlines()
    assert [line.split(":")[0] for line in users] == ["reticent-agent", "reticent-server"]
    assert all(line.endswith("nologin") for line in users)


def test_a_removed_package_can_be_installed_again(built, empty_system):
    empty_system.dpkg("--install", built.agent)
    (empty_system / "/etc/reticent/agent.toml").write_text('data_dir = "/srv/elsewhere"\n')
    empty_system.dpkg("--remove", "reticent-agent")
    assert not (empty_system / "/usr/bin/reticent-agent").exists()
    empty_system.dpkg("--install", built.agent)
    assert enabled(empty_system, "agent")
    unit = empty_system / "/etc/systemd/system/reticent-agent.service"
    assert not unit.is_symlink()  # a link to /dev/null there would be a mask
    assert "/srv/elsewhere" in (empty_system / "/etc/reticent/agent.toml").read_text()


def test_an_upgrade_keeps_the_administrators_configuration(built, empty_system):
    empty_system.dpkg("--install", built.agent)
    (empty_system / "/etc/reticent/agent.toml").write_text('data_dir = "/srv/elsewhere"\n')
    empty_system.dpkg("--install", built.agent)
    assert "/srv/elsewhere" in (empty_system / "/etc/reticent/agent.toml").read_text()


def test_a_machine_with_another_python_refuses_the_package(built, tmp_path):
    system = ScratchRoot(tmp_path / "root", installed=DEBIAN_12 | {"python3": "3.99.0-1"})
    with pytest.raises(DpkgError, match="python3"):
        system.dpkg("--install", built.agent)
