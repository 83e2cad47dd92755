"""Run a command under what a systemd unit takes away, where no systemd runs.

    python cage.py --unit reticent-agent.service --user 65534 -- command argument...

Of the unit it applies what can break a program that was only ever run without: the system call
filter, no new executable memory, address families, the umask and limits, no capability but the
ambient ones, and an unprivileged user. What is refused answers as under systemd (EPERM;
EAFNOSUPPORT for a family). Uses libseccomp through ctypes, and `systemd-analyze syscall-filter`
for the contents of the unit's groups. Source of the semantics: systemd.exec(5), capabilities(7).
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import errno
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

SCMP_ACT_ALLOW = 0x7FFF0000
SCMP_ACT_ERRNO = 0x00050000
SCMP_CMP_EQ = 4
SYSTEM_CALL_UNKNOWN = -1  # __NR_SCMP_ERROR
PR_SET_KEEPCAPS = 8
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
PR_SET_MDWE = 65
PR_MDWE_REFUSE_EXEC_GAIN = 1
CAPABILITY_VERSION_3 = 0x20080522
CAPABILITIES = {"CAP_DAC_READ_SEARCH": 2}
ADDRESS_FAMILY_MAX = 46


class CageError(Exception):
    """This machine cannot apply the unit's restrictions."""


class Comparison(ctypes.Structure):
    """libseccomp's struct scmp_arg_cmp."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    )


def unit_settings(path: Path) -> dict[str, list[str]]:
    """Every `key=value` of a unit file, values in order."""
    settings: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        key, separator, value = line.partition("=")
        if separator and not line.startswith("#"):
            settings.setdefault(key.strip(), []).append(value.strip())
    return settings


def system_calls(filters: Iterable[str]) -> set[str]:
    """The names that SystemCallFilter= lines allow; a line with ~ takes away."""
    allowed = _expand("@default")
    for line in filters:
        names = set().union(*(_expand(word) for word in line.removeprefix("~").split()))
        allowed = allowed - names if line.startswith("~") else allowed | names
    return allowed


def _expand(word: str) -> set[str]:
    if not word.startswith("@"):
        return {word}
    command = ["systemd-analyze", "--no-pager", "syscall-filter", word]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = (line.strip() for line in listing.splitlines()[1:])
    return set().union(*(_expand(inner) for inner in words if inner and not inner.startswith("#")))


def available() -> str | None:
    """Why a cage cannot be built here, or None."""
    if ctypes.util.find_library("seccomp") is None and not _seccomp_loads():
        return "libseccomp is not installed"
    try:
        subprocess.run(["systemd-analyze", "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "systemd-analyze is not installed"
    if os.geteuid() != 0:
        return "only root can become another user"
    held = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "CapPrm" in line
    )
    lacking = [
        name for name, bit in CAPABILITIES.items() if not int(held.split()[1], 16) >> bit & 1
    ]
    return f"this container withholds {', '.join(lacking)}" if lacking else None


def _seccomp_loads() -> bool:
    try:
        ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return False
    return True


def _load_filter(default: int, rules: Iterable[tuple[int, str, int | None]]) -> None:
    """Load one filter; a rule is (action, system call, its first argument or None for any)."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(default)))
    for action, name, argument in rules:
        number = library.seccomp_syscall_resolve_name(name.encode("ascii"))
        if number == SYSTEM_CALL_UNKNOWN:
            continue  # of another architecture, or newer than this library
        comparisons = (Comparison * 1)(Comparison(0, SCMP_CMP_EQ, argument or 0, 0))
        library.seccomp_rule_add_array(
            context,
            ctypes.c_uint32(action),
            number,
            ctypes.c_uint(0 if argument is None else 1),
            comparisons,
        )
    if library.seccomp_load(context):
        raise CageError("the kernel refused the system call filter")


def _prctl(option: int, *arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    padded = [*arguments, 0, 0, 0, 0][:4]
    if library.prctl(option, *(ctypes.c_ulong(value) for value in padded)):
        raise CageError(f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _become(user: int, ambient: Iterable[str]) -> None:
    """Drop to `user` with the capabilities of `ambient` and no others."""
    bits = sum(1 << CAPABILITIES[name] for name in ambient)
    _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(bits, bits, bits, 0, 0, 0)
    library = ctypes.CDLL(None, use_errno=True)
    if library.capset(header, data):
        raise CageError(f"capset: {os.strerror(ctypes.get_errno())}")
    for name in ambient:
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAPABILITIES[name])


def enter(settings: Mapping[str, list[str]], *, user: int) -> None:
    """Apply a unit's restrictions to this process for good."""
    for key, limit in (
        ("LimitNOFILE", resource.RLIMIT_NOFILE),
        ("LimitCORE", resource.RLIMIT_CORE),
    ):
        for value in settings.get(key, ()):
            most = resource.getrlimit(limit)[1]
            new = int(value) if most == resource.RLIM_INFINITY else min(int(value), most)
            resource.setrlimit(limit, (new, new))
    os.umask(int(settings["UMask"][-1], 8))
    calls = system_calls(settings["SystemCallFilter"])
    ambient = [name for value in settings["AmbientCapabilities"] for name in value.split()]
    _become(user, ambient)
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    if settings.get("MemoryDenyWriteExecute") == ["yes"]:
        _prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN)
    families = {getattr(socket, name) for name in settings["RestrictAddressFamilies"][-1].split()}
    refused = (family for family in range(ADDRESS_FAMILY_MAX) if family not in families)
    _load_filter(
        SCMP_ACT_ALLOW,
        [(SCMP_ACT_ERRNO | errno.EAFNOSUPPORT, "socket", family) for family in refused],
    )
    _load_filter(
        SCMP_ACT_ERRNO | errno.EPERM, [(SCMP_ACT_ALLOW, name, None) for name in sorted(calls)]
    )


def main() -> None:
    """Enter the cage and become the command, or end with status 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--unit", type=Path, required=True)
    parser.add_argument("--user", type=int, required=True)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    settings = unit_settings(arguments.unit)
    pairs = (value.partition("=") for value in settings.get("Environment", ()))
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **{k: v for k, _, v in pairs}}
    try:
        enter(settings, user=arguments.user)
    except CageError as problem:
        sys.exit(f"cage: {problem}")
    os.execve(arguments.command[0], arguments.command, environment)


if __name__ == "__main__":
    main()
