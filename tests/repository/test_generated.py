"""Generated code is what its source makes today."""

from __future__ import annotations

import runpy
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


def test_the_page_of_sources_is_what_the_catalog_and_the_tests_say():
    script = REPOSITORY / "packaging" / "sources.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_page_of_roles_is_what_the_scopes_say():
    script = REPOSITORY / "packaging" / "roles.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_field_is_tested_on_every_system_that_has_it():
    script = runpy.run_path(str(REPOSITORY / "packaging" / "sources.py"))
    assert script["untested"]() == []
