"""`reticent-server support-bundle`: shown, agreed to by a second person, sealed for the vendor.

    make    gathers a bundle, keeps it in DATA/support, and prints the exact text
    seal    asks for the second person, who is shown the same text; once somebody has agreed, seals
            just that text to the vendor's public key and writes it to a file

Both are in the audit trail. The vendor opens the file with `reticent-server unseal --key FILE`. A
bundle that was made and not sealed is deleted by the next `make` after a week.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reticent_server.ca.files import sync_folder, write_new
from reticent_server.commands.common import add_place, config_of, initialised, put, put_json, say
from reticent_server.config import ServerConfig
from reticent_server.errors import ServerError
from reticent_server.limits import BUNDLE_BYTES_MAX, BUNDLE_LOG_LINES_MAX
from reticent_server.support import keeping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    make = actions.add_parser("make", help="gather a bundle, and print its exact text")
    make.add_argument("--log", metavar="FILE", help="the server's log, for its events; - for input")
    make.set_defaults(call=_make)
    seal = actions.add_parser("seal", help="seal a bundle for the vendor, once somebody agreed")
    seal.add_argument("bundle", metavar="BUNDLE", help="its ID, as `make` printed it")
    seal.add_argument("--vendor-key", required=True, metavar="KEY", help="x25519:… or p256:…")
    seal.add_argument("--reason", required=True, help="for the second person and the audit trail")
    seal.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new file")
    seal.set_defaults(call=_seal)
    for one in (make, seal):
        add_place(one)


def run(options: argparse.Namespace) -> int:
    config = config_of(options)
    initialised(config)
    code: int = options.call(options, config)
    return code


def _make(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_server.commands.stores import LOCAL, audit_of, control_of

    text = _gathered(config, _log_lines(options.log))
    bundle = keeping.keep(keeping.folder_of(config.data_dir), text)
    with control_of(config.data_dir) as control:
        audit_of(control).record(actor=LOCAL, action="support.make", object=keeping.name_of(bundle))
    if options.json:
        put_json({"bundle": bundle, "text": text})
        return 0
    put(text)
    say(f"bundle {bundle}: the text above, all of it; nothing has left this machine")
    return 0


def _seal(options: argparse.Namespace, config: ServerConfig) -> int:
    from reticent_contract.redact.sealed import SealError, parse_seal_key, sealer

    from reticent_server.approvals.subjects import bundle_subject
    from reticent_server.auth.tokens import local_caller
    from reticent_server.commands.stores import LOCAL, approvals_of, audit_of, control_of

    text = keeping.kept(keeping.folder_of(config.data_dir), options.bundle)
    try:
        key = parse_seal_key(options.vendor_key)
    except SealError as error:
        raise ServerError(f"--vendor-key: {error}; nothing was sealed; ask the vendor") from None
    subject = bundle_subject(keeping.name_of(options.bundle), text, key=str(key))
    sealed = (sealer(key, keeping.PLACE)(text) + "\n").encode()
    with control_of(config.data_dir) as control, _place_for(options.out, len(sealed)) as fill:
        approvals = approvals_of(control, config)
        used = approvals.use_or_ask(subject, reason=options.reason, caller=local_caller())
        fill(sealed)
        audit_of(control).record(
            actor=LOCAL,
            action="support.seal",
            object=keeping.sealed_as(options.bundle, key.key_id, used.request_id),
            reason=used.reason,
        )
    if options.json:
        put_json({"bundle": options.bundle, "file": str(options.out), "key": key.key_id})
    else:
        say(f"sealed for key {key.key_id} in {options.out}; give that file to the vendor")
    return 0


def _gathered(config: ServerConfig, log: Iterable[str]) -> str:
    # Each loads what most commands do without.
    from reticent_server.commands.checks import check_all
    from reticent_server.commands.client import running_server
    from reticent_server.commands.stores import control_of
    from reticent_server.devices.service import DeviceService
    from reticent_server.erasure.service import ErasureService
    from reticent_server.retention.cuts import Cuts
    from reticent_server.support.counting import counts_of
    from reticent_server.support.gathering import Gathering

    server = running_server(config.data_dir)
    metrics = b"" if server is None else b"".join(server.stream("/metrics", {}))
    with control_of(config.data_dir) as control:
        devices = DeviceService(control)
        counts = counts_of(
            devices,
            ErasureService(control, devices),
            Cuts(control, clock=time.time),
            server_runs=server is not None,
        )
    verdicts = [(finding.check, finding.state) for finding in check_all(config)]
    text = Gathering().bundle(
        config,
        counts=counts,
        verdicts=verdicts,
        metrics=metrics.decode(),
        log=log,
        now_s=time.time(),
    )
    if len(text.encode()) > BUNDLE_BYTES_MAX:
        raise ServerError(
            f"the bundle is larger than {BUNDLE_BYTES_MAX >> 10} KiB; nothing was kept; give a "
            "shorter log, or none"
        )
    return text


def _log_lines(name: str | None) -> list[str]:
    """The newest BUNDLE_LOG_LINES_MAX."""
    if name is None:
        return []
    try:
        if name == "-":
            return list(deque(sys.stdin, BUNDLE_LOG_LINES_MAX))
        with Path(name).open(encoding="utf-8", errors="replace") as lines:
            return list(deque(lines, BUNDLE_LOG_LINES_MAX))
    except OSError as error:
        raise ServerError(
            f"{name} cannot be read ({error.strerror}); nothing was gathered; name the log's file"
        ) from error


@contextmanager
def _place_for(path: Path, size_bytes: int) -> Iterator[Callable[[bytes], None]]:
    """A new file as large as what will be in it, so that a full disk is seen before an approval is
    used up. What is given fills it. Nothing of it is left where anything fails.

    Raises ServerError.
    """
    try:
        write_new(path, bytes(size_bytes))
        sync_folder(path.parent)
    except FileExistsError as error:
        raise ServerError(
            f"{path} is there already; nothing was sealed; name a new file"
        ) from error
    except OSError as error:
        raise ServerError(
            f"{path} cannot be written ({error.strerror}); nothing was sealed, and an approval "
            "stays as it was; make room or name another file, then do the same again",
            permanent=False,
        ) from error

    def fill(data: bytes) -> None:
        try:
            with path.open("r+b") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise ServerError(
                f"{path} cannot be written ({error.strerror}); nothing was sealed, and the "
                "approval is used up; see what the disk has, then ask for another one",
            ) from error

    try:
        yield fill
    except BaseException:
        path.unlink(missing_ok=True)
        raise
