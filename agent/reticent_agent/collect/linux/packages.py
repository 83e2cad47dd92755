"""What both package systems yield."""

from __future__ import annotations

from typing import NamedTuple


class Package(NamedTuple):
    """One installed package; architecture is empty where the database tells none."""

    name: str
    version: str
    architecture: str
