"""The printers of CUPS, from its files, which only root and the group lp may read.

Enters: printers.conf and ppd/. Leaves: queue, model, maker. Must hold: a device address is not
looked at: it may hold a password. Source: printers.conf(5); Adobe PPD 4.3, *Manufacturer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reticent_contract import limits

from reticent_agent.collect.linux.readable import is_there
from reticent_agent.collect.model import Answer, CommandRunner, FileRoot

KEYS = frozenset({"name", "model", "maker"})
_PRINTERS = "/etc/cups/printers.conf"
_BEGIN = re.compile(r"<(?:Default)?Printer ([^\s/#>]{1,127})>")
_MODEL = re.compile(r"MakeModel (.{1,512})")
_MAKER = re.compile(rb'^\*Manufacturer:[ \t]*"([^"\r\n]{1,127})"', re.MULTILINE)


def printers(files: FileRoot, _commands: CommandRunner) -> Answer:
    """In the file's order. Raises PermissionError where it may not be read."""
    if not is_there(files, _PRINTERS):
        return []
    found = parse(files.read_bytes(_PRINTERS, bytes_max=limits.FILE_BYTES_MAX >> 6))
    return [{**record, **_maker(files, record["name"])} for record in found]


def parse(content: bytes) -> list[dict[str, str]]:
    """Name and model of each printer; a queue that is named twice counts once."""
    found: dict[str, dict[str, str]] = {}
    name = ""
    for raw in content.decode(errors="replace").splitlines():
        line = raw.strip()
        if match := _BEGIN.fullmatch(line):
            name = match[1]
            found.setdefault(name, {"name": name})
        elif line.startswith("</"):
            name = ""
        elif name and (match := _MODEL.fullmatch(line)):
            found[name]["model"] = match[1].strip()
    return list(found.values())[: limits.PRIVILEGED_RECORDS_MAX]


def maker(ppd: bytes) -> str:
    """The maker that a printer's description names, or ""."""
    match = _MAKER.search(ppd)
    return match[1].decode(errors="replace").strip() if match else ""


def _maker(files: FileRoot, name: str) -> dict[str, str]:
    path = f"/etc/cups/ppd/{name}.ppd"
    if not is_there(files, path):
        return {}
    told = maker(files.read_bytes(path, bytes_max=limits.SMALL_FILE_BYTES_MAX))
    return {"maker": told} if told else {}


def queues(output: bytes) -> Iterator[str]:
    """The queue names of `lpstat -e`, one a line."""
    for line in output.decode(errors="replace").splitlines()[: limits.PRIVILEGED_RECORDS_MAX]:
        if re.fullmatch(r"[^\s/#]{1,127}", line):
            yield line
