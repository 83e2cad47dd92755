"""Table `software`: the packages of dpkg and rpm.

dpkg's status file is read as it is: `dpkg-query` would do no more and start a process. rpm's
database has had four formats, so rpm itself is asked, and only where there is a database.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from reticent_contract.catalog.software import SOFTWARE
from reticent_contract.limits import COLLECT_SECONDS_MAX
from reticent_contract.rows import Row

from reticent_agent.collect.linux import dpkg, rpm
from reticent_agent.collect.model import Context, StateCollector, Watch, WatchKind
from reticent_agent.collect.rows import present, snapshot


def collect(context: Context) -> Iterator[Row]:
    """One row a package and architecture; rpm keeps several versions of one (kernels).

    Raises OSError or CommandError where a database is there and cannot be read.
    """
    ts_us = context.clock.now_us()
    packages = chain(
        (("dpkg", package) for package in dpkg.installed(context)),
        (("rpm", package) for package in rpm.installed(context)),
    )
    return present(
        snapshot(
            SOFTWARE,
            ts_us,
            {
                "source": source,
                "name": package.name,
                "version": package.version,
                "architecture": package.architecture,
            },
        )
        for source, package in packages
    )


COLLECTOR = StateCollector(
    table=SOFTWARE.name,
    collect=collect,
    watches=tuple(Watch(WatchKind.PATH, path=path) for path in (dpkg.STATUS, *rpm.DATABASES)),
    seconds_max=COLLECT_SECONDS_MAX,
)
