"""The stage, as a fixture."""

from support.retention_stage import stage

__all__ = ["stage"]
