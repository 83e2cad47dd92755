"""Three accounts and the service, over a control store of their own."""

from __future__ import annotations

from support.console_app import control, migrated_control

__all__ = ["control", "migrated_control"]
