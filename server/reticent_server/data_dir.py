"""Where what lies in a server's data directory.

    data_dir/             0700
      ca.crt              the certificate that laptops pin, PEM; see ca/issuing.py
      secrets/            0700; see keys.py
      control.db          devices, policies, people, tokens, audit
      events/             the event store, encrypted
      audit/              signed checkpoints of the audit trail; see audit/trail.py
      run/server.json     how commands reach the running server; see auth/local_access.py

Loads nothing, so that a command that asks the running server starts without its stores.
"""

from __future__ import annotations

from pathlib import Path


def control_path(data_dir: Path) -> Path:
    return data_dir / "control.db"


def events_path(data_dir: Path) -> Path:
    return data_dir / "events"


def secrets_dir(data_dir: Path) -> Path:
    return data_dir / "secrets"


def local_access_path(data_dir: Path) -> Path:
    return data_dir / "run" / "server.json"


def is_initialised(data_dir: Path) -> bool:
    """Whether `init` went through to its end there once."""
    return control_path(data_dir).exists() and (secrets_dir(data_dir) / "policy.key").exists()
