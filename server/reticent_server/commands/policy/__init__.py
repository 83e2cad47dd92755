"""`reticent-server policy`: everything an administrator does with a policy.

The arguments of all actions are read here, and an action's module is loaded only when it runs:
`lint`, `test` and `try` start in a tenth of a second, because they load no store without --data.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reticent_server.commands.common import add_passphrase, add_place
from reticent_server.commands.policy.arguments import SHARE_WHOLE, percent_of, reason, share_or_stop

DEFAULT_GROUP = "default"
_DRAFT = "a policy in YAML; it needs no version"


@dataclass(frozen=True, slots=True)
class Action:
    """`module`, relative to this package, has `run(options)`."""

    name: str
    module: str
    sentence: str
    arguments: Callable[[argparse.ArgumentParser], None]
    details: str = ""


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--version",
        type=int,
        metavar="N",
        dest="number",
        help="default: the newest for all of the group",
    )
    parser.add_argument(
        "--signed",
        action="store_true",
        help="what was signed and laptops get, instead of what its author wrote: without comments, "
        "and whole where the text only says what differs from another group's",
    )
    _group(parser)
    add_place(parser)


def _why(parser: argparse.ArgumentParser) -> None:
    about = "why it reveals more than what is in force, where it does; the audit trail keeps it"
    parser.add_argument("--reason", type=reason, metavar="TEXT", help=about)
    asked = "without being asked where it reveals more; --reason says as much"
    parser.add_argument("--yes", action="store_true", help=asked)


def _publish(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=f"{_DRAFT}; - for standard input")
    _group(parser)
    _share(parser)
    parser.add_argument(
        "--with-children",
        action="store_true",
        help="publish anew what extends this group's policy, too",
    )
    parser.add_argument(
        "--despite-lint",
        type=reason,
        metavar="REASON",
        help="publish although lint finds errors; the audit trail keeps the reason",
    )
    _why(parser)
    add_place(parser)


def _rollback(parser: argparse.ArgumentParser) -> None:
    _group_first(parser)
    parser.add_argument(
        "--to", type=int, required=True, metavar="N", help="the version whose text it is"
    )
    _share(parser)
    _why(parser)
    add_place(parser)


def _rollout(parser: argparse.ArgumentParser) -> None:
    _group_first(parser)
    parser.add_argument(
        "--share",
        type=share_or_stop,
        metavar="N%|stop",
        help="widen to this share, or stop: laptops that have the version keep it",
    )
    add_place(parser)


def _history(parser: argparse.ArgumentParser) -> None:
    _group(parser)
    add_place(parser)


def _lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=f"{_DRAFT}; - for standard input")
    _extended(parser)


def _diff(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("a", metavar="A", help="a file, GROUP@VERSION, GROUP@in-force or in-force")
    parser.add_argument("b", metavar="B", help="the same")
    _group(parser)
    add_place(parser)


def _try(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--policy", metavar="FILE", help="default: the policy of a new server")
    parser.add_argument(
        "--field",
        default="log_line.message",
        metavar="TABLE.FIELD",
        help="whose rule the lines go through (default: log_line.message); of a field that holds "
        'lists, such as network_interface.ip_addresses, a line that is a list in JSON, ["a", "b"], '
        "is the list, and any other one element",
    )
    parser.add_argument(
        "--rows",
        action="store_true",
        help='lines are rows: {"usb.snapshot": {"serial": "4C53"}}; so are those that come out',
    )
    parser.add_argument(
        "--show",
        action="store_true",
        help="not redacted: each line as you gave it, with what was found in it marked by detector "
        "and tier, e.g. [ipv4/A:203.0.113.7]; as far as the field has room, then <cut>; with "
        "--rows in each text of the row",
    )
    parser.add_argument(
        "--learn",
        type=Path,
        metavar="FILE",
        help="rows, as --rows takes them, that the laptop would know of itself",
    )
    _extended(parser)


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=f"{_DRAFT}; - for standard input")
    _extended(parser)


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("field", metavar="TABLE.FIELD", help="e.g. session.user_name")
    parser.add_argument("--policy", metavar="FILE", help=_DRAFT)
    parser.add_argument("--group", help="of this device group alone (default: all that have one)")
    add_place(parser)


def _seal_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("new",), help="make a new pair")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="where the private half is written"
    )
    parser.add_argument(
        "--kind",
        choices=("x25519", "p256"),
        default="x25519",
        help="the curve (default: x25519; p256 where rules ask for NIST's)",
    )
    add_passphrase(parser)
    _json(parser)


def _sign(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a policy in YAML, with its version")
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="Ed25519 private key, PEM")
    parser.add_argument(
        "--unsigned",
        action="store_true",
        help="write what is to be signed, for a signer that holds the key elsewhere",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PREFIX", help="what both files begin with"
    )
    add_place(parser)


def _verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "canonical", type=Path, metavar="JSON", help="PREFIX.json, which sign wrote"
    )
    parser.add_argument("signature", type=Path, metavar="SIG", help="PREFIX.sig, which sign wrote")
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="the signer's public or private key, PEM (default: of --data)",
    )
    add_place(parser)


def _group(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--group", default=DEFAULT_GROUP, help="device group (default: default)")


def _group_first(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "group",
        nargs="?",
        default=DEFAULT_GROUP,
        metavar="GROUP",
        help="device group (default: default)",
    )


def _share(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--share",
        type=percent_of,
        default=SHARE_WHOLE,
        metavar="N%",
        help="only to this share of the group at first (default: 100%%)",
    )


def _extended(parser: argparse.ArgumentParser) -> None:
    """The place of a server, for drafts that extend what is in force there."""
    add_place(parser)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


ACTIONS = (
    Action(
        "show",
        ".show",
        "print a version as its author wrote it, comments and all",
        _show,
        "Standard output is the author's file byte for byte, so that it can be changed and "
        "published again; facts about it go to standard error. A version of which no text is kept "
        "is printed as it was signed. --json has both.",
    ),
    Action(
        "publish",
        ".publish",
        "check, sign and publish a YAML file",
        _publish,
        "Lint looks at it first: what it finds is printed, and an error stops it, unless "
        "--despite-lint says why it is published all the same. What it reveals that the policy in "
        "force does not is printed and asked for, unless --yes or --reason is given. The file is "
        "kept with its comments beside what is signed, for `show`; laptops never get it.",
    ),
    Action(
        "rollout",
        ".rollout",
        "show, widen or stop what is on its way",
        _rollout,
        "Without --share: how many of the group's laptops run its newest version, an older one, "
        "refused it (and why) or are silent.",
    ),
    Action(
        "rollback",
        ".publish",
        "publish an older text as a new version",
        _rollback,
        "Agents never go back to an older version; this is the way back all the same. The text "
        "keeps its author's comments.",
    ),
    Action(
        "history",
        ".history",
        "list versions, who wrote and published them, and which laptops run them",
        _history,
    ),
    Action(
        "lint",
        ".lint",
        "find what is dead, contradictory or gives somebody away",
        _lint,
        "Exit code 0: no finding of severity error. 1: at least one, or the policy is refused.",
    ),
    Action(
        "test",
        ".carried_tests",
        "run the tests that a policy carries",
        _test,
        "One line a test: what became of each value, by which rule; where it fails, which field, "
        "what was expected and what came. Exit code 1: a test fails.",
    ),
    Action(
        "explain",
        ".explain",
        "say which rule decides over a field, where it stands, and why",
        _explain,
        "Of a file with --policy, of the groups' policies in force with --data or --group, else of "
        "the policy that a new server starts with.",
    ),
    Action(
        "sign",
        ".sign",
        "sign a policy into two files, where its key lies",
        _sign,
        "PREFIX.json holds the canonical bytes, PREFIX.sig the signature (or PREFIX.tbs what an "
        "Ed25519 signer is to sign). The key is that of "
        "--key-file, else the policy key of the server in --data.",
    ),
    Action(
        "verify",
        ".sign",
        "check what sign wrote, as a laptop does",
        _verify,
        "Signature, canonical bytes, language, dates and the tests that the policy carries.",
    ),
    Action(
        "schema",
        ".schema",
        "print the JSON Schema of the language, for editors",
        _json,
        "Kept beside a policy that begins with the comment "
        "`# yaml-language-server: $schema=policy.schema.json`, it makes an editor complete words "
        "and say what each does.",
    ),
    Action(
        "try",
        ".trial",
        "redact lines of standard input by a policy, without any server",
        _try,
        "One output line for each input line, in order; where nothing leaves it is empty, and "
        "counted on standard error at the end: kept as it was, redacted, cut (too long for the "
        "field), dropped, failed. Pseudonyms are made with keys that are random for "
        "each run. With --json each output line is an object with text (with --rows: row) and "
        "outcome, and with --show also found: start and end of each finding count characters of "
        "the line that you gave, from 0, end not included; text is the redacted line. Of a list "
        "each element goes through the rule; what leaves of it is a list in JSON, and its outcome "
        "that of the worst element. What was found in one has element, its number from 0, and in a "
        "row also field: then start and end count characters of that value. A line "
        "that --rows cannot read is named on standard error.",
    ),
    Action(
        "diff",
        ".diff",
        "say in words what B reveals that A does not",
        _diff,
        "The most sensitive change first: + reveals more, - less, = neither. With --data it says "
        "how many devices and people of the group are concerned.",
    ),
    Action(
        "seal-key",
        ".seal_key",
        "make the privacy officer's key pair, for `seal`",
        _seal_key,
        "On the officer's own machine. The public half is printed, as the line for the policy; the "
        "private one is written to --out, under a passphrase, for `unseal`.",
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action in ACTIONS:
        action.arguments(
            actions.add_parser(
                action.name,
                help=action.sentence,
                description=_begun(f"{action.sentence}. {action.details}".strip()),
            )
        )


def _begun(sentence: str) -> str:
    """With a capital; `capitalize` would make `YAML` small."""
    return sentence[0].upper() + sentence[1:]


def run(options: argparse.Namespace) -> int:
    action = next(action for action in ACTIONS if action.name == options.action)
    module = importlib.import_module(action.module, __name__)
    code: int = module.run(options)
    return code
