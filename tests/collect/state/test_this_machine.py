"""The collectors on the machine that runs the tests, against its own tools."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from ipaddress import ip_address
from pathlib import Path

import machineid
import psutil
import pytest
from reticent_agent.collect import platform
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import addresses
from reticent_agent.collect.linux.dconf import parse as parse_settings
from reticent_agent.collect.linux.screen_locks import state
from reticent_agent.collect.model import Context
from reticent_contract.rows import Row

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="compares with Linux tools")


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(
        files=DiskFiles(),
        commands=ProcessRunner(),
        clock=SystemClock(),
        stopping=lambda: False,
    )


@pytest.fixture(scope="module")
def tables(context: Context) -> dict[str, list[Row]]:
    return {c.table: list(c.collect(context)) for c in platform.collectors("linux")}


def tool(path: str) -> str:
    if not Path(path).exists():
        pytest.skip(f"no {path}")
    return path


def output(*arguments: str) -> str:
    return subprocess.run(arguments, capture_output=True, check=True, text=True).stdout


@pytest.mark.compares("software.name", "software.version", "software.architecture")
def test_software_is_what_dpkg_says(tables: dict[str, list[Row]]) -> None:
    query = tool("/usr/bin/dpkg-query")
    text = output(
        query, "-W", "-f", "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\n"
    )
    lines = [line.split("\t") for line in text.splitlines()]
    told = {tuple(rest) for state, *rest in lines if state not in ("not-installed", "config-files")}
    fields = ("name", "version", "architecture")
    got = {
        tuple(row.values[field] for field in fields)
        for row in tables["software"]
        if row.values["source"] == "dpkg"
    }
    assert len(got) > 0
    assert got == told


@pytest.mark.compares("os.machine_id")
def test_the_machine_id_is_what_py_machineid_says(tables: dict[str, list[Row]]) -> None:
    tool("/etc/machine-id")
    (row,) = tables["os"]
    assert row.values["machine_id"] == machineid.id()


@pytest.mark.compares("disk.name", "disk.size_bytes", "disk.rotational")
def test_disks_are_what_lsblk_says(tables: dict[str, list[Row]]) -> None:
    lsblk = tool("/usr/bin/lsblk")
    text = output(lsblk, "--json", "--bytes", "--nodeps", "-o", "NAME,SIZE,TYPE,ROTA")
    virtual = ("loop", "zram", "ram", "dm-", "md", "nbd")
    told = {
        disk["name"]: (disk["size"], disk["rota"])
        for disk in json.loads(text)["blockdevices"]
        if disk["type"] == "disk" and not disk["name"].startswith(virtual)
    }
    got = {
        row.values["name"]: (row.values["size_bytes"], row.values["rotational"])
        for row in tables["disk"]
    }
    assert got == told


@pytest.mark.compares("posture.subject", "posture.state")
def test_mount_points_are_encrypted_as_lsblk_says(tables: dict[str, list[Row]]) -> None:
    """A file system is encrypted where something of the type `crypt` lies under it."""
    lsblk = tool("/usr/bin/lsblk")
    text = output(lsblk, "--json", "--inverse", "-o", "NAME,TYPE,MOUNTPOINTS")
    told = {
        point: _has_crypt(device)
        for device in json.loads(text)["blockdevices"]
        for point in device["mountpoints"]
        if point and device["type"] != "loop"
    }
    got = {
        row.values["subject"]: row.values["state"] in ("on", "partial")
        for row in tables["posture"]
        if row.values["check"] == "disk_encryption" and row.values["state"] != "unknown"
    }
    assert "/" in got or "/" not in told
    assert {point: told[point] for point in got if point in told} == {
        point: crypt for point, crypt in got.items() if point in told
    }


def _has_crypt(device: dict) -> bool:
    return device["type"] == "crypt" or any(map(_has_crypt, device.get("children", ())))


@pytest.mark.compares("usb.vendor_id", "usb.product_id")
def test_usb_devices_are_what_lsusb_says(tables: dict[str, list[Row]]) -> None:
    lsusb = tool("/usr/bin/lsusb")
    done = subprocess.run([lsusb], capture_output=True, text=True, check=False)
    ids = re.findall(r"ID ([0-9a-f]{4}):([0-9a-f]{4})", done.stdout)
    told = sorted(pair for pair in ids if pair[0] != "1d6b")  # hubs that are part of the laptop
    got = [(row.values["vendor_id"], row.values["product_id"]) for row in tables["usb"]]
    assert sorted(got) == told


@pytest.mark.compares(
    "network_interface.name",
    "network_interface.mtu",
    "network_interface.mac_address",
    "network_interface.ip_addresses",
)
def test_links_and_addresses_are_what_ip_says(tables: dict[str, list[Row]]) -> None:
    ip = next((p for p in ("/usr/sbin/ip", "/sbin/ip") if Path(p).exists()), None)
    if ip is None:
        pytest.skip("no ip")
    told = {
        link["ifname"]: (
            link["mtu"],
            link.get("address") if link["link_type"] == "ether" else None,
            {entry["local"] for entry in link["addr_info"]},
        )
        for link in json.loads(output(ip, "-json", "address", "show"))
        if link["link_type"] != "loopback"
    }
    got = {
        row.values["name"]: (
            row.values["mtu"],
            row.values.get("mac_address"),
            addresses_of(row),
        )
        for row in tables["network_interface"]
    }
    assert got == told


@pytest.mark.compares("disk.serial")
def test_memory_and_disks_are_what_lshw_says(tables: dict[str, list[Row]]) -> None:
    lshw = tool("/usr/bin/lshw")
    text = output(lshw, "-quiet", "-json", "-class", "disk", "-class", "memory")
    found = json.loads(text)
    serials = {disk["serial"] for disk in found if disk["class"] == "disk" and "serial" in disk}
    got = {row.values["serial"] for row in tables["disk"] if "serial" in row.values}
    assert serials <= got
    (host,) = tables["host"]
    sizes = [node["size"] for node in found if node["id"] == "memory" and "size" in node]
    assert all(abs(size - host.values["memory_bytes"]) < size / 10 for size in sizes)


@pytest.mark.compares("host.system_serial")
def test_serial_numbers_are_what_dmidecode_says(tables: dict[str, list[Row]]) -> None:
    dmidecode = tool("/usr/sbin/dmidecode")
    if not Path("/sys/class/dmi/id").exists():
        pytest.skip("no DMI tables")
    (host,) = tables["host"]
    told = output(dmidecode, "-s", "system-serial-number").strip()
    assert host.values.get("system_serial", told) == told


def test_a_tpm_and_secure_boot_are_told_where_the_kernel_has_them(
    tables: dict[str, list[Row]],
) -> None:
    states = {row.values["check"]: row.values["state"] for row in tables["posture"]}
    assert (states["tpm"] == "absent") == (not Path("/sys/class/tpm/tpm0").exists())
    assert states["secure_boot"] in ("on", "off", "absent")


def test_a_settings_database_that_dconf_made_is_understood(tmp_path: Path) -> None:
    dconf = tool("/usr/bin/dconf")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "00").write_text(
        "[org/gnome/desktop/screensaver]\nlock-enabled=false\n\n"
        "[org/gnome/desktop/session]\nidle-delay=uint32 4711\n\n"
        + "".join(f"[made/up/{n}]\ntext='a'\nflag=true\n\n" for n in range(200))
    )
    output(dconf, "compile", str(tmp_path / "user"), str(tmp_path / "keys"))
    settings = parse_settings((tmp_path / "user").read_bytes())
    assert settings["/org/gnome/desktop/screensaver/lock-enabled"] is False
    assert settings["/org/gnome/desktop/session/idle-delay"] == 4711
    assert sum(key.startswith("/made/up/") for key in settings) == 200
    assert state(settings) == "off"


@pytest.mark.compares("host.memory_bytes", "cpu.logical_count")
def test_memory_and_processors_are_what_psutil_says(tables: dict[str, list[Row]]) -> None:
    (host,), (cpu,) = tables["host"], tables["cpu"]
    assert host.values["memory_bytes"] == psutil.virtual_memory().total
    assert cpu.values["logical_count"] == psutil.cpu_count(logical=True)


def addresses_of(row: Row) -> set[str]:
    found = row.values.get("ip_addresses", ())
    assert isinstance(found, tuple)
    return set(found)


def test_every_interface_has_its_addresses(tables: dict[str, list[Row]]) -> None:
    told = {
        name: {entry.address.partition("%")[0] for entry in entries if entry.family in (2, 10)}
        for name, entries in psutil.net_if_addrs().items()
    }
    for row in tables["network_interface"]:
        assert addresses_of(row) == told.get(str(row.values["name"]), set())


def test_proc_tells_the_same_addresses_as_the_system_call() -> None:
    """What a fixture's files give is what the laptop itself gives."""
    proc = {name: Path(f"/proc/net/{name}") for name in ("fib_trie", "route", "if_inet6")}
    if not all(path.exists() for path in proc.values()):
        pytest.skip("a container without these files")
    told = {
        (name, ip_address(entry.address.partition("%")[0]))
        for name, entries in psutil.net_if_addrs().items()
        for entry in entries
        if entry.family in (2, 10)
    }
    got6 = set(addresses.parse_ipv6(proc["if_inet6"].read_text()))
    assert got6 == {(name, address) for name, address in told if address.version == 6}
    trie, routes = proc["fib_trie"].read_text(), proc["route"].read_text()
    assert {address for _, address in addresses.parse_ipv4(trie=trie, routes=routes)} <= {
        address for _, address in told
    }


@pytest.mark.compares("os.kernel", "os.architecture")
def test_the_system_is_what_uname_says(tables: dict[str, list[Row]]) -> None:
    (system,) = tables["os"]
    uname = tool("/usr/bin/uname")
    assert system.values["kernel"] == output(uname, "-r").strip()
    assert system.values["architecture"] == output(uname, "-m").strip()


@pytest.mark.compares(
    "user_account.user_name", "user_account.user_id", "user_account.home_directory"
)
def test_accounts_are_what_getent_says(tables: dict[str, list[Row]]) -> None:
    getent = tool("/usr/bin/getent")
    for row in tables["user_account"]:
        line = output(getent, "passwd", str(row.values["user_name"])).strip().split(":")
        assert line[2] == str(row.values["user_id"])
        assert line[5] == row.values["home_directory"]


def test_a_first_round_costs_less_than_two_seconds() -> None:
    """In a process of its own, programs that it starts included; prints the cost of each table."""
    script = """
import json, resource, time
from reticent_agent.collect import platform
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.cost import Meter
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.model import Context
collectors = platform.collectors("linux")
context = Context(DiskFiles(), ProcessRunner(), SystemClock(), lambda: False)
costs = {}
for collector in collectors:
    meter = Meter()
    for _ in collector.collect(context): pass
    costs[collector.table] = meter.read().cpu_ms
print(json.dumps(costs))
"""
    costs = json.loads(output(sys.executable, "-c", script))
    print(costs)
    assert sum(costs.values()) < 2_000


def test_a_second_round_costs_less_than_a_tenth_of_a_second(context: Context, tables) -> None:
    before = time.process_time()
    for collector in platform.collectors("linux"):
        for _ in collector.collect(context):
            pass
    assert time.process_time() - before < 0.1
