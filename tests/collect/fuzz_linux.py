"""The parsers of Linux's collectors, with seeds from tests/fixtures/linux."""

from __future__ import annotations

import sqlite3
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC
from pathlib import Path

from collect.state.conftest import LINUX
from reticent_agent.collect import worthless
from reticent_agent.collect.lines import LineSplitter
from reticent_agent.collect.linux import (
    addresses,
    bluez,
    cpuinfo,
    cpuinfo_report,
    cups,
    dconf,
    dpkg,
    edid,
    flatpak,
    homebrew,
    journal,
    key_values,
    managed_objects,
    modem,
    mount_encryption,
    nftables,
    pacman,
    passwd,
    rpm,
    screen_locks,
    sessions,
    snap,
    sssd,
    wtmp,
    wtmpdb,
)
from reticent_agent.collect.logs import position
from reticent_agent.collect.logs.syslog_line import LineReader
from reticent_agent.privileged import ask, questions
from support.machines import NOW_US, lay_out

_SCRATCH = tempfile.TemporaryDirectory(prefix="fuzz-")  # removed when the process ends
_DATABASE = Path(_SCRATCH.name) / "wtmp.db"


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _addresses(data: bytes) -> object:
    trie, _, routes = _text(data).partition("Iface")
    return list(addresses.parse_ipv4(trie=trie, routes="Iface" + routes))


def _wtmp(data: bytes) -> object:
    known, sessions_of = frozenset({"anjali"}), wtmp.Sessions()
    found: list[object] = []
    for record in wtmp.records(data, wtmp.layout("x86_64")):
        found += [wtmp.failed_logon(record, known), sessions_of.row(record)]
        found.append(wtmp.origin(record.host, record.address))
    return found


def _wtmpdb(data: bytes) -> object:
    _DATABASE.write_bytes(data)
    return wtmpdb.read_from(str(_DATABASE), wtmpdb.Place())


def _syslog_line(data: bytes) -> object:
    reader = LineReader(UTC)
    return [reader.read(line, now_us=NOW_US) for line in _text(data).split("\n")]


def _lines(data: bytes) -> object:
    found = []
    for splitter in (LineSplitter(), LineSplitter(bytes_max=100)):  # of the second most are cut
        found += [list(splitter.feed(data[at : at + 997])) for at in range(0, len(data), 997)]
        splitter.flush()
    return found


def _worthless(data: bytes) -> object:
    text = _text(data)
    return worthless.described(text), worthless.identifying(text), worthless.identifying_uuid(text)


def _answers(data: bytes) -> object:
    return [ask.parse(question, data) for question in questions.QUESTIONS]


PARSERS: Mapping[str, Callable[[bytes], object]] = {
    "addresses": _addresses,
    "addresses6": lambda data: list(addresses.parse_ipv6(_text(data))),
    "bluez": lambda data: bluez.devices(managed_objects.parse(data)),
    "cpuinfo": lambda data: cpuinfo.parse(_text(data)),
    "cpuinfo_report": cpuinfo_report.parse,
    "cups": cups.parse,
    "cups_queues": lambda data: list(cups.queues(data)),
    "dconf": lambda data: screen_locks.state(dconf.parse(data)),
    "dmi": _worthless,
    "dpkg": lambda data: list(dpkg.parse(data)),
    "edid": edid.parse,
    "flatpak_deploy": flatpak.origin,
    "flatpak_metainfo": flatpak.newest,
    "homebrew": homebrew.parse,
    "journal": journal.parse_entry,
    "lines": _lines,
    "log_cursor": lambda data: position.decode_mark(_text(data)),
    "modem": lambda data: modem.modems(managed_objects.parse(data)),
    "mountinfo": lambda data: mount_encryption.parse(_text(data)),
    "nftables": nftables.parse,
    "os_release": lambda data: key_values.parse(_text(data)),
    "pacman": pacman.parse,
    "passwd": lambda data: list(passwd.parse(data)),
    "ppd": cups.maker,
    "privileged_answer": _answers,
    "rpm": lambda data: list(rpm.parse(data)),
    "session_cursor": lambda data: sessions.decode_cursor(_text(data)),
    "snap": snap.parse,
    "sssd": sssd.parse,
    "syslog_line": _syslog_line,
    "wtmp": _wtmp,
    "wtmpdb": _wtmpdb,
    "wtmpdb_cursor": lambda data: wtmpdb.decode_place(_text(data)),
}

ALLOWED: Mapping[str, Sequence[type[Exception]]] = {
    "bluez": (ValueError,),
    "modem": (ValueError,),
    "wtmpdb": (sqlite3.Error, UnicodeDecodeError),  # a damaged file: the source starts again
}


def _seeds() -> dict[str, list[bytes]]:
    """The fixtures' files and the output of their commands, by parser."""
    content: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="seeds-") as folder:
        for machine in sorted(LINUX.glob("*.machine")):
            root = Path(folder) / machine.stem
            answers: dict[str, bytes] = {}
            root.mkdir()
            lay_out(machine.read_text(), root, answers)
            for path in root.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    content[f"{machine.stem} /{path.relative_to(root)}"] = path.read_bytes()
            content |= {f"{machine.stem} {name}": output for name, output in answers.items()}

    def of(*endings: str) -> list[bytes]:
        return [data for name, data in sorted(content.items()) if name.endswith(endings)]

    tries, routes = of("/proc/net/fib_trie"), of("/proc/net/route")
    journal_lines = (LINUX / "events" / "journal.jsonl").read_bytes().splitlines()
    return {
        "addresses": [one + two for one, two in zip(tries, routes, strict=False)],
        "addresses6": of("/proc/net/if_inet6"),
        "bluez": of("org.freedesktop.DBus.ObjectManager GetManagedObjects"),
        "cpuinfo": of("/proc/cpuinfo"),
        "cpuinfo_report": [data for name, data in content.items() if "python" in name],
        "cups": of("/etc/cups/printers.conf"),
        "cups_queues": [b"Office_Floor2\nPDF\n"],
        "dconf": of("/.config/dconf/user"),
        "dmi": [d for n, d in sorted(content.items()) if "/virtual/dmi/id/" in n],
        "dpkg": of("/var/lib/dpkg/status"),
        "edid": of("/edid"),
        "flatpak_deploy": of("/deploy"),
        "flatpak_metainfo": of(".metainfo.xml"),
        "homebrew": of("/INSTALL_RECEIPT.json"),
        "journal": journal_lines,
        "lines": [b"one\ntwo\r\n\nthree", "é\n".encode("utf-16")],
        "log_cursor": [b'{"v":1,"i":7,"d":8,"o":90,"m":1,"s":"00ff","h":[5,"ab"],"t":[6,"cd"]}'],
        "modem": of("org.freedesktop.DBus.ObjectManager GetManagedObjects"),
        "mountinfo": of("/proc/self/mountinfo"),
        "nftables": of("/usr/sbin/nft --json list ruleset"),
        "os_release": of("/os-release", "/etc/default/locale"),
        "pacman": of("/desc"),
        "passwd": of("/etc/passwd"),
        "ppd": of(".ppd"),
        "privileged_answer": [b'{"answer": [{"product_serial": "PF4ABCDE"}]}\n'],
        "rpm": of("/usr/bin/rpm"),
        "session_cursor": [b'{"v":1,"from":"wtmp","at":"768","ts":1763800000000000}'],
        "snap": of("/snap.yaml"),
        "sssd": of("/etc/sssd/sssd.conf"),
        "syslog_line": [
            b"Nov 21 09:13:01 anjali-x1 sshd[812]: Accepted publickey for dev",
            b"2026-11-21T09:13:01.123456+05:30 anjali-x1 sshd[812]: Accepted",
            b'<34>1 2026-11-21T09:13:01.003Z host su - ID47 [id@1 a="b\\]"] message',
        ],
        "wtmp": [_wtmp_seed()],
        "wtmpdb": [_wtmpdb_seed()],
        "wtmpdb_cursor": [b'{"v":1,"id":12,"open":[3,4]}'],
    }


def _wtmp_seed() -> bytes:
    """utmp(5): a boot and a logon from far away, as glibc writes them on most processors."""
    record = struct.Struct("<hxxi32s4s32s256shhiii16s20x")
    boot = record.pack(2, 0, b"~", b"~~", b"reboot", b"6.14", 0, 0, 0, 1_763_800_000, 5, b"")
    from_far = bytes([192, 0, 2, 7])
    logon = record.pack(
        7, 812, b"pts/0", b"ts/0", b"anjali", b"192.0.2.7", 0, 0, 0, 1_763_800_100, 9, from_far
    )
    return boot + logon


def _wtmpdb_seed() -> bytes:
    """The schema that wtmpdb's lib/sqlite.c creates, with a boot and a session."""
    path = Path(_SCRATCH.name) / "seed.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT NULL, "
            "Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT"
        )
        database.executemany(
            "INSERT INTO wtmp(Type,User,Login,Logout,TTY,RemoteHost,Service) VALUES(?,?,?,?,?,?,?)",
            [
                (1, "reboot", 1_763_800_000_000_000, None, "~", "6.14", ""),
                (3, "anjali", 1_763_800_100_000_000, 1_763_800_200_000_000, "pts/0", "", "sshd"),
            ],
        )
    return path.read_bytes()


SEEDS: Mapping[str, Sequence[bytes]] = _seeds()
