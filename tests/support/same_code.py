"""Another process runs the code that the tests themselves run, whichever is installed."""

from __future__ import annotations

import os
import sys


def same_code() -> dict[str, str]:
    """Our environment, for a Python that finds modules just where this one does."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
