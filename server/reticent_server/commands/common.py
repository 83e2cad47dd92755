"""What the commands share: where the data lies, and how results are printed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from reticent_server.config import ServerConfig, load_config
from reticent_server.data_dir import is_initialised
from reticent_server.errors import NotInitialisedError, ServerError

DEFAULT_CONFIG = Path("/etc/reticent/server.toml")
CONFIG_NAME = "server.toml"  # in a data directory


def add_place(parser: argparse.ArgumentParser, *, with_json: bool = True) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="the server's data directory")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help=f"configuration, which names the data directory (default: {DEFAULT_CONFIG})",
    )
    if with_json:
        parser.add_argument("--json", action="store_true", help="print JSON")


def config_of(options: argparse.Namespace, **flags: object) -> ServerConfig:
    """The configuration of this command line. Raises ConfigError.

    Read from --config; else from what `init` wrote into the data directory; else from the usual
    place.
    """
    path: Path | None = options.config
    if path is None:
        usual = DEFAULT_CONFIG if options.data is None else options.data / CONFIG_NAME
        path = usual if usual.exists() else None
    return load_config(path, data_dir=options.data, **flags)


def initialised(config: ServerConfig) -> Path:
    """The data directory. Raises NotInitialisedError where `init` never ran there."""
    if not is_initialised(config.data_dir):
        raise NotInitialisedError(
            f"{config.data_dir} holds no Reticent server; nothing was done; run "
            f"`reticent-server init --data {config.data_dir}`, or name another with --data"
        )
    return config.data_dir


def say(text: str) -> None:
    """For people, on standard error: standard output is for results."""
    sys.stderr.write(text + "\n")


def put(text: str) -> None:
    sys.stdout.write(text + "\n")


def minute_of(time: str) -> str:
    """`2026-11-27 15:33` of an RFC 3339 time in UTC; what shows it says that it is UTC."""
    return time[:16].replace("T", " ")


def is_agreed(question: str, *, unchanged: str) -> bool:
    """Whether somebody types yes, where somebody can be asked. Raises ServerError elsewhere.

    `unchanged`: as in "nothing was destroyed".
    """
    if not sys.stdin.isatty():
        raise ServerError(f"nobody can be asked here; {unchanged}; add --yes where it is meant")
    sys.stderr.write(f"{question} Type yes: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() == "yes"


def put_json(value: object) -> None:
    put(json.dumps(value, ensure_ascii=False))


def put_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns two spaces apart, each as wide as its widest cell; the last is never padded."""
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(heads), *cleaned]) for i in range(len(heads))]
    for row in [list(heads), *cleaned]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        put("  ".join(cells).rstrip())


def count_of(number: int, what: str) -> str:
    """`1 line`, `2 lines`"""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def one_line(text: str) -> str:
    """What a laptop sent must not move the cursor or colour the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="its first line, instead of asking"
    )
