"""The application in front on macOS, by the program lsappinfo, which is part of the system.

Enters: what `lsappinfo front` and `lsappinfo info -only pid,bundleid,executablepath ASN` write.
Leaves: the application. Must hold: a window's title is not asked for; lines that are of another
form are no application.

    ASN:0x0-0x1a01a:
    "LSBundleIdentifier"="com.apple.Safari"
    "pid"=501
    "LSExecutablePath"="/Applications/Safari.app/Contents/MacOS/Safari"
"""

from __future__ import annotations

import re
import subprocess

from reticent_agent.session.foreground import Application
from reticent_agent.session.programs import ProgramError

LSAPPINFO = "/usr/bin/lsappinfo"
LOOK_S = 5.0  # lsappinfo tells of no change: it is asked now and then
_ASK_S = 5.0
_BYTES_MAX = 16_384
_ASN = re.compile(rb"(?:\[ ?)?(ASN:0x[0-9a-f]{1,8}-0x[0-9a-f]{1,8}:)", re.IGNORECASE)
_PAIR = re.compile(r'^"?([A-Za-z]+)"? ?= ?(?:"([^"\n]*)"|([0-9]{1,10}))\s*$', re.MULTILINE)


def front_of(output: bytes) -> str | None:
    """The number that the system gave the application in front."""
    found = _ASN.match(output.strip())
    return None if found is None else found[1].decode()


def application_of(output: bytes) -> Application | None:
    pairs = {
        name.casefold(): text or number
        for name, text, number in _PAIR.findall(output[:_BYTES_MAX].decode(errors="replace"))
    }
    pid = pairs.get("pid", "")
    path = pairs.get("lsexecutablepath", "") or pairs.get("cfbundleexecutablepath", "")
    app = pairs.get("lsbundleidentifier", "") or pairs.get("cfbundleidentifier", "")
    if not pid.isdigit() or not 0 < int(pid) < 1 << 31 or not (app or path):
        return None
    return Application(pid=int(pid), path=path, app=app)


def look() -> Application | None:
    """The application in front now. Raises ProgramError."""
    asn = front_of(_run("front"))
    if asn is None:
        return None
    return application_of(_run("info", "-only", "pid,bundleid,executablepath", asn))


def _run(*arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - its arguments are the helper's own, no shell
            [LSAPPINFO, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_ASK_S,
            check=False,
        )
    except OSError as error:
        raise ProgramError(LSAPPINFO, error, next_step="see why it does not start") from None
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout[:_BYTES_MAX]
