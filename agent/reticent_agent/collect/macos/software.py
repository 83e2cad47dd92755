"""Table `software`: applications by their bundles, and what Homebrew installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain

from reticent_contract.catalog.software import SOFTWARE
from reticent_contract.limits import COLLECT_SECONDS_MAX
from reticent_contract.rows import Row, Value

from reticent_agent.collect.macos import asking, mach_o
from reticent_agent.collect.macos.asking import UnknownFormError
from reticent_agent.collect.model import Context, FileRoot, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.worthless import described

BUNDLES = (
    "/Applications/*.app",
    "/Applications/*/*.app",
    "/System/Applications/*.app",
    "/System/Applications/*/*.app",
    "/Users/*/Applications/*.app",
)
# Of Apple silicon, and of Intel.
CELLARS = ("/opt/homebrew/Cellar/*/*", "/usr/local/Cellar/*/*")
CASKS = ("/opt/homebrew/Caskroom/*/*", "/usr/local/Caskroom/*/*")
HISTORY = "/Library/Receipts/InstallHistory.plist"

Values = dict[str, Value | None]


def collect(context: Context) -> Iterator[Row]:
    """One row an application, in the order of the folders; then Homebrew's."""
    ts_us = context.clock.now_us()
    installed_at = _installed_at(context.files)
    found = chain(_applications(context, installed_at), _brew(context.files))
    return present(snapshot(SOFTWARE, ts_us, values) for values in found)


def _applications(context: Context, installed_at: Mapping[str, int]) -> Iterator[Values]:
    files = context.files
    for pattern in BUNDLES:
        for bundle in files.glob(pattern):
            if context.stopping():
                return
            try:
                info = asking.plist_file(files, f"{bundle}/Contents/Info.plist")
            except UnknownFormError:
                continue  # one application's own file is broken; the others are there
            if isinstance(info, dict):
                yield _application(files, bundle, info, installed_at)


def _application(
    files: FileRoot, bundle: str, info: Mapping[str, object], installed_at: Mapping[str, int]
) -> Values:
    name = asking.text(info.get("CFBundleIdentifier"))
    program = asking.text(info.get("CFBundleExecutable"))
    version = asking.text(info.get("CFBundleShortVersionString"))
    return {
        "source": "app",
        "name": name or bundle.rpartition("/")[2].removesuffix(".app"),
        "version": described(version or asking.text(info.get("CFBundleVersion"))),
        "architecture": None
        if program is None or "/" in program
        else mach_o.architecture(files, f"{bundle}/Contents/MacOS/{program}"),
        "installed_at": installed_at.get(name or ""),
    }


def _brew(files: FileRoot) -> Iterator[Values]:
    for source, patterns in (("brew", CELLARS), ("brew-cask", CASKS)):
        for pattern in patterns:
            for folder in files.glob(pattern):
                *_, name, version = folder.split("/")
                if not version.startswith("."):  # .metadata of a cask
                    yield {"source": source, "name": name, "version": version}


def _installed_at(files: FileRoot) -> dict[str, int]:
    """The newest receipt of each package, which is named like the application's bundle."""
    found: dict[str, int] = {}
    for at_us, names, _ in receipts(asking.plist_file(files, HISTORY)):
        for name in names:
            found[name] = max(at_us, found.get(name, 0))
    return found


def receipts(history: object) -> Iterator[tuple[int, tuple[str, ...], Mapping[str, object]]]:
    """Of InstallHistory.plist: when (microseconds), which packages, and the whole receipt."""
    for receipt in history if isinstance(history, list) else ():
        if not isinstance(receipt, dict) or not isinstance(receipt.get("date"), datetime):
            continue
        names = receipt.get("packageIdentifiers")
        packages = tuple(n for n in names if isinstance(n, str)) if isinstance(names, list) else ()
        # A property list's dates are UTC without saying so.
        yield round(receipt["date"].replace(tzinfo=UTC).timestamp() * 1e6), packages, receipt


COLLECTOR = StateCollector(table=SOFTWARE.name, collect=collect, seconds_max=COLLECT_SECONDS_MAX)
