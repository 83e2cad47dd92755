"""The directories that sssd asks, from its configuration (root's alone).

Enters: sssd.conf and conf.d. Leaves: domain and provider. Must hold: passwords that stand in the
same file (ldap_default_authtok) are not looked at. Source: sssd.conf(5): sections
`[domain/NAME]`, `id_provider`; `domains` of `[sssd]` says which are in use.
"""

from __future__ import annotations

import re

from reticent_contract import limits

from reticent_agent.collect.linux.readable import is_there
from reticent_agent.collect.model import Answer, CommandRunner, FileRoot

KEYS = frozenset({"name", "provider"})
_FOLDER = "/etc/sssd"
_SECTION = re.compile(r"\[domain/([A-Za-z0-9._-]{1,253})\]")
_PROVIDER = re.compile(r"id_provider\s*=\s*([a-z_]{1,32})")
_IN_USE = re.compile(r"domains\s*=\s*(.*)")


def domains(files: FileRoot, _commands: CommandRunner) -> Answer:
    """Raises PermissionError where the configuration may not be read."""
    if not is_there(files, _FOLDER):
        return []
    paths = [f"{_FOLDER}/sssd.conf"]
    if is_there(files, f"{_FOLDER}/conf.d"):
        paths += files.glob(f"{_FOLDER}/conf.d/*.conf")
    texts = [
        files.read_bytes(path, bytes_max=limits.SMALL_FILE_BYTES_MAX)
        for path in paths
        if is_there(files, path)
    ]
    return parse(b"\n".join(texts))


def parse(content: bytes) -> Answer:
    """Domains in use, in the file's order; all that are described where none is named."""
    found: dict[str, str] = {}
    in_use: list[str] = []
    section = ""
    for raw in content.decode(errors="replace").splitlines():
        line = raw.strip()
        if line.startswith("["):
            match = _SECTION.fullmatch(line)
            section = match[1] if match else line
            if match:
                found.setdefault(section, "")
        elif section in found and (match := _PROVIDER.fullmatch(line)):
            found[section] = match[1]
        elif section == "[sssd]" and (match := _IN_USE.fullmatch(line)):
            in_use = [name.strip() for name in match[1].split(",")]
    names = [name for name in found if name in in_use] or list(found)
    return [
        {"name": name, "provider": found[name]} for name in names[: limits.PRIVILEGED_RECORDS_MAX]
    ]
