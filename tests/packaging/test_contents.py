"""What the packages hold, and what they do not."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from functools import lru_cache
from pathlib import Path, PurePosixPath

import pytest
from bundle import locked_versions

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(300)  # the first to ask waits for the packages to be built

SIDES = ("agent", "server")


@lru_cache(maxsize=2)
def listing(deb: Path) -> list[tuple[str, str, PurePosixPath]]:
    """Mode, owner/group and path of each member of a package."""
    text = subprocess.run(
        ["dpkg-deb", "--contents", str(deb)], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split(maxsplit=5) for line in text.splitlines())
    return [(row[0], row[1], PurePosixPath(row[5].removeprefix("."))) for row in rows]


def field(deb: Path, name: str) -> str:
    command = ["dpkg-deb", "--field", str(deb), name]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def below_lib(deb: Path, side: str) -> set[PurePosixPath]:
    library = PurePosixPath(f"/usr/lib/reticent-{side}")
    paths = (path for _, _, path in listing(deb))
    return {path.relative_to(library) for path in paths if path.is_relative_to(library)}


@pytest.mark.parametrize("side", SIDES)
def test_a_package_carries_the_versions_of_its_lock_and_no_others(built, side):
    lock = REPOSITORY / "packaging" / "locks" / f"{side}.txt"
    tops = {path.parts[0] for path in below_lib(built.deb(side), side) if path.parts}
    carried = {
        tuple(name.removesuffix(".dist-info").lower().replace("_", "-").rsplit("-", 1))
        for name in tops
        if name.endswith(".dist-info") and not name.startswith("reticent-")
    }
    assert carried == {
        (name.lower().replace("_", "-").replace(".", "-"), version)
        for name, version in locked_versions(lock).items()
    }


def test_the_agents_package_has_nothing_of_the_server(built):
    tops = {path.parts[0] for path in below_lib(built.agent, "agent") if path.parts}
    assert {"reticent_agent", "reticent_contract"} <= tops
    assert tops.isdisjoint({"reticent_server", "chdb", "pyarrow", "pandas", "fastapi"})


def test_the_agents_package_is_small(built):
    assert built.agent.stat().st_size < 25e6
    assert int(field(built.agent, "Installed-Size")) < 80_000  # KiB


@pytest.mark.parametrize("side", SIDES)
def test_a_package_has_no_tests_and_no_headers(built, side):
    paths = below_lib(built.deb(side), side)
    unwanted = {".h", ".c", ".pyx", ".pxd", ".pyi", ".a"}
    assert [path for path in paths if path.suffix in unwanted] == []
    assert [path for path in paths if {"tests", "test"} & set(path.parts[:-1])] == []


@pytest.mark.parametrize("side", SIDES)
def test_every_module_is_compiled_so_that_nothing_is_written_later(built, side):
    paths = below_lib(built.deb(side), side)
    sources = {path for path in paths if path.suffix == ".py"}
    tag = sys.implementation.cache_tag
    compiled = {path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc" for path in sources}
    assert sources
    assert compiled - paths == set()


@pytest.mark.parametrize("side", SIDES)
def test_files_belong_to_root_and_nobody_else_may_write_them(built, side):
    listed = list(listing(built.deb(side)))
    assert len(listed) > 50
    for mode, owner, path in listed:
        assert owner == "root/root", path
        assert mode[0] in "-d", path  # neither links nor devices
        assert (mode[5], mode[8]) == ("-", "-"), path
        assert {"s", "S", "t", "T"}.isdisjoint(mode), path


@pytest.mark.parametrize("side", SIDES)
def test_the_administrators_files_are_conffiles_and_names_its_licences_are_there(built, side):
    paths = {str(path) for _, _, path in listing(built.deb(side))}
    assert f"/usr/share/doc/reticent-{side}/copyright" in paths
    shown = subprocess.run(
        ["dpkg-deb", "--info", str(built.deb(side)), "conffiles"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    started = {"agent": ["/etc/xdg/autostart/reticent-session.desktop"], "server": []}
    assert sorted(shown) == [f"/etc/reticent/{side}.toml", *started[side]]


@pytest.mark.parametrize("side", SIDES)
def test_a_package_fits_the_python_it_was_built_with_and_no_other(built, side):
    depends = field(built.deb(side), "Depends")
    major, minor = sys.version_info[:2]
    assert f"python3 (>= {major}.{minor})" in depends
    assert f"python3 (<< {major}.{minor + 1})" in depends


def test_the_wheel_carries_the_consoles_assets_and_their_licences(built):
    vendor = "reticent_server/console/static/vendor/"
    names = set(zipfile.ZipFile(built.wheel).namelist())
    assert {
        vendor + name
        for name in (
            "htmx.min.js",
            "swagger-ui.css",
            "swagger-ui-bundle.js",
            "swagger-ui-standalone-preset.js",
            "LICENSES",
        )
    } <= names


def test_the_same_sources_make_the_same_package_to_the_byte(built, rebuilt_agent):
    assert rebuilt_agent.read_bytes() == built.agent.read_bytes()


def test_homes_are_closed_to_the_agent_until_an_administrator_opens_them(built):
    name = "/usr/share/doc/reticent-agent/examples/reticent-agent-browsers.conf"
    assert name in {str(path) for _, _, path in listing(built.agent)}
    systemd = REPOSITORY / "packaging" / "systemd"
    unit = (systemd / "reticent-agent.service").read_text().splitlines()
    example = (systemd / "reticent-agent-browsers.conf").read_text().splitlines()
    assert [line for line in unit if line.startswith("ProtectHome=")] == ["ProtectHome=yes"]
    assert [line for line in example if line[:1] not in ("#", "")] == [
        "[Service]",
        "ProtectHome=read-only",
    ]


def test_of_all_devices_the_agent_may_open_the_tpm_alone(built):
    unit = (REPOSITORY / "packaging" / "systemd" / "reticent-agent.service").read_text()
    lines = unit.splitlines()
    assert [line for line in lines if line.startswith("DevicePolicy=")] == ["DevicePolicy=closed"]
    allowed = [line for line in lines if line.startswith("DeviceAllow=")]
    assert allowed == ["DeviceAllow=/dev/tpmrm0 rw"]
    assert any("@raw-io" in line for line in lines if line.startswith("SystemCallFilter=~"))
    control = subprocess.run(
        ["dpkg-deb", "--field", str(built.agent), "Recommends"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert control.stdout.strip() == "tpm-udev"
