"""What the agent may not read: asked of the helper, else told as absent or as needs_root."""

from __future__ import annotations

from collections.abc import Callable

from reticent_agent.collect import platform
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.linux import board, host, peripheral, posture, software, user_account
from reticent_agent.collect.model import NEEDS_ROOT, Absence

from .conftest import FakeHelper, collected, write

LAPTOP, VIRTUAL_MACHINE = "laptop", "virtual_machine"


def test_closed_serial_numbers_are_asked_of_the_helper(machine: Callable, closed) -> None:
    closed("product_serial", "board_serial")
    built = machine(LAPTOP)
    answer = [{"product_serial": "FROM-HELPER", "board_serial": "None", "product_uuid": "0" * 32}]
    helper = FakeHelper({"dmi_serials": answer})
    rows, absences = collected(built, host.COLLECTOR, helper)
    assert (rows[0]["system_serial"], absences) == ("FROM-HELPER", [])
    assert "hardware_uuid" not in rows[0]  # worthless values are dropped whoever tells them
    rows, absences = collected(built, board.COLLECTOR, helper)
    assert "serial" not in rows[0]
    rows, absences = collected(built, board.COLLECTOR)
    assert "serial" not in rows[0]
    assert absences == [Absence(NEEDS_ROOT, "serial")]


def test_no_value_of_a_row_is_the_text_that_it_needs_root(machine: Callable, closed) -> None:
    closed("product_serial", "board_serial", "printers.conf", "sssd.conf", "/home/dev")
    values = 0
    for name in (LAPTOP, VIRTUAL_MACHINE):
        built = machine(name)
        built.commands.failing.add("/usr/bin/busctl")
        for collector in platform.collectors("linux"):
            try:
                rows, _ = collected(built, collector)
            except CommandError:
                continue
            told = [(k, v) for row in rows for k, v in row.items() if "root" in str(v)]
            assert {key for key, value in told if "needs" in str(value)} <= {"state"}
            values += sum(len(row) for row in rows)
    assert values > 100


def test_screen_locks_of_closed_homes_are_asked_of_the_helper(machine: Callable, closed) -> None:
    closed("/home/dev")
    built = machine(LAPTOP)
    rows, absences = collected(built, posture.COLLECTOR)
    locks = {r["user_name"]: r["state"] for r in rows if r["check"] == "screen_lock"}
    assert locks == {"anjali": "needs_root", "dev": "needs_root"}
    assert Absence(NEEDS_ROOT, "state") in absences
    told = [{"user_name": "anjali", "state": "off"}]
    rows, absences = collected(built, posture.COLLECTOR, FakeHelper({"screen_locks": told}))
    assert [r["state"] for r in rows if r["check"] == "screen_lock"] == ["off"]
    assert absences == []


def test_what_one_person_does_to_their_home_hides_nothing_of_others(machine: Callable) -> None:
    built = machine(LAPTOP)
    settings = built.root / "home/anjali/.config/dconf/user"
    settings.unlink()
    settings.mkdir()
    odd = built.root / "home/anjali/.local/share/flatpak/app/a.b.C"
    (odd / "x86_64/stable/active/deploy").mkdir(parents=True)
    (odd / "current").symlink_to("x86_64/stable")
    rows, _ = collected(built, posture.COLLECTOR)
    locks = {r["user_name"]: r["state"] for r in rows if r["check"] == "screen_lock"}
    assert locks == {"anjali": "unknown", "dev": "off"}
    rows, _ = collected(built, software.COLLECTOR)
    assert {"source": "flatpak", "name": "a.b.C", "architecture": "x86_64"} in rows


def test_homes_that_the_service_manager_hid_are_not_taken_for_empty(
    machine: Callable, closed
) -> None:
    closed("nothing else")
    built = machine(LAPTOP)
    (built.root / "home").rename(built.root / "hidden")
    (built.root / "home").mkdir(mode=0)
    rows, _ = collected(built, posture.COLLECTOR)
    assert {r["state"] for r in rows if r["check"] == "screen_lock"} == {"needs_root"}
    rows, absences = collected(built, software.COLLECTOR)
    assert [absence.reason[:17] for absence in absences] == ["software in homes"]
    assert rows


def test_without_rights_a_firewall_says_that_it_needs_root(machine: Callable) -> None:
    built = machine("container")
    write(built, "/usr/sbin/nft", "program")
    built.commands.answers["/usr/sbin/nft with other arguments"] = b""  # so that it fails
    rows, absences = collected(built, posture.COLLECTOR)
    (firewall,) = [row for row in rows if row["check"] == "firewall"]
    assert firewall == {"check": "firewall", "state": "needs_root"}
    assert absences == [Absence(NEEDS_ROOT, "state")]
    helper = FakeHelper({"nftables_active": [{"state": "off"}]})
    rows, absences = collected(built, posture.COLLECTOR, helper)
    assert {"check": "firewall", "state": "off", "detail": "nftables"} in rows
    assert helper.asked == ["nftables_active"]


def test_closed_printers_are_told_by_name_alone(machine: Callable, closed) -> None:
    closed("printers.conf")
    built = machine(LAPTOP)
    write(built, "/usr/bin/lpstat", "program")
    built.commands.answers["/usr/bin/lpstat -e"] = b"Office_Floor2\nPDF\nbad name\n"
    rows, absences = collected(built, peripheral.COLLECTOR)
    printers = [row for row in rows if row["type"] == "printer"]
    assert [printer["port"] for printer in printers] == ["Office_Floor2", "PDF"]
    assert all(set(printer) == {"type", "port"} for printer in printers)
    assert absences == [Absence(NEEDS_ROOT, "vendor"), Absence(NEEDS_ROOT, "model")]


def test_a_closed_sssd_leaves_the_domain_of_the_name(machine: Callable, closed) -> None:
    closed("sssd.conf")
    rows, absences = collected(machine(VIRTUAL_MACHINE), user_account.COLLECTOR)
    meera = next(row for row in rows if row["user_name"].startswith("meera"))
    assert meera["domain"] == "corp.example.com"
    assert "directory" not in meera
    assert absences == [Absence(NEEDS_ROOT, "domain"), Absence(NEEDS_ROOT, "directory")]
