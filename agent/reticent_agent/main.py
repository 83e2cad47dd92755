"""`reticent-agent`: enrol, run, preview, sent, consent, session, status, doctor, uninstall."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from reticent_contract import limits
from reticent_contract.full_disk import given_up, is_full

from reticent_agent import __version__, log
from reticent_agent.config import DEFAULT_DATA_DIR, DEFAULT_PATH, Config, load_config
from reticent_agent.errors import AgentError

# What runs on, and says by its log what it does.
SERVICES = ("run", "session")
EXIT_ERROR = 1
_COMMANDS = {
    "enrol": "get an identity from the server, once",
    "run": "collect, redact and stream until stopped; enrols first if a token is configured",
    "preview": "this laptop's rows before and after redaction, and by which rule; nothing is sent",
    "sent": "the last batches exactly as they left this laptop",
    "consent": "what the policy asks you to agree to; give or withdraw a table",
    "session": "the helper in a person's session that sees which application is in front",
    "status": "where the agent stands",
    "doctor": "look for what is wrong, with hints",
    "uninstall": "end the agent here for good: what it keeps is deleted, and the server is told",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 after an error that was told on standard error."""
    options = _parser().parse_args(arguments)
    try:
        config = load_config(
            options.config,
            {
                "data_dir": options.data,
                "token": _token_of(options),
                "token_file": options.token_file,
                "proxy": options.proxy,
                "log_level": options.log_level,
                "file_root": options.file_root,
            },
        )
        code = _run(options, config)
        sys.stdout.flush()  # here it can still be told; at the end of the program it cannot
        return code
    except AgentError as error:
        sys.stderr.write(f"reticent-agent: {error}\n")
        return EXIT_ERROR
    except (KeyboardInterrupt, BrokenPipeError):
        return EXIT_ERROR
    except OSError as error:
        if not is_full(error) or options.command in SERVICES:
            raise
        sys.stderr.write(f"reticent-agent: {given_up(error)}\n")
        return EXIT_ERROR


def _run(options: argparse.Namespace, config: Config) -> int:
    """Each command imports what it needs: `status` must not pay for gRPC."""
    # A person who did not ask for more gets the command's own sentences, and no JSON between them.
    quiet = options.command not in SERVICES and options.log_level is None
    log.configure("warning" if quiet and config.log_level == "info" else config.log_level)
    if options.command == "run":
        from reticent_agent.commands import run

        return run.run(config)
    if options.command == "session":
        from reticent_agent.session import helper

        return helper.run(config)
    if options.command == "enrol":
        from reticent_agent.commands import enrol

        return enrol.run(config, replace=options.replace, as_json=options.json)
    if options.command == "preview":
        from reticent_agent.report import preview

        return preview.run(config, as_json=options.json)
    if options.command == "sent":
        from reticent_agent.report import sent

        return sent.run(config, as_json=options.json)
    if options.command == "consent":
        from reticent_agent.commands import consent

        return consent.run(config, action=options.action, table=options.table, as_json=options.json)
    if options.command == "status":
        from reticent_agent.report import show_status

        return show_status.run(config, as_json=options.json)
    if options.command == "uninstall":
        from reticent_agent.commands import uninstall

        return uninstall.run(config, yes=options.yes, as_json=options.json)
    from reticent_agent.report import doctor

    return doctor.run(config, as_json=options.json)


def _token_of(options: argparse.Namespace) -> str | None:
    """The token on the command line; it stands before any configured one."""
    token: str | None = getattr(options, "token", None)
    return sys.stdin.readline(limits.TOKEN_CHARS_MAX) if token == "-" else token  # noqa: S105 - a dash


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="reticent-agent",
        description="Collects what the signed policy of your organisation lets it collect.",
    )
    parser.add_argument("--version", action="version", version=f"reticent-agent {__version__}")
    _common(parser, default=None)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, sentence in _COMMANDS.items():
        command = commands.add_parser(name, help=sentence, description=sentence)
        _common(command, default=argparse.SUPPRESS)
        if name not in ("run", "session"):
            command.add_argument("--json", action="store_true", help="for programs")
        if name == "consent":
            command.add_argument(
                "action",
                nargs="?",
                choices=("list", "give", "withdraw"),
                default="list",
                help="list what is asked and what you said (default), agree, or take it back",
            )
            command.add_argument("table", nargs="?", help="the table that it is about")
        if name == "uninstall":
            command.add_argument("--yes", action="store_true", help="without being asked")
        if name == "enrol":
            command.add_argument(
                "token", nargs="?", help="the enrolment token; - reads it from standard input"
            )
            command.add_argument(
                "--replace",
                action="store_true",
                help="give up the present identity: a new device with a new key",
            )
    return parser


def _common(parser: argparse.ArgumentParser, *, default: object) -> None:
    """Flags that may stand before or after the command."""
    parser.add_argument(
        "--data", type=Path, default=default, help=f"data directory ({DEFAULT_DATA_DIR})"
    )
    parser.add_argument(
        "--config", type=Path, default=default, help=f"configuration ({DEFAULT_PATH})"
    )
    parser.add_argument(
        "--token-file", type=Path, default=default, help="file with the enrolment token"
    )
    parser.add_argument(
        "--proxy", default=default, help="http://host:port, or none; default: from the environment"
    )
    parser.add_argument("--log-level", default=default, help="debug, info, warning, error")
    parser.add_argument("--file-root", type=Path, default=default, help=argparse.SUPPRESS)


if __name__ == "__main__":
    sys.exit(main())
