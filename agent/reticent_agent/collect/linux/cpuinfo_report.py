"""py-cpuinfo's report, once a boot where it starts at all.

What it adds to /proc/cpuinfo: the product name of ARM processors (it asks lscpu, which knows the
part numbers), and a speed where neither the kernel nor the brand tells one. It needs more than a
second and starts up to ten processes, so it runs in an interpreter of its own, at low priority, and
only where one of the two is missing.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from threading import Lock

from reticent_agent.collect.commands import NOT_STARTED, CommandError
from reticent_agent.collect.model import Context

_BOOT_ID = "/proc/sys/kernel/random/boot_id"
_SECONDS_MAX = 8.0
_SCRIPT = (
    "import json, os; os.nice(15)\n"
    "from cpuinfo import get_cpu_info\n"
    "told = get_cpu_info()\n"
    "print(json.dumps({key: told.get(key) for key in ('brand_raw', 'hz_advertised')}))\n"
)


@dataclass(frozen=True, slots=True)
class Report:
    """`failure`: why it tells nothing, in words of ours."""

    brand: str | None = None
    advertised_hz: int | None = None
    failure: str = ""


_lock = Lock()
_by_boot: dict[str, Report] = {}  # of this boot only


def report(context: Context) -> Report:
    """The report of this boot; an empty one where py-cpuinfo fails, takes too long or does not
    start. Only the last is no answer for the whole boot: it is tried again next time."""
    boot_id = context.files.read_text(_BOOT_ID) or ""
    with _lock:
        if boot_id in _by_boot:
            return _by_boot[boot_id]
        found, is_final = _ask(context)
        if is_final:
            _by_boot.clear()
            _by_boot[boot_id] = found
        return found


def parse(output: bytes) -> Report:
    """The report out of the script's JSON; what is not of the expected form is absent."""
    try:
        told = json.loads(output)
    except (ValueError, RecursionError):
        return Report()
    if not isinstance(told, dict):
        return Report()
    brand, speed = told.get("brand_raw"), told.get("hz_advertised")
    hertz = speed[0] if isinstance(speed, list) and speed else None  # whole hertz, then the rest
    return Report(
        brand=brand if isinstance(brand, str) else None,
        advertised_hz=hertz if isinstance(hertz, int) and 0 < hertz < 10**12 else None,
    )


def _ask(context: Context) -> tuple[Report, bool]:
    """And whether asking again would give the same.

    An error's text is not passed on: it names the interpreter, whose path may hold somebody's name.
    """
    try:
        output = context.commands.run(
            [sys.executable, "-I", "-c", _SCRIPT], seconds_max=_SECONDS_MAX
        )
    except CommandError as error:
        failure = f"py-cpuinfo: {error.reason.replace('_', ' ')}"
        return Report(failure=failure), error.reason != NOT_STARTED
    return parse(output), True
