"""All state collectors of a system over the machines of tests/fixtures, one source damaged at once.

An input names a source (two bytes: its number) and what is in it: a file, what a program or the
helper that runs as root answers, a value of the registry. The collectors that read this source run;
what they yield must be rows that the catalog allows. They may raise AgentError: then their table
keeps the rows it had.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from collect.kept_machine import Damage, KeptCommands, KeptFiles, KeptHelper, KeptLaptop, Source
from reticent_agent.collect.files import DiskFiles
from reticent_agent.collect.linux import cpuinfo_report
from reticent_agent.collect.model import CommandRunner, Context, StateCollector
from reticent_agent.collect.platform import collectors
from reticent_agent.errors import AgentError
from reticent_contract.catalog import CATALOG
from reticent_contract.redact.actions.simple import keep_problem
from reticent_contract.rows import Row
from support import windows
from support.machines import FIXTURES, FakeClock, FakeCommands, lay_out

_SCRATCH = tempfile.TemporaryDirectory(prefix="fuzz-machines-")  # removed when the process ends
_HELPER = {
    "bluetooth_devices": b'{"answer": [{"adapter": "hci0", "address": "00:1A:7D:DA:71:13"}]}\n',
    "cups_printers": b'{"answer": [{"name": "Office", "maker": "HP", "model": "M404"}]}\n',
    "dmi_serials": b'{"answer": [{"product_serial": "PF4ABCDE", "board_serial": "L1HF4"}]}\n',
    "nftables_active": b'{"answer": [{"state": "on"}]}\n',
    "screen_locks": b'{"answer": [{"user_name": "anjali", "state": "on"}]}\n',
    "sssd_domains": b'{"answer": [{"name": "corp.example.com", "provider": "ad"}]}\n',
}
_REGISTRY_SEED = b"\3AzureAD\\anjali"


@dataclass
class _Machine:
    files: KeptFiles
    inner: CommandRunner
    collectors: tuple[StateCollector, ...]
    helper: Mapping[str, bytes] = field(default_factory=dict)

    def rows(self, collector: StateCollector) -> Sequence[Row]:
        cpuinfo_report._by_boot.clear()
        commands = KeptCommands(self.files, self.inner)  # a new one: answers are kept by it
        helper = KeptHelper(self.files, self.helper)
        context = Context(
            files=self.files,
            commands=commands,
            clock=FakeClock(),
            stopping=lambda: False,
            privileged=helper,
        )
        return list(collector.collect(context))

    @cached_property
    def readers(self) -> dict[Source, tuple[bytes, list[StateCollector]]]:
        """What each source holds, and which collectors read it."""
        found: dict[Source, tuple[bytes, list[StateCollector]]] = {}
        for collector in self.collectors:
            self.files.damage = Damage()
            self.rows(collector)
            for source, content in self.files.damage.asked.items():
                found.setdefault(source, (content, []))[1].append(collector)
        return found


def _machines(platform: str) -> list[_Machine]:
    known = collectors(platform)
    folder = FIXTURES / {"darwin": "macos", "win32": "windows"}.get(platform, platform)
    built = []
    if platform == "win32":
        for name in sorted(path.name for path in folder.iterdir() if path.is_dir()):
            machine = windows.machine(name, Path(_SCRATCH.name))
            laptop = KeptLaptop(
                machine.laptop, machine.laptop.registry, system_folder=windows.SYSTEM
            )
            built.append(_Machine(laptop, machine.programs, known))
        return built
    for path in sorted(folder.glob("*.machine")):
        root, commands = Path(_SCRATCH.name) / f"{platform} {path.stem}", FakeCommands()
        root.mkdir()
        lay_out(path.read_text(), root, commands.answers)
        helper = _HELPER if platform == "linux" else {}
        built.append(_Machine(KeptFiles(DiskFiles(root)), commands, known, helper))
    return built


class _System:
    """All sources of all machines of one system, in an order that does not change."""

    def __init__(self, platform: str) -> None:
        self._sources = [
            (machine, source, content, readers)
            for machine in _machines(platform)
            for source, (content, readers) in sorted(machine.readers.items(), key=lambda s: s[0])
        ]

    def seeds(self) -> list[bytes]:
        return [
            number.to_bytes(2, "big") + (content or _REGISTRY_SEED)
            for number, (_, _, content, _) in enumerate(self._sources)
        ]

    def collect(self, data: bytes) -> object:
        number = int.from_bytes(data[:2], "big") % len(self._sources)
        machine, source, _, readers = self._sources[number]
        machine.files.damage = Damage(source, data[2:])
        return [_checked(machine, collector) for collector in readers]


def _checked(machine: _Machine, collector: StateCollector) -> int:
    try:
        rows = machine.rows(collector)
    except AgentError:
        return 0
    for row in rows:
        table = CATALOG.get(row.table)
        assert table is not None
        assert row.event in table.events
        for name, value in row.values.items():
            for each in value if isinstance(value, tuple) else (value,):
                assert keep_problem(table.by_name[name], each) is None, f"{row.table}.{name}"
    return len(rows)


_SYSTEMS = {name: _System(name) for name in ("linux", "darwin", "win32")}
PARSERS: Mapping[str, Callable[[bytes], object]] = {
    name: system.collect for name, system in _SYSTEMS.items()
}
SEEDS: Mapping[str, Sequence[bytes]] = {name: system.seeds() for name, system in _SYSTEMS.items()}
