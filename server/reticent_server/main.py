"""`reticent-server`: one program, a module under `commands/` for each of its commands.

Exit codes: 0 done; 1 it failed, the message says why; 2 the command line was wrong; 3 `doctor`
or `audit verify` found a problem; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from reticent_contract.full_disk import given_up, is_full

from reticent_server import __version__
from reticent_server.errors import ServerError

DONE, FAILED, INTERRUPTED = 0, 1, 130
COLLECT_AFTER = (100_000, 50, 1_000)  # see ingest/DECISIONS.md, "Garbage is collected rarely"
EPILOG = """\
exit codes:
  0  done
  1  failed; the message says what happened, what holds, what to do next
  2  the command line was wrong
  3  doctor or audit verify found a problem
  130  stopped by Ctrl-C
"""


@dataclass(frozen=True, slots=True)
class Command:
    """A name and its sentence; the module of that name has `add_arguments` and `run`."""

    name: str
    sentence: str


COMMANDS = (
    Command("init", "make keys, stores and the default policy in a data directory"),
    Command("run", "run the server until it is told to stop"),
    Command("demo", "run a server with this machine as its first laptop"),
    Command("query", "search events, e.g. 'kind:session.logon since:7d'"),
    Command("export", "write events to a file, for another program"),
    Command("token", "make, list and revoke enrolment tokens"),
    Command("device", "list devices, decide on them, write down whose they are"),
    Command("user", "add, list, unlock and disable accounts, set roles, end their sessions"),
    Command("role", "list, show, make, change and remove roles"),
    Command("approval", "list what waits for a second person, and decide on it"),
    Command("request", "handle what persons ask about their own data: access and erasure"),
    Command("policy", "check, compare, try, sign and publish policies"),
    Command("ca", "see, renew and bring the keys that certificates are signed with"),
    Command("keys", "list, rotate and destroy the keys of pseudonyms"),
    Command("audit", "read, export and verify the record of who did and saw what"),
    Command("support-bundle", "show, agree on and seal what the vendor may see of this server"),
    Command("unseal", "open sealed values offline, with the privacy officer's key"),
    Command("doctor", "check this installation and say how to mend it"),
)


def parser_of(names: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser; with `names` only these commands' modules are loaded for their arguments."""
    parser = argparse.ArgumentParser(
        prog="reticent-server",
        description="Endpoint telemetry that says only what a signed policy lets it say.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"reticent-server {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = commands.add_parser(
            command.name, help=command.sentence, description=command.sentence.capitalize() + "."
        )
        if names is None or command.name in names:
            importlib.import_module(_module(command.name)).add_arguments(one)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    gc.set_threshold(*COLLECT_AFTER)
    given = list(sys.argv[1:] if arguments is None else arguments)
    # The event store's engine takes a second to load: only the commands that need it pay.
    options = parser_of([g for g in given if not g.startswith("-")][:1]).parse_args(given)
    module = importlib.import_module(_module(options.command))
    try:
        code: int = module.run(options)
        sys.stdout.flush()  # here it can still be told; at the end of the program it cannot
    except ServerError as error:
        report(str(error), as_json=getattr(options, "json", False))
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()  # `| head` has what it wanted
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if not is_full(error):
            raise
        report(given_up(error), as_json=getattr(options, "json", False))
        return FAILED
    return code


def _module(command: str) -> str:
    return f"{__package__}.commands.{command.replace('-', '_')}"


def report(message: str, *, as_json: bool) -> None:
    """An error, on standard error in both forms."""
    line = json.dumps({"error": message}) if as_json else f"reticent-server: {message}"
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
