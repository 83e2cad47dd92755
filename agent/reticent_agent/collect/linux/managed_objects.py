"""What a service on the system bus manages, asked through busctl.

Enters: a service's name and path. Leaves: object path, interface, properties. Must hold: a service
that does not run is not started by asking; a reply that is not understood to its end raises.

Source: busctl(1), whose plain output is read: a signature, then the values as `busctl call` takes
them. Its JSON fails on dictionaries whose keys are numbers (ModemManager's UnlockRetries, BlueZ's
ManufacturerData) in all releases before 2026. ObjectManager and the type system are those of the
D-Bus specification.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.model import CommandRunner, FileRoot
from reticent_agent.errors import AgentError

PROGRAM = "/usr/bin/busctl"
_SECONDS_MAX = 5.0
_CALL = (PROGRAM, "--system", "--auto-start=no", "--timeout=4", "call")
_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner")
_SIGNATURE = "a{oa{sa{sv}}}"
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s"]++))')
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_CONTROL = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_DEPTH_MAX = 32  # the specification allows 64 containers in each other
_INTEGERS, _TEXTS = frozenset("ynqiuxth"), frozenset("sog")

Properties = Mapping[str, object]
Objects = Mapping[str, Mapping[str, Properties]]


class ReplyError(AgentError):
    """A service of the system bus said something that is not in its format."""

    term = "not_understood"

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{service} answers in a form that is not known; its table keeps the rows it had; "
            f"update the agent",
            permanent=False,
        )


def managed(files: FileRoot, commands: CommandRunner, service: str, path: str) -> Objects | None:
    """None where the service does not run here.

    Raises PermissionError where the bus does not let the agent ask, CommandError where the
    service hangs, ReplyError where nobody can read what it says.
    """
    if not files.exists(PROGRAM) or not _is_running(commands, service):
        return None
    arguments = (*_CALL, service, path, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
    try:
        output = commands.run(arguments, seconds_max=_SECONDS_MAX)
    except CommandError as error:
        if error.reason == "failed":  # it runs, and the bus's policy refuses
            raise PermissionError from None
        raise
    try:
        return parse(output)
    except ValueError:
        raise ReplyError(service) from None


def _is_running(commands: CommandRunner, service: str) -> bool:
    try:
        output = commands.run((*_CALL, *_BUS, "s", service), seconds_max=_SECONDS_MAX)
    except CommandError as error:
        if error.reason in ("failed", "missing"):  # there is no system bus
            return False
        raise
    return output.split() == [b"b", b"true"]


def parse(output: bytes) -> Objects:
    """Properties by interface by path. Raises ValueError where it is anything else."""
    reply = _Reply(output.decode(errors="replace"))
    if reply.word() != _SIGNATURE:
        raise ValueError("not the managed objects of a service")
    found, _ = reply.value(_SIGNATURE, 0, 0)
    reply.end()
    return found  # type: ignore[return-value]  # it is what the signature says


def text(properties: Properties, name: str) -> str:
    """A property that is a text, or ""."""
    value = properties.get(name)
    return value if isinstance(value, str) else ""


class _Reply:
    """Reads values one after the other, each by its signature."""

    def __init__(self, output: str) -> None:
        self._output = output
        self._at = 0

    def word(self) -> str:
        _, word = self._token()
        if word is None:
            raise ValueError("a text where there is none in the signature")
        return word

    def end(self) -> None:
        if self._output[self._at :].strip():
            raise ValueError("more than the signature says")

    def value(self, signature: str, at: int, depth: int) -> tuple[object, int]:
        """The value of the one complete type at `at`, and where the next type begins."""
        kind = signature[at : at + 1]
        if not kind or depth > _DEPTH_MAX:
            raise ValueError("a signature without end")
        if kind in _TEXTS:
            quoted, _ = self._token()
            if quoted is None:
                raise ValueError("no text where the signature has one")
            return _unescaped(quoted), at + 1
        if kind in _INTEGERS:
            return _integer(self.word()), at + 1
        if kind == "b":
            return self.word() == "true", at + 1
        if kind == "d":
            return float(self.word()), at + 1
        if kind == "v":
            inner = self.word()
            return self.value(inner, 0, depth + 1)[0], at + 1
        if kind == "(":
            return self._struct(signature, at + 1, depth)
        if kind == "a":
            return self._array(signature, at + 1, depth)
        raise ValueError("an unknown type")

    def _struct(self, signature: str, at: int, depth: int) -> tuple[object, int]:
        parts = []
        if signature[at : at + 1] == ")":
            raise ValueError("a struct without members")  # would be any number in no characters
        while signature[at : at + 1] != ")":
            part, at = self.value(signature, at, depth + 1)
            parts.append(part)
        return tuple(parts), at + 1

    def _array(self, signature: str, at: int, depth: int) -> tuple[object, int]:
        count = _integer(self.word())
        end = _behind(signature, at, depth)
        if count < 0 or count > len(self._output):
            raise ValueError("more elements than the reply has characters")
        if signature[at] == "{":
            entries: dict[object, object] = {}
            for _ in range(count):
                key, behind = self.value(signature, at + 1, depth + 1)
                if not isinstance(key, (str, int, float)):
                    raise ValueError("a key that is no basic type")
                entries[key], _ = self.value(signature, behind, depth + 1)
            return entries, end
        return [self.value(signature, at, depth + 1)[0] for _ in range(count)], end

    def _token(self) -> tuple[str | None, str | None]:
        match = _TOKEN.match(self._output, self._at)
        if match is None:
            raise ValueError("the reply ends too early")
        self._at = match.end()
        return match[1], match[2]


def _behind(signature: str, at: int, depth: int) -> int:
    """Where the complete type at `at` ends; an empty array has no value that would tell."""
    if depth > _DEPTH_MAX or at >= len(signature):
        raise ValueError("a signature without end")
    if signature[at] == "a":
        return _behind(signature, at + 1, depth + 1)
    if signature[at] in "({":
        at += 1
        while signature[at : at + 1] not in (")", "}"):
            at = _behind(signature, at, depth + 1)
    return at + 1


def _integer(word: str) -> int:
    if len(word) > 20:
        raise ValueError("a number of more than 64 bits")
    return int(word)


def _unescaped(quoted: str) -> str:
    """As systemd's cescape writes it: control characters and bytes beyond ASCII as three digits."""
    if "\\" not in quoted:
        return quoted
    raw = _ESCAPE.sub(_byte, quoted)
    return raw.encode("latin-1", errors="replace").decode(errors="replace")


def _byte(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 3:
        return chr(int(code, 8) & 0xFF)
    return chr(_CONTROL[code]) if code in _CONTROL else code
