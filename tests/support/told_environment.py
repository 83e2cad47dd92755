"""A program that prints its environment, sorted."""

from __future__ import annotations

import os


def main() -> int:
    print(*sorted(f"{name}={value}" for name, value in os.environ.items()), sep="\n")
    return 0
