"""Policies that a command is given as files, read with every problem's line."""

from __future__ import annotations

import sys
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy import PolicyError, default_policy_yaml

from reticent_server.errors import ServerError
from reticent_server.policies.drafts import Draft, read_draft

STANDARD_INPUT = "-"
_NOTHING = "nothing was done"


def read_text(name: str) -> str:
    """A policy file's text, `-` for standard input. Raises ServerError."""
    try:
        if name == STANDARD_INPUT:
            content = sys.stdin.buffer.read(POLICY_BYTES_MAX + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(POLICY_BYTES_MAX + 1)
        if len(content) > POLICY_BYTES_MAX:
            raise ServerError(
                f"{name} is larger than {POLICY_BYTES_MAX} bytes; {_NOTHING}; shorten it"
            )
        return content.decode()
    except OSError as error:
        raise ServerError(
            f"{name} cannot be read ({error.strerror}); {_NOTHING}; name another file"
        ) from error
    except UnicodeDecodeError as error:
        raise ServerError(f"{name} is not UTF-8 text; {_NOTHING}; save it as UTF-8") from error


def draft_of(name: str | None) -> Draft:
    """The policy of a file; the default policy where none is named. Raises ServerError."""
    text = default_policy_yaml() if name is None else read_text(name)
    try:
        return read_draft(text, CATALOG)
    except PolicyError as error:
        raise ServerError(f"{name}: {error}") from error
