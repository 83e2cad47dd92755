"""Modems, peripherals, accounts, software and posture, from sources that are odd or closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import (
    cups,
    dconf,
    edid,
    modem,
    mount_encryption,
    nftables,
    peripheral,
    posture,
    screen_locks,
    snap,
    software,
    sssd,
    user_account,
)
from reticent_agent.collect.linux.managed_objects import _BUS, _CALL, PROGRAM, ReplyError
from reticent_agent.collect.linux.managed_objects import managed as managed_of
from reticent_agent.collect.linux.managed_objects import parse as managed
from reticent_agent.collect.linux.passwd import Account
from reticent_agent.collect.model import Absence
from support.machines import FakeCommands

from .conftest import collected, write

LAPTOP, VIRTUAL_MACHINE = "laptop", "virtual_machine"


# What is missing or broken.


def test_a_modem_service_that_does_not_run_is_a_state(machine: Callable) -> None:
    built = machine(LAPTOP)
    built.commands.answers = {
        name: b"b false\n" if "NameHasOwner" in name else output
        for name, output in built.commands.answers.items()
    }
    assert collected(built, modem.COLLECTOR) == ([], [Absence("ModemManager does not run")])


def test_a_service_that_hangs_raises(machine: Callable) -> None:
    built = machine(LAPTOP)
    built.commands.failing.add("/usr/bin/busctl")
    for collector in (modem.COLLECTOR, peripheral.COLLECTOR):
        with pytest.raises(CommandError):
            collected(built, collector)


def test_without_modem_hardware_no_program_is_started(machine: Callable) -> None:
    built = machine("container")
    assert collected(built, modem.COLLECTOR) == ([], [Absence("no modem")])
    assert built.commands.started == []


def test_an_imei_of_zeros_is_no_imei(machine: Callable) -> None:
    built = machine(LAPTOP)
    built.commands.answers = {
        name: output.replace(b"490154203237518", b"000000000000000")
        for name, output in built.commands.answers.items()
    }
    (row,), _ = collected(built, modem.COLLECTOR)
    assert "imei" not in row


def test_people_of_a_directory_that_does_not_answer_are_not_taken_as_gone(
    machine: Callable,
) -> None:
    built = machine(VIRTUAL_MACHINE)
    built.commands.failing.add("/usr/bin/getent")
    with pytest.raises(CommandError):
        collected(built, user_account.COLLECTOR)


@pytest.mark.parametrize("name", ["-rf", "a b", "a;b", "../x", "", "a\nb", "x" * 300])
def test_odd_names_are_not_handed_to_a_program(machine: Callable, name: str) -> None:
    built = machine("container")
    write(built, "/usr/bin/getent", "program")
    write(built, "/run/systemd/users/1500", f"NAME={name}\n")
    built.commands.answers["/usr/bin/getent passwd -- somebody"] = b""  # all others are unknown
    collected(built, user_account.COLLECTOR)
    assert all(command[-1] in ("a", "x") for command in built.commands.started)


def test_accounts_of_services_that_log_on_are_nobodys(machine: Callable) -> None:
    built = machine("container")
    write(built, "/usr/bin/getent", "program")
    write(built, "/etc/passwd", "gdm:x:120:125:GNOME:/var/lib/gdm3:/bin/false\n")
    write(built, "/run/systemd/users/120", "NAME=gdm\n")
    write(built, "/run/systemd/users/990", "NAME=dynamic\n")
    answer = b"dynamic:x:990:990::/:/usr/sbin/nologin\n"
    built.commands.answers["/usr/bin/getent passwd -- dynamic"] = answer
    assert collected(built, user_account.COLLECTOR) == ([], [])
    assert len(built.commands.started) == 1


@pytest.mark.parametrize(
    ("gecos", "email"),
    [
        ("A B,,,,a.b@example.com", "a.b@example.com"),
        ("A B,,,, a@example.com ", "a@example.com"),
        ("A B,,,,room 4", None),
        ("A B,,,,x@localhost", None),
        ("A B,,,,a@example.com,b@example.com", None),
        ("a@example.com", None),
    ],
)
def test_an_address_is_taken_from_the_other_part_alone(
    machine: Callable, gecos: str, email: str | None
) -> None:
    built = machine("container")
    write(built, "/etc/passwd", f"a:x:1000:1000:{gecos}:/home/a:/bin/sh\n")
    (row,), _ = collected(built, user_account.COLLECTOR)
    assert row.get("email") == email


def test_a_broken_package_folder_fails_the_table(machine: Callable) -> None:
    built = machine("container")
    (built.root / "var/lib/pacman/local/bash-5/desc").mkdir(parents=True)
    with pytest.raises(OSError, match="regular"):
        collected(built, software.COLLECTOR)


# Formats.


def test_an_edid_with_a_wrong_checksum_is_no_monitor(machine: Callable) -> None:
    built = machine(LAPTOP)
    path = built.root / "sys/class/drm/card0-DP-3/edid"
    sound = path.read_bytes()
    path.write_bytes(sound[:100] + bytes([sound[100] ^ 1]) + sound[101:])
    rows, _ = collected(built, peripheral.COLLECTOR)
    assert [row["port"] for row in rows if row["type"] == "monitor"] == ["eDP-1"]


def resealed(block: bytearray) -> bytes:
    block[127] = -sum(block[:127]) % 256
    return bytes(block)


def monitor(block: bytes) -> edid.Monitor:
    found = edid.parse(block)
    assert found is not None
    return found


def test_the_parts_of_an_edid(machine: Callable) -> None:
    sound = (machine(LAPTOP).root / "sys/class/drm/card0-DP-3/edid").read_bytes()[:128]
    assert edid.parse(sound) == ("DEL", "DELL U2720Q", "7XK2MH3", 2021)
    block = bytearray(sound)
    block[72 + 3] = 0x10  # no serial number in words: the one of 32 bits
    assert monitor(resealed(block)).serial == str(0x4C304A4C)
    block[12:16] = (0x01010101).to_bytes(4, "little")
    assert monitor(resealed(block)).serial == ""
    block[16] = 0xFF  # the year is that of the model
    assert monitor(resealed(block)).made_year is None
    block[8:10] = b"\x80\x00"
    assert monitor(resealed(block)).vendor == ""
    assert edid.parse(b"") is None


@given(st.binary(max_size=300))
def test_any_bytes_give_a_monitor_only_with_head_and_sum(content: bytes) -> None:
    monitor = edid.parse(b"\x00\xff\xff\xff\xff\xff\xff\x00" + content)
    if monitor is not None:
        assert len(content) >= 120
        assert monitor.vendor == "" or (monitor.vendor.isalpha() and len(monitor.vendor) == 3)


@given(st.binary(max_size=400))
def test_settings_of_any_bytes_are_flags_and_numbers(content: bytes) -> None:
    for value in dconf.parse(b"GVariant" + content).values():
        assert isinstance(value, int)
        assert 0 <= value < 1 << 32


@given(st.text(max_size=300))
def test_mounts_of_any_text_are_on_devices_or_zfs(text: str) -> None:
    line = f"1 1 8:1 / /{text.split(chr(10))[0].replace(' ', '')} rw - ext4 /dev/sda1 rw"
    for mount in mount_encryption.parse(f"{text}\n{line}"):
        assert mount.source.startswith("/dev/") or mount.kind == "zfs"


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )
)
def test_any_ruleset_is_borne(document: object) -> None:
    assert nftables.parse(json.dumps({"nftables": document}).encode()) in (True, False)


def quoted(text: str) -> str:
    """As busctl writes it."""
    signs = {
        ord("\\"): "\\\\",
        ord('"'): '\\"',
        ord("'"): "\\'",
        ord("\n"): "\\n",
        ord("\t"): "\\t",
    }
    return "".join(
        signs.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}")
        for byte in text.encode()
    )


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-(1 << 63), (1 << 64) - 1))
def test_texts_and_numbers_come_back_from_the_bus(text: str, number: int) -> None:
    reply = (
        f'a{{oa{{sa{{sv}}}}}} 1 "/a" 1 "i" 3 "Text" s "{quoted(text)}" "Number" x {number} '
        f'"Odd" a(sa{{qv}}) 1 "{quoted(text)}" 1 7 as 1 "{quoted(text)}"\n'
    )
    odd = [(text, {7: [text]})]
    assert managed(reply.encode()) == {"/a": {"i": {"Text": text, "Number": number, "Odd": odd}}}


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "b true",
        "a{oa{sa{sv}}}",
        "a{oa{sa{sv}}} 1",
        "a{oa{sa{sv}}} 0 more",
        'a{oa{sa{sv}}} 1 "/a" 1 "i" 1 "P" a() 9',
        'a{oa{sa{sv}}} 1 "/a" 1 "i" 1 "P" a{asx} 1 0 1',
        'a{oa{sa{sv}}} 1 "/a" 1 "i" 1 "P" ' + "v " * 100,
        'a{oa{sa{sv}}} 1 "/a" 1 "i" 1 "P" ' + "a" * 100 + " 0",
        'a{oa{sa{sv}}} 999999999 "/a" 0',
        'a{oa{sa{sv}}} 1 "/a" 1 "i" 1 "P" (s "x"',
        'a{oa{sa{sv}}} 1 "/a" 1 "i" 1 "P" i ' + "9" * 5000,
    ],
)
def test_a_reply_that_is_not_understood_is_refused_whole(reply: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        managed(reply.encode())


@given(st.binary(max_size=300))
def test_any_bytes_give_bounded_names(content: bytes) -> None:
    assert set(snap.parse(content)) <= {"name", "version"}
    for record in (*cups.parse(content), *sssd.parse(content)):
        assert record["name"]


def test_passwords_beside_what_is_asked_are_not_told(machine: Callable) -> None:
    content = (machine(VIRTUAL_MACHINE).root / "etc/sssd/sssd.conf").read_bytes()
    assert b"made-up" in content
    assert sssd.parse(content) == [{"name": "corp.example.com", "provider": "ad"}]
    content = (machine(LAPTOP).root / "etc/cups/printers.conf").read_bytes()
    assert b"made-up" in content
    assert "made-up" not in str(cups.parse(content))


@pytest.mark.parametrize(
    ("yaml", "told"),
    [
        ("name: a\nversion: 1.2", {"name": "a", "version": "1.2"}),
        ('version: "1\'2"\n  name: nested', {"version": "1'2"}),
        ("name: &x a\nversion: >\n  1", {}),
        ("name: [a]\nversion: {b: 1}", {}),
        ("version: 1 # why\nversion: 2", {"version": "1"}),
        ("version: 'it''s'", {}),
    ],
)
def test_snap_yaml_is_read_only_where_it_is_simple(yaml: str, told: dict[str, str]) -> None:
    assert snap.parse(yaml.encode()) == told


CHAIN = '{"chain":{"family":"inet","table":"t","name":"in","hook":"input","policy":"%s"}}'
RULE = '{"rule":{"family":"inet","table":"t","chain":"%s","expr":[{"%s":null}]}}'


@pytest.mark.parametrize(
    ("entries", "active"),
    [
        ([], False),
        ([CHAIN % "drop"], True),
        ([CHAIN % "accept"], False),
        ([CHAIN % "accept", RULE % ("in", "drop")], True),
        ([CHAIN % "accept", RULE % ("in", "reject")], True),
        ([CHAIN % "accept", RULE % ("in", "accept")], False),
        ([CHAIN % "accept", RULE % ("other", "drop")], False),
    ],
)
def test_a_firewall_is_active_where_it_refuses_something(entries: list[str], active: bool) -> None:
    assert nftables.parse(f'{{"nftables":[{",".join(entries)}]}}'.encode()) is active


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({}, "unknown"),
        ({"lock-enabled": True}, "on"),
        ({"lock-enabled": False, "idle-delay": 300}, "off"),
        ({"lock-enabled": True, "idle-delay": 0}, "partial"),
        ({"idle-delay": 0}, "unknown"),
    ],
)
def test_a_screen_lock_is_told_as_it_was_set(settings: dict, state: str) -> None:
    places = {
        "lock-enabled": "/org/gnome/desktop/screensaver/",
        "idle-delay": "/org/gnome/desktop/session/",
    }
    found = {places[name] + name: value for name, value in settings.items()}
    assert screen_locks.state(found) == state


def test_of_a_home_nothing_is_read_as_root_but_the_persons_own_file(
    machine: Callable, tmp_path: Path
) -> None:
    """A link there names whatever the person likes."""
    settings = next(Path(machine(LAPTOP).root).glob("home/*/.config/dconf/user"))
    other = tmp_path / "other"
    other.write_bytes(settings.read_bytes())
    home = tmp_path / "home" / "eve"
    (home / ".config" / "dconf").mkdir(parents=True)
    (home / ".config" / "dconf" / "user").symlink_to(other)

    def state_of(user_id: int) -> str:
        account = Account("eve", user_id, "", str(home), "/bin/sh")
        return screen_locks._state(DiskFiles(), account)

    assert state_of(other.stat().st_uid) != "unknown"
    assert state_of(other.stat().st_uid + 1) == "unknown"


@pytest.mark.parametrize(
    ("content", "state"), [(b"\6\0\0\0\0", "off"), (b"\6\0\0\0\1", "on"), (b"\6\0", "unknown")]
)
def test_secure_boot_is_the_byte_behind_the_attributes(
    machine: Callable, content: bytes, state: str
) -> None:
    built = machine(LAPTOP)
    write(built, posture._SECURE_BOOT, content)
    rows, _ = collected(built, posture.COLLECTOR)
    assert {"check": "secure_boot", "state": state} in rows


def test_a_service_that_nobody_understands_costs_its_table_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / PROGRAM[1:]).touch()
    commands = FakeCommands({PROGRAM: b's "nonsense"\n'})
    asked = " ".join((*_CALL, *_BUS, "s", "org.bluez"))
    commands.answers[asked] = b"b true\n"
    with pytest.raises(ReplyError, match="answers in a form that is not known"):
        managed_of(DiskFiles(tmp_path), commands, "org.bluez", "/")
