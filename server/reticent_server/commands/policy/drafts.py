"""Policies that a command is given as files, read with every problem's line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from reticent_contract.catalog import CATALOG
from reticent_contract.limits import POLICY_BYTES_MAX
from reticent_contract.policy import PolicyError, default_policy_yaml

from reticent_server.commands.common import config_of, initialised, say
from reticent_server.commands.policy import DEFAULT_GROUP
from reticent_server.errors import ServerError
from reticent_server.policies.drafts import Draft, ParentOf, read_draft
from reticent_server.policies.yaml_files import is_file, read_extended_file
from reticent_server.policies.yaml_source import line_of_byte, load_yaml

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
        raise ServerError(
            f"{name}, line {line_of_byte(content, error.start)}: is not UTF-8 text; {_NOTHING}; "
            "save it as UTF-8"
        ) from error


def draft_of(name: str | None, options: argparse.Namespace, *, is_strict: bool = True) -> Draft:
    """The policy of a file; the default policy where none is named. Raises ServerError.

    Not `is_strict`: also where it is looser than what it extends and does not say so.
    """
    if name is None:
        return read_draft(default_policy_yaml(), CATALOG)
    return _draft(name, parents_of(name, options), is_strict=is_strict)


def whole_draft_of(name: str) -> Draft:
    """The same of a file that extends nothing. Raises ServerError."""
    return _draft(name, None)


def parents_of(name: str, options: argparse.Namespace) -> ParentOf:
    """What the file `name` extends: a file beside it, or a group's policy in force in --data.

    Without --data the default group has the policy of a new server, which is said; any other group
    is refused as a ServerError.
    """

    def parent_of(extends: str) -> Mapping[str, object]:
        if is_file(extends):
            return read_extended_file(Path(name).parent / extends, CATALOG)
        if options.data is not None or options.config is not None:
            return _in_force(extends, options)
        if extends != DEFAULT_GROUP:
            raise ServerError(
                f"{name} extends the policy of group {extends!r}, which only its server has; "
                f"{_NOTHING}; name the server's folder with --data"
            )
        say(
            f"{name} extends {extends!r}, which is taken to be the policy of a new server; for the "
            "one in force name the server's folder with --data"
        )
        return load_yaml(default_policy_yaml())

    return parent_of


def _draft(name: str, parent_of: ParentOf | None, *, is_strict: bool = True) -> Draft:
    text = read_text(name)
    try:
        return read_draft(text, CATALOG, parent_of=parent_of, is_strict=is_strict)
    except PolicyError as error:
        raise ServerError(
            f"{name} was refused: {error.told}; {_NOTHING}; correct it and try again"
        ) from error


def _in_force(group: str, options: argparse.Namespace) -> Mapping[str, object]:
    # Here, because the control store takes half a second to load, and a whole file needs none.
    from reticent_server.commands.stores import control_of, policies_of

    data_dir = initialised(config_of(options))
    with control_of(data_dir) as control:
        return policies_of(control, data_dir).extended(group)
