"""The shapes of log lines: what a system writes around a message.

Enters: a marked message. Leaves: a marked line. The heads hold what real ones hold (times, process
numbers, host names of one word, identifiers of threads and units), so that every case asks as well
whether those are left alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable

_HOSTS = (
    *("combo", "«fqdn?|web-01»", "LabSZ", "db2", "ip-mgmt", "fw-edge", "«fqdn?|build-agent-7»"),
)
_PROGRAMS = ("sshd", "billing", "sudo", "kyc-api", "cron", "gateway", "systemd", "python3", "su")
_CLASSES = (
    "com.example.billing.PaymentService",
    "org.springframework.web.servlet.DispatcherServlet",
    "io.grpc.internal.ManagedChannelImpl",
    "in.example.kyc.VerificationController",
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _clock(rng: random.Random) -> str:
    return f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"


def _date(rng: random.Random) -> str:
    return f"20{rng.randint(15, 27)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def _syslog(rng: random.Random, message: str) -> str:
    head = f"{rng.choice(_MONTHS)} {rng.randint(1, 28):2d} {_clock(rng)} {rng.choice(_HOSTS)}"
    return f"{head} {rng.choice(_PROGRAMS)}[{rng.randint(2, 99_999)}]: {message}"


def _iso_syslog(rng: random.Random, message: str) -> str:
    zone = rng.choice(("Z", "+05:30", "-08:00"))
    head = f"{_date(rng)}T{_clock(rng)}.{rng.randrange(10**6):06d}{zone} {rng.choice(_HOSTS)}"
    return f"{head} {rng.choice(_PROGRAMS)}[{rng.randint(2, 4_194_304)}]: {message}"


def _rfc5424(rng: random.Random, message: str) -> str:
    head = f"<{rng.randint(8, 191)}>1 {_date(rng)}T{_clock(rng)}Z {rng.choice(_HOSTS)}"
    process = f"{rng.choice(_PROGRAMS)} {rng.randint(2, 99_999)} ID{rng.randint(1, 99)}"
    return f"{head} {process} - {message}"


def _kernel(rng: random.Random, message: str) -> str:
    return f"[{rng.randint(0, 999_999):6d}.{rng.randrange(10**6):06d}] {message}"


def _mac(rng: random.Random, message: str) -> str:
    process = rng.choice(("kernel[0]", "QQ[10018]", "com.apple.cts[258]", "sharingd[30299]"))
    day = f"{rng.choice(_MONTHS)} {rng.randint(1, 28):2d} {_clock(rng)}"
    return f"{day} studio-mac {process}: {message}"


def _windows(rng: random.Random, message: str) -> str:
    part = rng.choice(("CBS", "CSI", "DISM"))
    return f"{_date(rng)} {_clock(rng)}, {rng.choice(('Info', 'Error')):<22}{part:<7}{message}"


def _log4j(rng: random.Random, message: str) -> str:
    thread = rng.choice(("main", "http-nio-8080-exec-3", "pool-7-thread-12", "grpc-default-0"))
    level = rng.choice(("INFO ", "WARN ", "ERROR", "DEBUG"))
    clock = f"{_date(rng)} {_clock(rng)},{rng.randrange(1000):03d}"
    return f"{clock} {level} [{thread}] {rng.choice(_CLASSES)} - {message}"


def _logfmt(rng: random.Random, message: str) -> str:
    quoted = message.replace("\\", "\\\\").replace('"', '\\"')
    millis = f"{rng.uniform(0.1, 900):.3f}ms"
    head = f"ts={_date(rng)}T{_clock(rng)}Z level=info caller=main.go:{rng.randint(9, 999)}"
    return f'{head} msg="{quoted}" took={millis}'


def _json(rng: random.Random, message: str) -> str:
    record = {
        "ts": rng.randint(1_500_000_000, 1_800_000_000) + rng.randrange(1000) / 1000,
        "level": rng.choice(("info", "warn", "error")),
        "logger": rng.choice(_CLASSES),
        "pid": rng.randint(2, 99_999),
        "msg": message,
    }
    return json.dumps(record, ensure_ascii=False)


def _auditd(rng: random.Random, message: str) -> str:
    stamp = f"{rng.randint(1_500_000_000, 1_800_000_000)}.{rng.randrange(1000):03d}"
    head = (
        f"type=USER_CMD msg=audit({stamp}:{rng.randint(1, 99_999)}): pid={rng.randint(2, 99_999)}"
    )
    return f"{head} uid=1000 auid=1000 ses={rng.randint(1, 99)} res=success {message}"


def _csv(rng: random.Random, message: str) -> str:
    quoted = message.replace('"', '""')
    return f'{rng.randint(1, 99_999)},{_date(rng)},{_clock(rng)},"{quoted}",OK'


def _access(rng: random.Random, message: str) -> str:
    """Combined log format; the message where a browser says what it came from."""
    day = f"{rng.randint(1, 28):02d}/{rng.choice(_MONTHS)}/20{rng.randint(15, 27)}:{_clock(rng)}"
    peer = f"«ipv4|{rng.randint(11, 99)}.{rng.randrange(256)}.{rng.randrange(256)}.7»"
    request = f'"GET /{rng.choice(("", "a.html", "api/v1/items"))} HTTP/1.1"'
    quoted = message.replace('"', '\\"')
    return (
        f'{peer} - - [{day} +0530] {request} 200 {rng.randint(0, 99_999)} "{quoted}" "curl/8.5.0"'
    )


def _mail(rng: random.Random, message: str) -> str:
    queue = "".join(rng.choice("0123456789ABCDEF") for _ in range(11))
    head = f"{rng.choice(_MONTHS)} {rng.randint(1, 28):2d} {_clock(rng)} mx1 postfix/smtp"
    to = f"to=<«email|{rng.choice(('ana', 'j.doe', 'ravi'))}@example.net»>"
    return (
        f"{head}[{rng.randint(2, 99_999)}]: {queue}: {to}, relay=none, status=deferred ({message})"
    )


def _bare(_rng: random.Random, message: str) -> str:
    return message


SHAPES: tuple[Callable[[random.Random, str], str], ...] = (
    _syslog,
    _iso_syslog,
    _rfc5424,
    _kernel,
    _mac,
    _windows,
    _log4j,
    _logfmt,
    _json,
    _auditd,
    _csv,
    _access,
    _mail,
    _bare,
)


def line(rng: random.Random, message: str) -> str:
    """`message` as one of the systems would write it, marks and all."""
    return rng.choice(SHAPES)(rng, message)
