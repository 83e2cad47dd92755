"""Copy the distributions that a lock names from this environment into a folder.

Enters: a lock file, and an environment that was installed from it by hash.
Leaves: a folder that Python can import from, without what no program imports.
Must hold: the version of each distribution is the lock's, and each file still
has the hash of its distribution's RECORD; else nothing is packaged from it.

So packages are built offline, and hold exactly what the tests ran with.
"""

import base64
import compileall
import hashlib
import re
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from py_compile import PycInvalidationMode

from packaging.requirements import Requirement

# Left out: what is for people who develop against a library, not for a program that runs it.
SOURCE_SUFFIXES = frozenset(
    {".a", ".c", ".cc", ".cpp", ".h", ".hpp", ".pxd", ".pxi", ".pyi", ".pyx", ".pyc"}
)
TEST_FOLDERS = frozenset({"test", "tests"})
# Kept of a distribution's metadata: its name and version, its plugins, its licence.
METADATA_KEPT = re.compile(
    r"METADATA|entry_points\.txt|(licen[cs]es?/.*|(LICEN[CS]E|NOTICE|COPYING).*)", re.I
)
# A second backend that CPython does not load, and clients of cloud services that the server never
# calls: 24 MB of the agent, 70 MB of the server, and code that could only do harm. Of phonenumbers,
# where a number lies and whose it is: 40 MB that numbering plans do not need.
UNUSED = re.compile(
    r"zstandard/(_cffi\.|backend_cffi\.py)|pyarrow/(libarrow_(python_)?|_)(flight|s3|s3fs)\.|"
    r"phonenumbers/(geodata|carrierdata|tzdata)/"
)


class BundleError(Exception):
    """The environment is not what the lock says; the message says what to run."""


@dataclass(frozen=True)
class Bundled:
    """One distribution that was copied."""

    name: str
    version: str
    license: str
    bytes_copied: int


def locked_versions(lock: Path) -> dict[str, str]:
    """Name to version of what `lock` asks for on this platform and this Python."""
    text = re.sub(r"\\\n", " ", lock.read_text("utf-8"))
    lines = (line.split("--hash")[0].split("#")[0].strip() for line in text.splitlines())
    wanted = (Requirement(line) for line in lines if line)
    return {
        item.name: str(item.specifier).removeprefix("==")
        for item in wanted
        if item.marker is None or item.marker.evaluate()
    }


def is_packaged(path: PurePosixPath) -> bool:
    """Whether a file of a distribution goes into a package; `path` is relative to site-packages."""
    if path.is_absolute() or ".." in path.parts:
        return False  # a console script or a manual page of the environment
    if path.parts[0].endswith(".dist-info"):
        return METADATA_KEPT.fullmatch("/".join(path.parts[1:])) is not None
    if path.suffix in SOURCE_SUFFIXES or not TEST_FOLDERS.isdisjoint(path.parts[:-1]):
        return False
    return UNUSED.match(str(path)) is None


def copy_locked(lock: Path, target: Path) -> list[Bundled]:
    """Copy every distribution of `lock` into `target`; returns what was copied, by name."""
    return [
        _copy_distribution(name, version, target)
        for name, version in sorted(locked_versions(lock).items())
    ]


def _copy_distribution(name: str, version: str, target: Path) -> Bundled:
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise BundleError(
            f"{name} {version} of the lock is not installed; nothing was packaged; run `make setup`"
        ) from None
    if distribution.version != version:
        raise BundleError(
            f"{name} {distribution.version} is installed, the lock says {version}; nothing was "
            "packaged; run `make setup`"
        )
    copied = 0
    for file in distribution.files or ():
        if not is_packaged(PurePosixPath(file)):
            continue
        source = Path(str(file.locate()))
        if file.hash is None or _record_hash(source, file.hash.mode) != file.hash.value:
            raise BundleError(
                f"{file} of {name} was changed after it was installed; nothing was packaged; "
                "remove .venv and run `make setup`"
            )
        destination = target / file
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, destination)
        copied += destination.stat().st_size
    license_name = _license(distribution.metadata)
    return Bundled(distribution.name, version, license_name, copied)


def _record_hash(path: Path, algorithm: str) -> str:
    """The digest in RECORD's spelling: URL-safe base64 without padding (PEP 427)."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, algorithm).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _license(found: metadata.PackageMetadata) -> str:
    """The licence's name: an SPDX expression, else the old field, else the classifier."""
    for key in ("License-Expression", "License"):
        if key in found and "\n" not in found[key]:
            return found[key]  # with line ends it is the whole text
    names = (text.rpartition(" :: ")[2] for text in found.get_all("Classifier") or ())
    return next((name for name in names if "License" in name), "see its licence file")


def compile_tree(target: Path, *, installed_as: str) -> None:
    """Byte-compile `target` for this Python, so that nothing is written after installation.

    The files trust their source unseen (PEP 552, unchecked hash): both belong to one package.
    Tracebacks name the path that the file will be `installed_as`.
    """
    done = compileall.compile_dir(
        str(target),
        quiet=1,
        workers=2,
        invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        stripdir=str(target),
        prependdir=installed_as,
    )
    if not done:
        raise BundleError(
            f"a file below {target} does not compile with Python {sys.version_info.major}."
            f"{sys.version_info.minor}; nothing was packaged; the lines above name it"
        )
