"""What each Linux table makes of sources that are missing, odd or broken."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import cast

import pytest
from reticent_agent.collect.commands import CommandError, not_started
from reticent_agent.collect.linux import (
    cpu,
    cpuinfo,
    cpuinfo_report,
    disk,
    host,
    network_interface,
    os_release,
    software,
    user_account,
)
from reticent_agent.collect.model import Absence
from reticent_contract import limits


def write(machine, path: str, content: str | bytes) -> None:
    target = machine.root / path[1:]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)


def test_py_cpuinfo_is_asked_once_a_boot(machine: Callable) -> None:
    built = machine("virtual_machine")
    first = list(cpu.collect(built.context))
    assert list(cpu.collect(built.context)) == first
    assert len(built.commands.started) == 1
    write(built, "/proc/sys/kernel/random/boot_id", "another boot\n")
    list(cpu.collect(built.context))
    assert len(built.commands.started) == 2


def test_py_cpuinfo_is_not_asked_where_the_kernel_tells_all(machine: Callable) -> None:
    built = machine("laptop")
    assert list(cpu.collect(built.context))
    assert built.commands.started == []


@pytest.mark.parametrize(
    ("brand", "megahertz"),
    [
        ("Intel(R) Core(TM) i7-8565U CPU @ 1.80GHz", "1992.002"),
        ("Intel(R) Xeon(R) CPU @ 2.20GHz", "2200.214"),
        ("Intel(R) Atom(TM) CPU N270 @ 800MHz", "1596.000"),
        ("AMD EPYC", "2596.130"),
        ("AMD EPYC", "0.000"),
        ("Somebody @ home", "1000.5"),
    ],
)
def test_the_speed_is_what_py_cpuinfo_reads_off_the_same_text(
    machine: Callable, monkeypatch: pytest.MonkeyPatch, brand: str, megahertz: str
) -> None:
    """As it costs over a second, it is not asked where the kernel's text says as much."""
    oracle = pytest.importorskip("cpuinfo.cpuinfo")
    text = f"processor\t: 0\nmodel name\t: {brand}\ncpu MHz\t\t: {megahertz}\n\n"
    monkeypatch.setattr(oracle.DataSource, "cat_proc_cpuinfo", staticmethod(lambda: (0, text)))
    told = oracle._get_cpu_info_from_proc_cpuinfo().get("hz_advertised", (None,))[0]
    assert cpuinfo.parse(text).advertised_hz == (told or None)
    built = machine("virtual_machine")
    write(built, "/proc/cpuinfo", text)
    (row,) = cpu.collect(built.context)
    if told:
        assert row.values["frequency_max_hz"] == told
        assert built.commands.started == []
    else:
        assert len(built.commands.started) == 1


def test_a_failing_py_cpuinfo_leaves_the_other_facts(machine: Callable) -> None:
    built = machine("virtual_machine")
    built.commands.answers.clear()
    (row,) = cpu.collect(built.context)
    assert "frequency_max_hz" not in row.values
    assert row.values["model"] == "AMD EPYC-Milan Processor"
    list(cpu.collect(built.context))
    assert len(built.commands.started) == 1


class Refusing:
    """A system that starts no program: out of processes or memory."""

    def __init__(self) -> None:
        self.tries = 0

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        self.tries += 1
        raise not_started(arguments[0], OSError(11, "Resource temporarily unavailable"))

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        raise AssertionError("nothing is followed")


def test_a_py_cpuinfo_that_does_not_start_costs_what_it_alone_tells_and_is_tried_again(
    machine: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said of it names no place of the interpreter: a home may be in it, with a name."""
    monkeypatch.setattr(sys, "executable", "/home/alice/venv/bin/python")
    built, commands, told = machine("virtual_machine"), Refusing(), list[Absence]()
    context = replace(built.context, commands=commands, absent=told.append)
    for _ in range(2):
        (row,) = cpu.collect(context)
        assert "frequency_max_hz" not in row.values
        assert row.values["model"] == "AMD EPYC-Milan Processor"
    assert commands.tries == 2
    assert told == [Absence("py-cpuinfo: not started", "frequency_max_hz")] * 2


@pytest.mark.parametrize(
    "output",
    [
        b"",
        b"nothing",
        b"[]",
        b'{"brand_raw": 3, "hz_advertised": 4}',
        b'{"hz_advertised": ["x"]}',
        b'{"hz_advertised": []}',
        b"[" * 100_000,
    ],
)
def test_a_report_of_another_form_is_empty(output: bytes) -> None:
    assert cpuinfo_report.parse(output) == cpuinfo_report.Report()


def test_an_rpm_that_fails_fails_the_table_and_is_not_an_empty_one(machine: Callable) -> None:
    built = machine("virtual_machine")
    built.commands.failing.add("/usr/bin/rpm")
    with pytest.raises(CommandError) as caught:
        list(software.collect(built.context))
    assert caught.value.reason == "timeout"


def test_rpm_without_a_database_is_not_started(machine: Callable) -> None:
    built = machine("virtual_machine")
    (built.root / "var/lib/rpm/rpmdb.sqlite").unlink()
    assert list(software.collect(built.context)) == []
    assert built.commands.started == []


def test_a_status_file_that_is_no_file_fails_the_table(empty) -> None:
    (empty.root / "var/lib/dpkg").mkdir(parents=True)
    os.mkfifo(empty.root / "var/lib/dpkg/status")
    with pytest.raises(OSError, match="regular"):
        list(software.collect(empty.context))


def test_more_packages_than_allowed_are_told_by_one_row_too_many(empty) -> None:
    stanza = "Package: p{0}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n"
    many = limits.TABLE_ROWS_MAX + 50
    write(empty, "/var/lib/dpkg/status", "".join(stanza.format(i) for i in range(many)))
    assert sum(1 for _ in software.collect(empty.context)) == limits.TABLE_ROWS_MAX + 1


def test_a_name_that_is_no_utf_8_is_kept_with_the_replacement_character(empty) -> None:
    write(empty, "/etc/passwd", b"ren\xe9:x:1000:1000:Ren\xe9:/home/ren\xe9:/bin/sh\n")
    (row,) = user_account.collect(empty.context)
    assert row.values["user_name"] == "ren\ufffd"
    assert row.values["full_name"] == "Ren\ufffd"


def test_an_interface_whose_name_is_no_utf_8_is_a_row_that_can_be_encoded(empty) -> None:
    (empty.root / "sys/class/net" / os.fsdecode(b"eth\xff")).mkdir(parents=True)
    (row,) = network_interface.collect(empty.context)
    assert row.values["name"] == "eth\ufffd"


def test_values_are_cut_to_what_the_catalog_allows(empty) -> None:
    write(empty, "/proc/sys/kernel/osrelease", "ü" * 4_000)
    (row,) = os_release.collect(empty.context)
    assert row.values["kernel"] == "ü" * 128


def test_a_number_that_is_none_is_absent(empty) -> None:
    write(empty, "/sys/block/sda/device/model", "disk\n")
    write(empty, "/sys/block/sda/size", "9" * 19)  # times 512 is more than 64 bits hold
    (row,) = disk.collect(empty.context)
    assert row.values == {"name": "sda", "model": "disk"}


def test_a_disk_with_a_slash_in_its_name_is_called_as_the_system_calls_it(empty) -> None:
    write(empty, "/sys/block/cciss!c0d0/device/model", "LOGICAL VOLUME\n")
    (row,) = disk.collect(empty.context)
    assert row.values["name"] == "cciss/c0d0"


def test_an_address_goes_to_the_link_with_the_narrowest_route(empty) -> None:
    write(
        empty,
        "/proc/net/fib_trie",
        "Main:\n |-- 10.0.5.1\n  /32 host LOCAL\n |-- 10.9.9.9\n  /32 host LOCAL\n"
        " |-- 198.51.100.1\n  /32 host LOCAL\n",
    )
    write(
        empty,
        "/proc/net/route",
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        "wide\t0000000A\t00000000\t1\t0\t0\t0\t000000FF\t0\t0\t0\n"
        "narrow\t0005000A\t00000000\t1\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
        "holes\t0000000A\t00000000\t1\t0\t0\t0\t00FF00FF\t0\t0\t0\n",
    )
    for name in ("wide", "narrow"):
        write(empty, f"/sys/class/net/{name}/operstate", "up\n")
    narrow, wide = network_interface.collect(empty.context)
    assert narrow.values["ip_addresses"] == ("10.0.5.1",)
    assert wide.values["ip_addresses"] == ("10.9.9.9",)


def test_more_addresses_than_a_list_may_hold_are_cut(empty) -> None:
    lines = "".join(f"20010db8{i:024x} 02 40 00 00 eth0\n" for i in range(300))
    write(empty, "/proc/net/if_inet6", lines)
    write(empty, "/sys/class/net/eth0/operstate", "up\n")
    (row,) = network_interface.collect(empty.context)
    assert len(cast("tuple[str, ...]", row.values["ip_addresses"])) == limits.VALUE_LIST_MAX


def test_a_lenovo_without_a_version_keeps_its_type_number(empty) -> None:
    write(empty, "/sys/class/dmi/id/sys_vendor", "LENOVO\n")
    write(empty, "/sys/class/dmi/id/product_name", "21KCCTO1WW\n")
    (row,) = host.collect(empty.context)
    assert row.values == {"vendor": "LENOVO", "model": "21KCCTO1WW"}


def test_the_domain_of_the_kernel_counts_where_the_name_has_none(empty) -> None:
    write(empty, "/proc/sys/kernel/hostname", "desk7\n")
    write(empty, "/proc/sys/kernel/domainname", "nis.example\n")
    (row,) = host.collect(empty.context)
    assert row.values == {"host_name": "desk7", "domain_name": "nis.example"}


def test_no_raw_value_shows_in_a_row_s_text(machine: Callable) -> None:
    (row,) = host.collect(machine("laptop").context)
    assert "PF4ABCDE" not in repr(row)
