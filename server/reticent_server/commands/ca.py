"""`reticent-server ca`: the keys that certificates are signed with.

The root's key signs issuing certificates and nothing else, once in two years: `export-root` puts it
into an encrypted file for a safe, `renew` takes it from there. `renew-root` begins to exchange the
root for another one, `show` says which laptops do not trust that yet, `drop-root` ends it. A
customer's own intermediate comes by `import`. A running server takes over within a minute; open
streams go on.
"""

from __future__ import annotations

import argparse
import getpass
import hashlib
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization

from reticent_server.commands.common import (
    add_place,
    config_of,
    initialised,
    put_json,
    put_table,
    say,
)
from reticent_server.commands.stores import LOCAL, audit_of, control_of
from reticent_server.config import ServerConfig
from reticent_server.errors import ServerError

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    from reticent_server.enrolment.pinned import Behind

PASSPHRASE_CHARS_MIN = 12
_FILE_BYTES_MAX = 1 << 20
_NAMED_MAX = 50  # laptops that a command lists; of the rest it gives the number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    show = actions.add_parser("show", help="what laptops pin, what issues, and where the keys are")
    export = actions.add_parser("export-root", help="put the root's key into an encrypted file")
    export.add_argument("file", type=Path, help="a file that is not there yet")
    export.add_argument(
        "--remove", action="store_true", help="take the key off this machine afterwards"
    )
    renew = actions.add_parser(
        "renew",
        help="put a new issuing key in force; of a PKCS #11 token, the key that [ca] names, which "
        "may be the same",
    )
    renew.add_argument(
        "--root", type=Path, metavar="FILE", help="of `export-root`, where the key is not here"
    )
    renew.add_argument(
        "--distrust-former",
        action="store_true",
        help="the key of before was stolen: laptops with certificates of it must enrol again; in a "
        "PKCS #11 token, name another key first",
    )
    renew_root = actions.add_parser(
        "renew-root",
        help="begin to exchange the root: laptops are given a new one, and go on meanwhile",
    )
    renew_root.add_argument(
        "--root", type=Path, metavar="FILE", help="the present one, where its key is not here"
    )
    drop_root = actions.add_parser(
        "drop-root", help="end that: the root of before is trusted no longer"
    )
    drop_root.add_argument(
        "--force",
        action="store_true",
        help="although some laptops have not said that they trust the new one: they enrol again",
    )
    bring = actions.add_parser("import", help="issue by an intermediate certificate of your own")
    bring.add_argument(
        "chain",
        type=Path,
        help="PEM: the issuing certificate first, last the one that laptops pin",
    )
    bring.add_argument("--key", type=Path, metavar="FILE", help="its key; none where [ca] names it")
    for action in (export, renew, renew_root, bring):
        action.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help="read the passphrase there instead of asking",
        )
    for action in (show, export, renew, renew_root, drop_root, bring):
        add_place(action)


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    initialised(config)
    match options.action:
        case "show":
            return _show(options, config)
        case "export-root":
            return _export_root(options, config)
        case "renew":
            return _renew(options, config)
        case "renew-root":
            return _renew_root(options, config)
        case "drop-root":
            return _drop_root(options, config)
    return _import(options, config)


def _show(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_server.ca.issuing import load_issuing, root_key_path

    issuing = load_issuing(config.data_dir, token=config.ca)
    rows = [_row("pinned by laptops", issuing.anchor)]
    if issuing.next_root is not None:
        rows.append(_row("pinned next", issuing.next_root))
    rows += [_row("issuing" if n == 0 else "between", c) for n, c in enumerate(issuing.chain)]
    rows += [_row("issuing before", c) for c in issuing.former]
    keys = {
        "issuing_key": "PKCS #11 token" if issuing.in_token else "file",
        "root_key": "here" if root_key_path(config.data_dir).exists() else "not here",
    }
    behind = None if issuing.next_root is None else _behind(config, issuing.next_root)
    if options.json:
        exchange = None if behind is None else _exchange(behind)
        put_json({"certificates": rows, **keys, "exchange": exchange})
        return 0
    columns = ("what", "subject", "until", "SHA-256")
    put_table(columns, [[str(value) for value in row.values()] for row in rows])
    say(f"The issuing key is in a {keys['issuing_key']}; the root's key is {keys['root_key']}.")
    if behind is not None:
        say(
            f"The root is being exchanged: {_left(behind)}. `reticent-server ca drop-root` ends it."
        )
        for line in _named(behind):
            say(line)
    return 0


def _row(what: str, certificate: x509.Certificate) -> dict[str, Any]:
    der = certificate.public_bytes(serialization.Encoding.DER)
    return {
        "what": what,
        "subject": certificate.subject.rfc4514_string(),
        "until": certificate.not_valid_after_utc.strftime("%Y-%m-%d"),
        "sha256": hashlib.sha256(der).hexdigest(),
    }


def _export_root(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_server.ca.root_file import export_root, remove_root

    passphrase = _passphrase(options, new=True)
    export_root(config.data_dir, options.file, passphrase=passphrase)
    if options.remove:
        remove_root(config.data_dir, options.file, passphrase=passphrase)
    _record(config, "ca.export_root", "removed here" if options.remove else "still here")
    where = "and is no longer here" if options.remove else "and is still here as well"
    _done(
        options,
        {"file": str(options.file), "removed": options.remove},
        f"The root's key is in {options.file}, encrypted, {where}. Keep file and passphrase apart; "
        "a disk may hold traces of a removed file.",
    )
    return 0


def _renew(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_server.ca.renewing import renew_issuing

    certificate = renew_issuing(
        config.data_dir,
        root_key=_root_key(options, config),
        now_s=time.time(),
        token=config.ca,
        trust_former=not options.distrust_former,
    )
    row = _row("issuing", certificate)
    note = (
        "the one of before distrusted" if options.distrust_former else "the one of before trusted"
    )
    _record(config, "ca.renew", f"SHA-256 {row['sha256'][:16]}; {note}")
    _done(options, row, f"{row['subject']} issues until {row['until']}; {note}. {_WHEN}")
    return 0


def _root_key(options: argparse.Namespace, config: ServerConfig) -> ec.EllipticCurvePrivateKey:
    from reticent_server.ca.issuing import root_key
    from reticent_server.ca.root_file import read_root

    if options.root is None:
        return root_key(config.data_dir)
    return read_root(options.root, passphrase=_passphrase(options, new=False))


def _renew_root(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_server.ca.exchange import renew_root

    issuing = renew_root(
        config.data_dir,
        root_key=_root_key(options, config),
        now_s=time.time(),
        token=config.ca,
    )
    row = _row("pinned next", issuing.root)
    _record(config, "ca.renew_root", f"SHA-256 {row['sha256'][:16]} beside the one of before")
    _done(
        options,
        row,
        f"A new root is in force beside the one of before. {_WHEN} Laptops are given it when they "
        "renew their certificate, those that are on within 8 days; `reticent-server ca show` says "
        "which have not said so, and `ca drop-root` ends it. The new root's key is here: "
        "`ca export-root` takes it to a safe. A key of the root of before was deleted here.",
    )
    return 0


def _drop_root(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_server.ca.exchange import drop_root, under_way
    from reticent_server.ca.issuing import load_issuing

    behind = _behind(config, under_way(load_issuing(config.data_dir, token=config.ca)))
    if behind.anybody and not options.force:
        raise ServerError(
            f"{_left(behind)}; nothing was changed; wait until they have renewed, or run this with "
            "--force, and they have to enrol again with new tokens\n" + "\n".join(_named(behind))
        )
    issuing = drop_root(config.data_dir, token=config.ca)
    row = _row("pinned by laptops", issuing.anchor)
    _record(config, "ca.drop_root", f"SHA-256 {row['sha256'][:16]} alone", reason=_left(behind))
    _done(
        options,
        {**row, "exchange": _exchange(behind)},
        f"The root of before is trusted no longer; {_left(behind)}. {_WHEN}",
    )
    return 0


def _behind(config: ServerConfig, root: x509.Certificate) -> Behind:
    from reticent_server.ca.exchange import begun_s
    from reticent_server.enrolment.pinned import left_behind

    with control_of(config.data_dir) as control:
        return left_behind(control, root, begun_s=begun_s(root), now_s=time.time())


def _exchange(behind: Behind) -> dict[str, Any]:
    return {
        "laptops": behind.laptops,
        "left_behind": len(behind.device_ids),
        "device_ids": [str(one) for one in behind.device_ids[:_NAMED_MAX]],
        "tokens": behind.tokens,
    }


def _left(behind: Behind) -> str:
    return (
        f"{len(behind.device_ids)} of {behind.laptops} laptops have not said that they trust the "
        f"new root, and {behind.tokens} enrolment tokens that are still good name the one of before"
    )


def _named(behind: Behind) -> list[str]:
    lines = [str(one) for one in behind.device_ids[:_NAMED_MAX]]
    more = len(behind.device_ids) - len(lines)
    return [*lines, f"and {more} more"] if more else lines


def _import(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_server.ca.brought import bring_issuing
    from reticent_server.ca.issuing import certificates_of
    from reticent_server.enrolment.pinned import nobody_pins

    try:
        chain = certificates_of(_read(options.chain))
    except ValueError as error:
        raise ServerError(
            f"{options.chain} has no certificates that can be read; nothing was changed; give a "
            "PEM file"
        ) from error
    key = None if options.key is None else _key(options)
    with control_of(config.data_dir) as control:
        issuing = bring_issuing(
            config.data_dir,
            chain=chain,
            key=key,
            token=config.ca,
            names=config.certificate_names,
            clock=time.time,
            may_change_anchor=nobody_pins(control, now_s=time.time()),
        )
    row = _row("issuing", issuing.certificate)
    _record(config, "ca.import", f"SHA-256 {row['sha256'][:16]}")
    _done(
        options,
        row,
        f"{row['subject']} issues until {row['until']}; laptops pin "
        f"{issuing.anchor.subject.rfc4514_string()}. {_WHEN}",
    )
    return 0


_WHEN = "A running server takes over within a minute."


def _key(options: argparse.Namespace) -> Any:
    data = _read(options.key)
    encrypted = b"ENCRYPTED" in data.partition(b"\n")[0]
    passphrase = _passphrase(options, new=False) if encrypted else None
    try:
        return serialization.load_pem_private_key(data, passphrase)
    except (ValueError, TypeError) as error:
        raise ServerError(
            f"{options.key} cannot be read as a PEM key, or the passphrase is another; nothing "
            "was changed"
        ) from error


def _passphrase(options: argparse.Namespace, *, new: bool) -> bytes:
    if options.passphrase_file is not None:
        text = _read(options.passphrase_file).decode("utf-8", "replace").strip("\r\n")
    elif sys.stdin.isatty():
        text = getpass.getpass("Passphrase: ")
        if new and getpass.getpass("Once more: ") != text:
            raise ServerError("the two passphrases differ; nothing was changed; try again")
    else:
        raise ServerError(
            "there is no terminal to ask for the passphrase; nothing was changed; name a file "
            "that holds it with --passphrase-file"
        )
    if new and len(text) < PASSPHRASE_CHARS_MIN:
        raise ServerError(
            f"the passphrase is shorter than {PASSPHRASE_CHARS_MIN} characters; nothing was "
            "changed; take a longer one"
        )
    return text.encode()


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_FILE_BYTES_MAX)
    except OSError as error:
        raise ServerError(
            f"{path} cannot be read ({error.strerror}); nothing was changed"
        ) from error


def _record(config: ServerConfig, action: str, what: str, *, reason: str = "") -> None:
    with control_of(config.data_dir) as control:
        audit_of(control).record(actor=LOCAL, action=action, object=what, reason=reason)


def _done(options: argparse.Namespace, document: dict[str, Any], sentence: str) -> None:
    if options.json:
        put_json(document)
    else:
        say(sentence)
