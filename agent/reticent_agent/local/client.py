"""Asks the agent that runs on this laptop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from reticent_contract import limits

from reticent_agent.errors import ConsentError
from reticent_agent.local.place import connected

_ANSWER_WAIT_S = 60.0  # a change stops and starts all collecting


def ask(folder: Path, request: Mapping[str, object]) -> Mapping[str, object]:
    """The agent's answer. Raises ConsentError: no agent, or it said no."""
    try:
        with connected(folder, seconds_max=_ANSWER_WAIT_S) as door:
            door.sendall(json.dumps(request).encode() + b"\n")
            with door.makefile("rb") as reader:
                line = reader.readline(limits.LOCAL_ANSWER_BYTES_MAX)
        answer = json.loads(line)
        ok = answer["ok"]
    except (OSError, AttributeError) as error:
        told = getattr(error, "strerror", None) or "no answer"
        raise ConsentError(
            f"the agent cannot be asked at {folder} ({told}); nothing was changed; see that it "
            "runs (`systemctl status reticent-agent`), or give the right --config",
            permanent=False,
        ) from None
    except (ValueError, KeyError, TypeError):
        raise ConsentError(
            "the agent gave no answer; nothing is known to be changed; ask again in a moment",
            permanent=False,
        ) from None
    if not ok:
        raise ConsentError(str(answer.get("error")), permanent=True)
    found: Mapping[str, object] = answer
    return found
