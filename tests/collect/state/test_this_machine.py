"""The collectors on the machine that runs the tests, against its own tools."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest
from reticent_agent.collect import platform
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.commands import ProcessRunner
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import addresses
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


def test_memory_and_processors_are_what_psutil_says(tables: dict[str, list[Row]]) -> None:
    (host,), (cpu,) = tables["host"], tables["cpu"]
    assert host.values["memory_bytes"] == psutil.virtual_memory().total
    assert cpu.values["logical_count"] == psutil.cpu_count(logical=True)


def test_every_interface_has_its_addresses(tables: dict[str, list[Row]]) -> None:
    told = {
        name: {entry.address.partition("%")[0] for entry in entries if entry.family in (2, 10)}
        for name, entries in psutil.net_if_addrs().items()
    }
    for row in tables["network_interface"]:
        assert set(row.values.get("ip_addresses", ())) == told.get(row.values["name"], set())


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


def test_the_system_is_what_uname_says(tables: dict[str, list[Row]]) -> None:
    (system,) = tables["os"]
    uname = tool("/usr/bin/uname")
    assert system.values["kernel"] == output(uname, "-r").strip()
    assert system.values["architecture"] == output(uname, "-m").strip()


def test_accounts_are_what_getent_says(tables: dict[str, list[Row]]) -> None:
    getent = tool("/usr/bin/getent")
    for row in tables["user_account"]:
        line = output(getent, "passwd", str(row.values["user_name"])).strip().split(":")
        assert line[2] == str(row.values["user_id"])
        assert line[5] == row.values["home_directory"]


def test_a_second_round_costs_less_than_a_tenth_of_a_second(context: Context, tables) -> None:
    before = time.process_time()
    for collector in platform.collectors("linux"):
        for _ in collector.collect(context):
            pass
    assert time.process_time() - before < 0.1
