"""What collectors use on the Windows laptop that this process runs on.

Enters: nothing. Leaves: the files with registry, event log and notices; the command runner.
"""

from __future__ import annotations

import sys

assert sys.platform == "win32"

from reticent_agent.collect.windows.files import WindowsFiles
from reticent_agent.collect.windows.laptop import EventLog, Laptop, Notices, Registry
from reticent_agent.collect.windows.native.calls import system_folder
from reticent_agent.collect.windows.native.event_log import WindowsEventLog
from reticent_agent.collect.windows.native.jobs import WindowsJob
from reticent_agent.collect.windows.native.notices import WindowsNotices
from reticent_agent.collect.windows.native.registry import WindowsRegistry
from reticent_agent.collect.windows.processes import WindowsProcessRunner


class ThisLaptop(WindowsFiles):
    """The `Laptop` itself."""

    def __init__(self) -> None:
        super().__init__()
        self.registry: Registry = WindowsRegistry()
        self.event_log: EventLog = WindowsEventLog()
        self.notices: Notices = WindowsNotices()
        self.system_folder: str = system_folder()


def files() -> Laptop:
    return ThisLaptop()


def commands() -> WindowsProcessRunner:
    return WindowsProcessRunner(system_folder=system_folder(), new_job=WindowsJob)
