"""The Python code that protoc makes from proto/, beside the .proto files.

`--check` makes it in a temporary folder and compares instead of writing.
"""

import argparse
import filecmp
import os
import shutil
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

PROTO = Path(__file__).resolve().parent.parent / "proto"
SOURCES = tuple(sorted((PROTO / "reticent_contract" / "v1").glob("*.proto")))
SUFFIXES = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")


class GenerateError(Exception):
    """protoc refused; the committed code is unchanged."""


def generate(target: Path) -> None:
    """Run protoc with the plugins of this interpreter's environment into `target`."""
    search = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    plugins = []
    for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc"):
        found = shutil.which(name, path=search)
        if found is None:
            raise GenerateError(f"{name} is not installed; nothing was made; run `make setup`")
        plugins.append(f"--plugin={name}={found}")
    outputs = [f"--{kind}_out={target}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")]
    names = [str(source.relative_to(PROTO)) for source in SOURCES]
    status = protoc.main(["protoc", f"-I{PROTO}", *plugins, *outputs, *names])
    if status:
        raise GenerateError(f"protoc ended with status {status}; correct the file it names above")


def stale_files() -> list[str]:
    """The generated files that differ from what the .proto files make, by path below proto/."""
    with tempfile.TemporaryDirectory(prefix="reticent-protoc-") as directory:
        fresh = Path(directory)
        generate(fresh)
        made = {path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()}
        kept = {
            path.relative_to(PROTO)
            for path in PROTO.rglob("*")
            if path.is_file() and path.name.endswith(SUFFIXES)
        }
        differing = {
            path
            for path in made & kept
            if not filecmp.cmp(fresh / path, PROTO / path, shallow=False)
        }
        return sorted(str(path) for path in (made ^ kept) | differing)


def main() -> int:
    """Write the code, or with --check say what is not current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    arguments = parser.parse_args()
    try:
        if not arguments.check:
            generate(PROTO)
            print(f"generated from {len(SOURCES)} .proto files")
            return 0
        stale = stale_files()
    except GenerateError as problem:
        print(problem, file=sys.stderr)
        return 1
    if stale:
        print(f"not current: {', '.join(stale)}; run `make generate`", file=sys.stderr)
        return 1
    print("generated code is current")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
