"""What `doctor` looks at. Each check gives one finding; none changes anything.

1. the data directory is there and initialised; 2. nobody else can read it or its secrets; 3. the
keys belong together; 4. the certificates are in time; 5. the control store opens; 6. somebody can
log on; 7. a policy is in force; 8. no device is silent for longer than its group says, and no
erasure is late (named only where one is); 9. the audit trail is whole, and its checkpoints reach
every place; 10. the event store opens and no part of it was set aside, or the server that holds it
answers and says so, and what retention is about to delete (named only where it begins or begins
anew); 11. the disk has room; 12. the clock is plausible; 13. the ports are free, or the server's
own; 14. the GeoIP files that the configuration names can be read.
"""

from __future__ import annotations

import errno
import shutil
import socket
import stat
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from reticent_contract.catalog import CATALOG

from reticent_server.audit import AuditService
from reticent_server.audit.trail import checkpoints_of, key_path, verify_trail
from reticent_server.auth import AccountService, Role
from reticent_server.ca.issuing import issuing_path
from reticent_server.ca.renewing import WARN_WITH_DAYS_LEFT
from reticent_server.commands.client import LocalServer, running_server
from reticent_server.commands.common import count_of
from reticent_server.commands.event_checks import check_events, notices_of
from reticent_server.commands.findings import Finding, bad
from reticent_server.commands.stores import control_of
from reticent_server.config import ServerConfig
from reticent_server.data_dir import is_initialised, secrets_dir
from reticent_server.devices.groups import DeviceGroups
from reticent_server.devices.service import DeviceService
from reticent_server.erasure.service import ErasureService
from reticent_server.errors import NotFoundError, ServerError
from reticent_server.keys import load_keys
from reticent_server.limits import ERASURE_LATE_S
from reticent_server.policies.service import PolicyService
from reticent_server.rights.reading import late
from reticent_server.store.control.engine import ControlStore

DISK_FREE_BYTES_MIN = 2 << 30
CERTIFICATE_DAYS_MIN = 30
BUILT_S = 1_795_000_000  # 2026-11-18: no true clock is before this program
BUILT_YEARS = 30 * 365 * 86_400


def check_all(config: ServerConfig, *, clock: Callable[[], float] = time.time) -> list[Finding]:
    """All findings in order; the rest is left out where there is no installation to check."""
    if not is_initialised(config.data_dir):
        fix = f"run `reticent-server init --data {config.data_dir}`, or name another with --data"
        return [bad("data directory", f"{config.data_dir} holds no Reticent server", fix)]
    server = running_server(config.data_dir)
    notices = notices_of(server)
    return [
        Finding(check="data directory", state="ok", found=str(config.data_dir)),
        _permissions(config.data_dir),
        _keys(config.data_dir, clock),
        _certificates(config.data_dir, clock()),
        *_control(config.data_dir, clock),
        check_trail(config),
        *check_events(config.data_dir, server, notices, clock),
        _disk(config.data_dir),
        _clock(clock()),
        _ports(config, server),
        *_geo_files(config),
    ]


def _geo_files(config: ServerConfig) -> Iterator[Finding]:
    for key, path in (("geoip.city", config.geoip.city), ("geoip.asn", config.geoip.asn)):
        if path is None:
            continue
        # Here, because its reader is loaded for whoever has such files alone.
        from reticent_server.place.geo_file import problem_of

        problem = problem_of(path)
        if problem:
            fix = f"put a file in MaxMind's format at {path}; its fields are absent meanwhile"
            yield bad(key, f"{path}: {problem}", fix)
        else:
            yield Finding(check=key, state="ok", found=str(path))


def _permissions(data_dir: Path) -> Finding:
    folder = secrets_dir(data_dir)
    open_to_others = [
        path
        for path in (data_dir, folder, *folder.iterdir(), data_dir / "control.db")
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_to_others:
        names = ", ".join(str(path) for path in open_to_others)
        fix = f"chmod go= {names}; make new keys if anyone may have read them"
        return bad("permissions", f"others may read {names}", fix)
    return Finding(check="permissions", state="ok", found="only the server's user can read it")


def _keys(data_dir: Path, clock: Callable[[], float]) -> Finding:
    try:
        keys = load_keys(data_dir, clock=clock)
    except ServerError as error:
        return bad("keys", str(error), "restore the secrets folder whole, from one backup")
    epochs = ", ".join(str(epoch) for epoch in sorted(keys.fleet_epochs))
    return Finding(check="keys", state="ok", found=f"complete; pseudonym epochs: {epochs}")


def _certificates(data_dir: Path, now: float) -> Finding:
    left: dict[str, float] = {}
    paths = {"CA": data_dir / "ca.crt", "server": secrets_dir(data_dir) / "server.pem"}
    if issuing_path(data_dir).exists():
        paths["issuing"] = issuing_path(data_dir)
    for name, path in paths.items():
        try:
            certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
        except (OSError, ValueError, IndexError):
            return bad(
                "certificates",
                f"the {name}'s certificate cannot be read",
                f"remove {path}; the server makes a new one when it starts"
                if name == "server"
                else f"restore {path} from the backup",
            )
        if certificate.not_valid_before_utc.timestamp() > now:
            return bad("certificates", f"the {name}'s is not valid yet", "correct the clock")
        left[name] = (certificate.not_valid_after_utc.timestamp() - now) / 86_400
    if min(left.values()) < 0:
        return bad("certificates", "expired", "start the server: it renews its own; the issuing "
                    "one by `reticent-server ca renew` or `ca import`; a CA's end means that every "
                    "laptop enrols again")  # fmt: skip
    found = ", ".join(f"{name} {days:.0f} days left" for name, days in left.items())
    if left["CA"] < CERTIFICATE_DAYS_MIN:
        fix = "exchange the root: `reticent-server ca renew-root`; plan it where it is your own"
        return Finding(check="certificates", state="warn", found=found, fix=fix)
    if left.get("issuing", WARN_WITH_DAYS_LEFT) < WARN_WITH_DAYS_LEFT:
        fix = "`reticent-server ca renew` with the root's key, or `ca import` where it is your own"
        return Finding(check="certificates", state="warn", found=found, fix=fix)
    return Finding(check="certificates", state="ok", found=found)


def _control(data_dir: Path, clock: Callable[[], float]) -> Iterator[Finding]:
    try:
        with control_of(data_dir) as control:
            control.ping()
            yield Finding(check="control store", state="ok", found="opens")
            enabled = [
                account
                for account in AccountService(control).list()
                if account.disabled_s is None and Role.ADMINISTRATOR in account.roles
            ]
            if enabled:
                found = count_of(len(enabled), "administrator")
                yield Finding(check="accounts", state="ok", found=found)
            else:
                yield Finding(
                    check="accounts",
                    state="warn",
                    found="no administrator, so nobody can use the console",
                    fix="reticent-server user add NAME --role administrator",
                )
            keys = load_keys(data_dir, clock=clock)
            policies = PolicyService(control, signing_key=keys.policy, catalog=CATALOG)
            yield _policy(policies, clock(), keys.fleet_epochs)
            yield _silent(DeviceGroups(control, clock=clock))
            yield from _erasures(control, clock())
            yield from _persons(control, clock())
    except ServerError as error:
        yield bad("control store", str(error), "restore control.db from the backup")


def check_trail(config: ServerConfig) -> Finding:
    """By its own key, where there is one: it makes none."""
    what = "audit trail"
    if not key_path(config.data_dir).exists():
        return Finding(
            check=what,
            state="warn",
            found="no checkpoint was ever signed",
            fix="start the server: it makes the key and signs",
        )
    try:
        with control_of(config.data_dir) as control:
            audit = AuditService(control)
            checkpoints = checkpoints_of(config, control, audit)
            verdict, lacking = verify_trail(audit, checkpoints), checkpoints.lacking()
    except ServerError as error:
        return bad(what, f"not checked: {error}", "see the control store's check above")
    found = f"{verdict.summary()}; public key {checkpoints.public_key.hex()}"
    if verdict.first is not None:
        return bad(
            what,
            f"{verdict.first}; {found}",
            "`reticent-server audit verify` tells all; find out who could write to the control "
            "store. After a restore from a backup: `reticent-server audit accept --reason ...`",
        )
    if lacking:
        names = ", ".join(map(str, lacking))
        return Finding(
            check=what,
            state="warn",
            found=f"whole, but {names} lacks the newest checkpoints; {found}",
            fix="let the server's user append to it; the server catches up by itself",
        )
    return Finding(check=what, state="ok", found=f"whole, {found}")


def _erasures(control: ControlStore, now_s: float) -> Iterator[Finding]:
    """Nothing where none is late."""
    erasures = ErasureService(control, DeviceService(control))
    late = [one for one in erasures.open() if one.asked_s < now_s - ERASURE_LATE_S]
    if late:
        yield Finding(
            check="erasures",
            state="warn",
            found=f"{len(late)} devices are being erased for more than an hour",
            fix="the server goes on by itself while it runs; where the event store has parts set "
            "aside (its check below), delete those, since nobody can say what is in them",
        )


def _persons(control: ControlStore, now_s: float) -> Iterator[Finding]:
    """Nothing where no person's request is late."""
    overdue, running = late(control, now_s=now_s)
    if overdue:
        yield Finding(
            check="requests of persons",
            state="warn",
            found=f"{overdue} are overdue",
            fix="`reticent-server request list --open` has them first: run, answer or refuse them",
        )
    if running:
        yield Finding(
            check="requests of persons",
            state="warn",
            found=f"{running} erasures run for more than an hour",
            fix="the server goes on by itself while it runs; see the log, and the event store's "
            "check below for parts that were set aside",
        )


def _silent(groups: DeviceGroups) -> Finding:
    silent = {group: count for group, count in groups.count_silent().items() if count}
    if not silent:
        return Finding(check="devices", state="ok", found="none is silent")
    listed = ", ".join(f"{count} of group {group}" for group, count in sorted(silent.items()))
    return Finding(
        check="devices",
        state="warn",
        found=f"silent for longer than their groups say: {listed}",
        fix="look for them at /devices?state=silent: retire what left service, start what stopped",
    )


def _policy(policies: PolicyService, now: float, epochs: Collection[int]) -> Finding:
    try:
        published = policies.current()
        policy = policies.parsed(published)
    except NotFoundError as error:
        return bad("policy", str(error), "reticent-server policy publish FILE")
    if policy.expires_s is not None and policy.expires_s <= now:
        return bad(
            "policy",
            f"version {published.version} has expired, so laptops collect nothing",
            "publish a new version: reticent-server policy publish FILE",
        )
    if policy.epoch not in epochs:
        return bad(
            "policy",
            f"version {published.version} names epoch {policy.epoch}, which has no keys, so "
            "laptops collect nothing",
            "restore the secrets folder, or publish a policy with an epoch of `keys list`",
        )
    return Finding(check="policy", state="ok", found=f"version {published.version} in force")


def _disk(data_dir: Path) -> Finding:
    usage = shutil.disk_usage(data_dir)
    found = f"{usage.free / (1 << 30):.1f} GiB of {usage.total / (1 << 30):.1f} GiB free"
    if usage.free < DISK_FREE_BYTES_MIN:
        return bad("disk", found, "make room: laptops keep what the server cannot take")
    return Finding(check="disk", state="ok", found=found)


def _clock(now: float) -> Finding:
    found = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if not BUILT_S <= now <= BUILT_S + BUILT_YEARS:
        return bad("clock", found, "set the clock; certificates and tokens depend on it")
    return Finding(check="clock", state="ok", found=found)


def _ports(config: ServerConfig, server: LocalServer | None) -> Finding:
    if server is not None:
        listed = ", ".join(f"{name} {where}" for name, where in sorted(server.addresses.items()))
        return Finding(check="ports", state="ok", found=f"served: {listed}")
    wanted = (config.ports.enrolment, config.ports.telemetry, config.ports.console)
    taken = [port for port in wanted if port and not _free(config.listen, port)]
    if taken:
        numbers = ", ".join(map(str, taken))
        return bad("ports", f"in use by another program: {numbers}", "stop it, or change [ports]")
    return Finding(check="ports", state="ok", found="free")


def _free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True
