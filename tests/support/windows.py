"""Windows laptops of tests/fixtures/windows: their registry, CIM answers and event logs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reticent_agent.collect.available import SourceUnavailableError
from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.model import Context, EventSource
from reticent_agent.collect.windows.files import WindowsFiles
from reticent_agent.collect.windows.laptop import (
    EVENTS_AT_ONCE,
    Connection,
    RecordGoneError,
    RegistryValue,
    UsbNotice,
)
from reticent_contract.rows import Row

from support.machines import FIXTURES, FakeClock

SYSTEM = r"C:\Windows\System32"
POWERSHELL = rf"{SYSTEM}\WindowsPowerShell\v1.0\powershell.exe"
NETSH = rf"{SYSTEM}\netsh.exe"

_ASKED = re.compile(r"\$found\['(\w+)'\]=@\(Get-CimInstance")


@dataclass(eq=False)
class FakePrograms:
    """PowerShell answers from `cim`, a document a class; other programs by their command line."""

    cim: dict[str, bytes] = field(default_factory=dict)
    answers: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    started: list[tuple[str, ...]] = field(default_factory=list)

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        assert 0 < seconds_max <= 30
        self.started.append(tuple(arguments))
        if arguments[0] == POWERSHELL:
            return self._answer(base64.b64decode(arguments[-1]).decode("utf-16-le"))
        if tuple(arguments) not in self.answers:
            raise CommandError(arguments[0], "failed", "ended with code 1")
        return self.answers[tuple(arguments)]

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        raise AssertionError("nothing on Windows follows a program")

    def _answer(self, script: str) -> bytes:
        """As ConvertTo-Json joins them; a class without a document is not there."""
        absent = b'{"failed":"InvalidClass","code":-2147217392}'
        members = [
            b'"%s":%s' % (name.encode(), self.cim.get(name, absent).strip())
            for name in _ASKED.findall(script)
        ]
        return b"{" + b",".join(members) + b"}\r\n"


@dataclass
class FakeRegistry:
    by_key: dict[str, dict[str, RegistryValue]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)

    def values(self, key: str) -> Mapping[str, RegistryValue]:
        self._check(key)
        return self.by_key.get(key.casefold(), {})

    def keys(self, key: str) -> Sequence[str]:
        self._check(key)
        return sorted(self._names.get(key.casefold(), ()))

    def __post_init__(self) -> None:
        self._names: dict[str, set[str]] = {}

    def _check(self, key: str) -> None:
        if key.casefold() in self.denied:
            raise PermissionError(13, "denied")

    def add(self, key: str, found: dict[str, RegistryValue]) -> None:
        self.by_key.setdefault(key.casefold(), {}).update(found)
        parts = key.split("\\")
        for at in range(1, len(parts)):
            names = self._names.setdefault("\\".join(parts[:at]).casefold(), set())
            if parts[at].casefold() not in {name.casefold() for name in names}:
                names.add(parts[at])


@dataclass
class FakeEventLog:
    """Ends where a real one would wait; `gone`: channels whose records before are lost."""

    by_channel: dict[str, list[str]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)

    def follow(
        self,
        channel: str,
        query: str,
        *,
        after: int | None,
        with_message: bool,
        stopping: Callable[[], bool],
    ) -> Iterator[Sequence[str]]:
        if channel in self.denied or channel not in self.by_channel:
            raise SourceUnavailableError("a channel may not be read", "join Event Log Readers")
        if after is not None and channel in self.gone:
            raise RecordGoneError
        found = [text for text in self.by_channel[channel] if _matches(query, text)]
        if after is not None:
            found = [text for text in found if record_of(text) > after]
        for at in range(0, len(found), EVENTS_AT_ONCE):
            yield found[at : at + EVENTS_AT_ONCE]


@dataclass
class FakeNotices:
    plugged: list[UsbNotice] = field(default_factory=list)
    looks: list[dict[str, Connection]] = field(default_factory=list)

    def usb(self, stopping: Callable[[], bool]) -> Iterator[UsbNotice]:
        yield from self.plugged

    def network(self, stopping: Callable[[], bool]) -> Iterator[Mapping[str, Connection]]:
        yield from self.looks


class FakeLaptop(WindowsFiles):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.registry = FakeRegistry()
        self.event_log = FakeEventLog()
        self.notices = FakeNotices()
        self.system_folder = SYSTEM


@dataclass
class Machine:
    laptop: FakeLaptop
    programs: FakePrograms = field(default_factory=FakePrograms)
    clock: FakeClock = field(default_factory=FakeClock)
    expected: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    @property
    def context(self) -> Context:
        return Context(
            files=self.laptop, commands=self.programs, clock=self.clock, stopping=lambda: False
        )


def machine(name: str, root: Path) -> Machine:
    """As tests/fixtures/windows/README.md describes it."""
    folder = FIXTURES / "windows" / name
    built = Machine(FakeLaptop(root))
    for key, found in read_export((folder / "registry.reg").read_bytes()):
        built.laptop.registry.add(key, found)
    for path in (folder / "cim").glob("*.json"):
        built.programs.cim[path.stem] = path.read_bytes()
    for path in (folder / "events").glob("*.xml"):
        built.laptop.event_log.by_channel[path.stem.replace("%4", "/")] = documents(
            path.read_text("utf-8")
        )
    interfaces = folder / "netsh_mbn_show_interfaces.txt"
    if interfaces.exists():
        built.programs.answers[NETSH, "mbn", "show", "interfaces"] = interfaces.read_bytes()
    card = folder / "netsh_mbn_show_readyinfo.txt"
    if card.exists():
        asked = (NETSH, "mbn", "show", "readyinfo", "interface=Mobilfunk")
        built.programs.answers[asked] = card.read_bytes()
    notices = folder / "notices.json"
    if notices.exists():
        told = json.loads(notices.read_text())
        built.laptop.notices.plugged = [UsbNotice(arrived, link) for arrived, link in told["usb"]]
        built.laptop.notices.looks = [
            {name: Connection(is_up, frozenset(found)) for name, (is_up, found) in look.items()}
            for look in told["network"]
        ]
    expected = FIXTURES / "windows" / f"{name}.json"
    if expected.exists():
        built.expected = json.loads(expected.read_text())
    return built


def told(machine: Machine, source: EventSource, cursor: str = "") -> tuple[list[Row], str]:
    """What a source tells until its log ends, with the last cursor."""
    all_rows: list[Row] = []
    last = cursor

    def emit(rows: Sequence[Row], *, cursor: str) -> None:
        nonlocal last
        assert rows
        all_rows.extend(rows)
        last = cursor

    source.follow(machine.context, cursor, emit)
    return all_rows, last


def documents(text: str) -> list[str]:
    return [f"{part.strip()}</Event>" for part in text.split("</Event>") if part.strip()]


def record_of(document: str) -> int:
    found = re.search(r"<EventRecordID>(\d+)<", document)
    assert found is not None
    return int(found[1])


def read_export(content: bytes) -> Iterator[tuple[str, dict[str, RegistryValue]]]:
    """Keys of a file that regedit exported: version 5, UTF-16LE with a byte order mark, CRLF."""
    assert content.startswith(b"\xff\xfe")
    text = content.decode("utf-16").replace("\\\r\n  ", "")
    head, *lines = text.split("\r\n")
    assert head == "Windows Registry Editor Version 5.00"
    key, found = "", dict[str, RegistryValue]()
    for line in [*lines, "[end]"]:
        if line.startswith("["):
            if key:
                yield key, found
            key, found = line[1:-1], {}
        elif line:
            match = re.fullmatch(r'(?:@|"((?:[^"\\]|\\.)*)")=(.*)', line)
            assert match is not None, line
            found[_plain(match[1] or "").casefold()] = _value(match[2])


def _value(text: str) -> RegistryValue:
    if text.startswith('"'):
        return _plain(text[1:-1])
    kind, _, data = text.partition(":")
    if kind == "dword":
        return int(data, 16)
    content = bytes.fromhex(data.replace(",", ""))
    if kind == "hex(2)":
        return content.decode("utf-16-le").rstrip("\0")
    if kind == "hex(7)":
        return tuple(content.decode("utf-16-le").rstrip("\0").split("\0"))
    if kind == "hex(b)":
        return int.from_bytes(content, "little")
    assert kind == "hex"
    return content


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _matches(query: str, document: str) -> bool:
    """By provider and event ID alone; a real log looks closer."""
    providers = set(re.findall(r"@Name='([^']+)'\] and", query))
    ids = set(re.findall(r"EventID=(\d+)", query))
    provider = re.search(r'<Provider Name="([^"]+)"', document)
    event_id = re.search(r"<EventID[^>]*>(\d+)<", document)
    assert provider is not None
    assert event_id is not None
    return query == "*" or (provider[1] in providers and event_id[1] in ids)
