"""What a policy may set for a collector: the options of each table.

Must hold: an option that is not here does not exist, and a policy that sets it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reticent_contract.limits import POLICY_FILES_MAX, POLICY_PATH_CHARS_MAX
from reticent_contract.reading import At

# What the design says is never collected, whatever a policy says.
_NEVER = ("/etc/shadow", "/etc/gshadow", "/etc/ssh/", "/etc/ssl/private/", "/proc/", "/dev/")

CHANNEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()/-]*")  # of the Windows event log
DETAILS = ("site", "host", "url")  # how much of a visit is read, least first
BROWSERS = ("chrome", "edge", "brave", "chromium", "firefox", "safari")


def _read_flag(at: At, value: object) -> bool:
    return bool(at.boolean(value))


def _read_files(at: At, value: object) -> tuple[str, ...]:
    files: list[str] = []
    for i, item in enumerate(at.items(value, items_max=POLICY_FILES_MAX)):
        inside = at.at(i)
        path = inside.text(item, chars_max=POLICY_PATH_CHARS_MAX)
        if path is None:
            continue
        windows = len(path) > 2 and path[1:3] in (":\\", ":/")
        if not (path.startswith("/") or windows) or ".." in path.replace("\\", "/").split("/"):
            inside.problem("must be an absolute path without '..'")
        elif "\0" in path or "*" in path:
            inside.problem("must name one file; '*' and NUL are not allowed")
        elif path.startswith(_NEVER) or "/.ssh/" in path:
            inside.problem("names what is never collected (passwords, keys); leave it out")
        elif path in files:
            inside.problem("stands twice")
        else:
            files.append(path)
    return tuple(files)


def _read_channels(at: At, value: object) -> tuple[str, ...]:
    channels: list[str] = []
    for i, item in enumerate(at.items(value, items_max=POLICY_FILES_MAX)):
        inside = at.at(i)
        channel = inside.text(item, chars_max=POLICY_PATH_CHARS_MAX)
        if channel is None:
            continue
        if not CHANNEL.fullmatch(channel):
            inside.problem("must be the name of a channel, such as System")
        elif channel.casefold() in (known.casefold() for known in channels):
            inside.problem("stands twice")
        else:
            channels.append(channel)
    return tuple(channels)


def _read_detail(at: At, value: object) -> str:
    return at.choice(value, of=DETAILS) or DETAILS[0]


def _read_browsers(at: At, value: object) -> tuple[str, ...]:
    items = at.items(value, items_max=len(BROWSERS))
    chosen = [at.at(i).choice(item, of=BROWSERS) for i, item in enumerate(items)]
    return tuple(dict.fromkeys(browser for browser in chosen if browser is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`default` holds where it is not given; `schema`: what it takes, in JSON Schema."""

    sentence: str
    read: Callable[[At, object], object]
    default: object
    schema: Mapping[str, object]


_FILES_SCHEMA: Mapping[str, object] = {
    "type": "array",
    "items": {
        "type": "string",
        "minLength": 1,
        "maxLength": POLICY_PATH_CHARS_MAX,
        "pattern": r"^(?:/|[\s\S]:[\\/])",
        "not": {
            "anyOf": [
                {"pattern": r"(?:^|[\\/])\.\.(?:[\\/]|(?![\s\S]))"},
                {"pattern": r"[*\x00]"},
                {"pattern": f"^(?:{'|'.join(_NEVER)})"},
                {"pattern": r"/\.ssh/"},
            ]
        },
    },
    "maxItems": POLICY_FILES_MAX,
    "uniqueItems": True,
}
_NO_OPTIONS: Mapping[str, Option] = MappingProxyType({})
# By table.
OPTIONS: Mapping[str, Mapping[str, Option]] = MappingProxyType(
    {
        "log_line": MappingProxyType(
            {
                "journal": Option(
                    sentence="Whether the system's log is read: journal, or macOS's unified log.",
                    read=_read_flag,
                    default=False,
                    schema={"type": "boolean"},
                ),
                "files": Option(
                    sentence="Log files that are read, by absolute path; a missing one is none.",
                    read=_read_files,
                    default=(),
                    schema=_FILES_SCHEMA,
                ),
                "multi_line_files": Option(
                    sentence=(
                        "Log files that are read like files, but whose records may have several "
                        "lines, such as stack traces: each record becomes one row."
                    ),
                    read=_read_files,
                    default=(),
                    schema=_FILES_SCHEMA,
                ),
                "channels": Option(
                    sentence="Channels of the Windows event log that are read.",
                    read=_read_channels,
                    default=(),
                    schema={
                        "type": "array",
                        "items": {
                            "type": "string",
                            "pattern": f"^{CHANNEL.pattern}$",
                            "maxLength": POLICY_PATH_CHARS_MAX,
                        },
                        "maxItems": POLICY_FILES_MAX,
                        "uniqueItems": True,
                    },
                ),
            }
        ),
        "site_visit": MappingProxyType(
            {
                "detail": Option(
                    sentence="How much of a visit is read at all: site, host or url.",
                    read=_read_detail,
                    default=DETAILS[0],
                    schema={"enum": list(DETAILS)},
                ),
                "browsers": Option(
                    sentence="The browsers whose history is read.",
                    read=_read_browsers,
                    default=BROWSERS,
                    schema={
                        "type": "array",
                        "items": {"enum": list(BROWSERS)},
                        "maxItems": len(BROWSERS),
                        "uniqueItems": True,
                    },
                ),
            }
        ),
    }
)


def read_options(at: At, table: str, value: object) -> Mapping[str, object]:
    """Every option of the table, the given ones read, the others at their default."""
    known = OPTIONS.get(table, _NO_OPTIONS)
    given: dict[str, object] = {}
    if value is not None:
        if not known:
            at.problem(f"table {table} has no options; remove them")
        else:
            given = at.mapping(value, known=known, what="option")
    return MappingProxyType(
        {
            name: option.read(at.at(name), given[name]) if name in given else option.default
            for name, option in known.items()
        }
    )
