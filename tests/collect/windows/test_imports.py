"""What an agent on Windows imports for collecting needs nothing that Windows lacks."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
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


def test_collectors_are_imported_without_posix() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=False)
    assert (told.stdout, told.stderr) == (b"False\n", b"")
