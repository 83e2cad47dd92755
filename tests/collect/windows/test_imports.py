"""What an agent on Windows imports needs nothing that Windows lacks."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT_POSIX = """
import os, pkgutil, select, signal, sys, importlib

MISSING = ("fcntl", "grp", "pwd", "resource", "termios", "inotify_simple", "uvloop", "syslog")
for module in (os, select, signal):
    for name in ("pidfd_open", "eventfd", "killpg", "geteuid", "fork", "pread", "fchmod", "uname",
                 "poll", "epoll", "SIGKILL", "SIGHUP", "O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK"):
        if hasattr(module, name):
            delattr(module, name)

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name in MISSING:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocker())
"""
COLLECTORS = """
package = importlib.import_module("reticent_agent.collect.windows")
for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
    importlib.import_module(found.name)
for name in ("supervisor", "watches", "platform", "files", "commands"):
    importlib.import_module(f"reticent_agent.collect.{name}")
from reticent_agent.collect import platform
assert platform.collectors("win32")
assert platform.sources({"session": {}}, platform="win32")
print(any(".linux" in name or ".macos" in name for name in sys.modules))
"""


# Every command, and what the running agent joins.
AGENT = """
import reticent_agent.main
for part in ("commands", "report", "keepers", "identity", "consent", "spool", "stream"):
    package = importlib.import_module(f"reticent_agent.{part}")
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(found.name)
print("reticent_agent.run" in sys.modules)
"""


@pytest.mark.parametrize(
    ("script", "told"), [(COLLECTORS, b"False\n"), (AGENT, b"True\n")], ids=["collectors", "agent"]
)
def test_it_is_imported_without_posix(script: str, told: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX + script], capture_output=True, check=False
    )
    assert (done.stdout, done.stderr) == (told, b"")
