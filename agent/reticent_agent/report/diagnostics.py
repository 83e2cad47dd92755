"""What this laptop answers when an administrator asks for diagnostics.

Enters: `doctor`'s findings and the agent's picture of itself. Leaves: facts of the contract's list.
Must hold: of a finding its verdict alone, never its sentence, which may name a folder; nothing that
was collected. Blocks: doctor opens a TCP connection and asks the key store.
"""

from __future__ import annotations

import contextlib
import platform
import shutil
import time
from collections.abc import Callable, Mapping

from reticent_contract.catalog import CATALOG
from reticent_contract.diagnostics import COSTS, Facts, is_allowed

from reticent_agent import __version__
from reticent_agent.config import Config
from reticent_agent.errors import AgentError
from reticent_agent.identity import Identity
from reticent_agent.report import doctor

_FAMILIES = {"Linux": "linux", "Windows": "windows", "Darwin": "macos"}


def gather(
    config: Config, picture: Mapping[str, object], *, load: Callable[[], Identity | None]
) -> Facts:
    """`picture`: the status board's. Facts that this laptop cannot tell are left out."""
    import psutil  # megabytes, for what is seldom asked

    facts: dict[str, object] = {
        "agent.version": __version__,
        "python.version": platform.python_version(),
        "os.family": _FAMILIES.get(platform.system(), "other"),
        "state": picture.get("state"),
        "paused": int(picture.get("paused") is not None),
        "spool.max_mib": config.spool_bytes_max >> 20,
    }
    policy, keys, rows = (_mapping(picture.get(name)) for name in ("policy", "keys", "rows"))
    facts["policy.version"] = policy.get("version", 0)
    facts["policy.dropped_values"] = _total(_mapping(picture.get("dropped")))
    facts |= {f"keys.{name}": kept for name, kept in keys.items()}
    facts |= {f"rows.{name}": count for name, count in rows.items()}
    # Of the process: this module is loaded when it is first asked for.
    with contextlib.suppress(psutil.Error):
        facts["running_s"] = int(max(0.0, time.time() - psutil.Process().create_time()))
    # Keys or a disk that do not answer are what it is asked for: the rest goes all the same.
    with contextlib.suppress(AgentError, OSError):
        identity = load()
        if identity is not None:
            facts["certificate.left_s"] = int(identity.validity_s()[1] - time.time())
    with contextlib.suppress(OSError):
        facts["disk.free_mib"] = shutil.disk_usage(config.data_dir).free >> 20
    for finding in doctor.examine(config):
        facts[f"check.{finding.check.replace(' ', '-')}"] = finding.verdict
    facts |= _costs(_mapping(picture.get("collecting")))
    return {
        name: value
        for name, value in sorted(facts.items())
        if isinstance(value, str | int) and is_allowed(name, value)
    }


def _costs(collecting: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for table in CATALOG:
        told = _mapping(collecting.get(table.name))
        absent = told.get("absent")
        numbers = {**told, "absent": len(absent) if isinstance(absent, list) else 0}
        found |= {f"collecting.{table.name}.{name}": numbers.get(name) for name in COSTS if told}
    return found


def _total(counts: Mapping[str, object]) -> int:
    return sum(count for count in counts.values() if isinstance(count, int))


def _mapping(found: object) -> Mapping[str, object]:
    return found if isinstance(found, Mapping) else {}
