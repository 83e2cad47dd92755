"""Generated code is what its source makes today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_generated_protobuf_code_is_current():
    script = REPOSITORY / "packaging" / "generate.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "generated code is current\n"


def test_the_policy_language_is_written_down_as_it_is():
    script = REPOSITORY / "packaging" / "language.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the policy language is written down as it is\n"
