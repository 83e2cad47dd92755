"""What a service on the system bus manages, asked through busctl.

Enters: a service's name and path. Leaves: object path, interface, properties. Must hold: a service
that does not run is not started by asking. Source: busctl(1) `--json=short`;
org.freedesktop.DBus.ObjectManager of the D-Bus specification, signature a{oa{sa{sv}}}.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from reticent_agent.collect.commands import CommandError
from reticent_agent.collect.model import CommandRunner, FileRoot

PROGRAM = "/usr/bin/busctl"
_SECONDS_MAX = 5.0
_CALL = (PROGRAM, "--system", "--json=short", "--auto-start=no", "--timeout=4", "call")
_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner")

Properties = Mapping[str, object]
Objects = Mapping[str, Mapping[str, Properties]]


def managed(files: FileRoot, commands: CommandRunner, service: str, path: str) -> Objects | None:
    """None where the service does not run here.

    Raises PermissionError where the bus does not let the agent ask, CommandError where the
    service hangs.
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
    return parse(output)


def _is_running(commands: CommandRunner, service: str) -> bool:
    try:
        output = commands.run((*_CALL, *_BUS, "s", service), seconds_max=_SECONDS_MAX)
        return bool(json.loads(output).get("data") == [True])
    except CommandError as error:
        if error.reason in ("failed", "missing"):  # there is no system bus
            return False
        raise
    except (ValueError, AttributeError, RecursionError):
        return False


def parse(output: bytes) -> Objects:
    """Properties without their types. What is not as the signature says is left out."""
    try:
        document = json.loads(output)
        data = document["data"][0]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return {}
    return {
        path: {name: _plain(properties) for name, properties in interfaces.items()}
        for path, interfaces in _dictionary(data).items()
        if isinstance(interfaces, dict)
    }


def _plain(properties: object) -> Properties:
    return {
        name: variant["data"]
        for name, variant in _dictionary(properties).items()
        if isinstance(variant, dict) and "data" in variant
    }


def _dictionary(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def text(properties: Properties, name: str) -> str:
    """A property that is a text, or ""."""
    value = properties.get(name)
    return value if isinstance(value, str) else ""
