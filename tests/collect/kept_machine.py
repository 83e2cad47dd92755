"""Machines of tests/fixtures held in memory, so that a collector costs no disk: for fuzzing.

Enters: file root, commands, helper and registry of a machine. Leaves: the same, asked once each,
with what is damaged in the place of what they say; and which sources were asked for.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from reticent_agent.collect.model import Answer, CommandRunner, FileRoot
from reticent_agent.collect.windows.laptop import RegistryValue
from reticent_agent.privileged import ask
from support.windows import POWERSHELL, FakeEventLog, FakeNotices, FakePrograms, FakeRegistry

Source = tuple[str, str]  # "file", "program", "helper", "class" or "registry", and its name
_KEPT_MAX = 50_000  # damage makes up paths


@dataclass
class Damage:
    """What one source says instead, and what was asked for of the others, with its content."""

    source: Source = ("", "")
    content: bytes = b""
    asked: dict[Source, bytes] = field(default_factory=dict)

    def of(self, kind: str, name: str, sound: Callable[[], bytes]) -> bytes:
        if self.source == (kind, name):
            return self.content
        content = sound()
        self.asked[kind, name] = content
        return content


class KeptFiles:
    """`FileRoot`. Whatever was asked once is not asked again, also of another `damage`."""

    def __init__(self, inner: FileRoot) -> None:
        self.damage = Damage()
        self._inner = inner
        self._kept: dict[tuple[str, str], Any] = {}

    def read_bytes(self, path: str, *, bytes_max: int, owner: int | None = None) -> bytes:
        return self.damage.of("file", path, lambda: self._read(path))[:bytes_max]

    def read_text(self, path: str, *, bytes_max: int = 65_536) -> str | None:
        try:
            content = self.read_bytes(path, bytes_max=bytes_max)
        except OSError:
            return None
        return content.decode(errors="replace").strip("\0 \t\r\n")

    def glob(self, pattern: str) -> Sequence[str]:
        found: Sequence[str] = self._once("glob", pattern, lambda: self._inner.glob(pattern))
        return found

    def exists(self, path: str) -> bool:
        return bool(self._once("exists", path, lambda: self._inner.exists(path)))

    def is_dir(self, path: str) -> bool:
        return bool(self._once("is_dir", path, lambda: self._inner.is_dir(path)))

    def readlink(self, path: str) -> str | None:
        found: str | None = self._once("readlink", path, lambda: self._inner.readlink(path))
        return found

    def real(self, path: str) -> PurePosixPath:
        return self._inner.real(path)

    def _read(self, path: str) -> bytes:
        def read() -> bytes | None:
            try:
                return self._inner.read_bytes(path, bytes_max=1 << 20)
            except OSError:
                return None

        content: bytes | None = self._once("read", path, read)
        if content is None:
            raise OSError(2, "no such file")
        return content

    def _once(self, what: str, name: str, inner: Callable[[], object]) -> Any:
        key = (what, name)
        if key not in self._kept:
            if len(self._kept) >= _KEPT_MAX:
                self._kept.clear()
            self._kept[key] = inner()
        return self._kept[key]


class KeptLaptop(KeptFiles):
    """`Laptop` of Windows. Nothing happens on it."""

    def __init__(self, inner: FileRoot, registry: FakeRegistry, *, system_folder: str) -> None:
        super().__init__(inner)
        self.registry = _KeptRegistry(self, registry)
        self.event_log = FakeEventLog()
        self.notices = FakeNotices()
        self.system_folder = system_folder


class _KeptRegistry:
    def __init__(self, of: KeptFiles, registry: FakeRegistry) -> None:
        self._of, self._registry = of, registry

    def keys(self, key: str) -> Sequence[str]:
        return self._registry.keys(key)

    def values(self, key: str) -> Mapping[str, RegistryValue]:
        return {
            name: _typed(self._of.damage.of("registry", f"{key}|{name}", lambda: b""), value)
            for name, value in self._registry.values(key).items()
        }


def _typed(content: bytes, sound: RegistryValue) -> RegistryValue:
    """`sound`, or the content as the value of a type that its first byte chooses."""
    if not content:
        return sound
    body = content[1:]
    match content[0] % 5:
        case 0:
            return body
        case 1:
            return int.from_bytes(body[:8], "little")
        case 2:
            return tuple(body.decode("utf-16-le", "replace").split("\0"))
        case _:
            even = body[: len(body) & ~1]
            is_wide = bool(content[0] & 8)
            return (
                even.decode("utf-16-le", "surrogatepass")
                if is_wide
                else body.decode("utf-8", "replace")
            )


@dataclass(eq=False)
class KeptCommands:
    """`CommandRunner`: answers of programs by their command line, CIM's by class."""

    of: KeptFiles
    inner: CommandRunner

    def run(self, arguments: Sequence[str], *, seconds_max: float) -> bytes:
        name = " ".join(arguments)
        if arguments[0] == POWERSHELL and isinstance(self.inner, FakePrograms):
            cim = {
                name: self.of.damage.of("class", name, lambda c=content: c)  # type: ignore[misc]
                for name, content in self.inner.cim.items()
                if name.encode("utf-16-le") in base64.b64decode(arguments[-1])
            }
            return FakePrograms({**self.inner.cim, **cim}).run(arguments, seconds_max=seconds_max)
        return self.of.damage.of(
            "program", name, lambda: self.inner.run(arguments, seconds_max=seconds_max)
        )

    def follow(self, arguments: Sequence[str], *, stopping: Callable[[], bool]) -> Iterator[bytes]:
        raise AssertionError("a state collector follows nothing")


@dataclass
class KeptHelper:
    """`Privileged`: what it answers goes through the agent's own look at it."""

    of: KeptFiles
    answers: Mapping[str, bytes]

    def ask(self, question: str, /) -> Answer | None:
        if question not in self.answers:
            return None
        reply = self.of.damage.of("helper", question, lambda: self.answers[question])
        return ask.parse(question, reply)
