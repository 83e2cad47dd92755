"""`reticent-server policy show`: one version, as its author wrote it or as it was signed.

Standard output is the author's text byte for byte; facts about it go to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime

from reticent_server.commands.common import config_of, initialised, put, put_json, say
from reticent_server.commands.stores import control_of, policies_of
from reticent_server.policies.published import AuthorText
from reticent_server.policies.service import PublishedPolicy
from reticent_server.policies.texts import ShownText


def run(options: argparse.Namespace) -> int:
    data_dir = initialised(config_of(options))
    with control_of(data_dir) as control:
        policies = policies_of(control, data_dir)
        found = (
            policies.current(options.group)
            if options.number is None
            else policies.get(options.group, options.number)
        )
        has_own = options.group in policies.groups()
        shown = policies.text_of(found)
    if options.json:
        put_json(_document(found, shown))
        return 0
    if found.group != options.group:
        what = "no policy of its own for all of it yet" if has_own else "no policy of its own"
        say(f"group {options.group} has {what}; that of group {found.group} is shown")
    if options.signed or shown.text is None:
        if not options.signed:
            say(f"{shown.why}; this is what was signed")
        _put_signed(found)
    else:
        _put_text(found, shown.text)
    return 0


def _document(policy: PublishedPolicy, shown: ShownText) -> dict[str, object]:
    return {
        "group": policy.group,
        "version": policy.version,
        "sha256": policy.sha256.hex(),
        "published_s": policy.published_s,
        "publisher": policy.publisher,
        "text": None if shown.text is None else shown.text.text,
        "text_by": policy.text_by,
        "text_problem": shown.why or None,
        "document": json.loads(policy.canonical_json),
    }


def _put_text(policy: PublishedPolicy, text: AuthorText) -> None:
    say(
        f"policy {policy.version} of group {policy.group}, published {_at(policy)} by "
        f"{policy.publisher}, written by {text.author}; --signed shows what laptops get"
    )
    sys.stdout.flush()
    sys.stdout.buffer.write(text.text.encode())
    sys.stdout.buffer.flush()


def _put_signed(policy: PublishedPolicy) -> None:
    put(f"# policy {policy.version} of group {policy.group}, sha256 {policy.sha256.hex()}")
    put(f"# published {_at(policy)} by {policy.publisher}")
    import yaml

    document = json.loads(policy.canonical_json)
    yaml.safe_dump(document, sys.stdout, sort_keys=False, allow_unicode=True)


def _at(policy: PublishedPolicy) -> str:
    return f"{datetime.fromtimestamp(policy.published_s, UTC):%Y-%m-%d %H:%M} UTC"
