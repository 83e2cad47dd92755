"""Made-up rows of the shapes that laptops send, for benchmarks and crash campaigns.

Nothing here is taken from a real machine or log: names, addresses and lines are drawn from a
seeded generator, so the same seed gives the same rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from reticent_contract.rows import Row

PROGRAMS = ("systemd", "sshd", "NetworkManager", "kernel", "sudo", "CRON", "gdm", "dockerd")
LINES = (
    "Accepted publickey for {user} from {ip} port {port} ssh2: ED25519",
    "pam_unix(sshd:session): session opened for user {user}(uid={uid}) by (uid=0)",
    "Started session-{n}.scope - Session {n} of User {user}.",
    "wlan0: associated with {mac} (capab=0x1431 status=0 aid={n})",
    "usb 1-{n}: new high-speed USB device number {n} using xhci_hcd",
    "dhcp4 (wlan0): state changed bound, address={ip} lease={port}",
    'audit: type=1400 apparmor="ALLOWED" operation="open" pid={port} comm="snap" n={n}',
    "cleanup of temporary folder finished in {n} ms, {port} entries looked at, none removed",
)


def _line(rng: random.Random) -> str:
    template = rng.choice(LINES)
    return template.format(
        user=f"user{rng.randrange(10_000)}",
        uid=1000 + rng.randrange(500),
        ip=f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}",
        port=rng.randrange(1024, 65_535),
        mac=":".join(f"{rng.randrange(256):02x}" for _ in range(6)),
        n=rng.randrange(1, 400),
    )


def rows(seed: int, *, count: int, start_us: int) -> Iterator[Row]:
    """`count` rows, eight of ten log lines, one a session, one software; times ascending."""
    rng = random.Random(seed)
    ts_us = start_us
    for _ in range(count):
        ts_us += rng.randrange(1_000, 2_000_000)
        draw = rng.random()
        if draw < 0.8:
            program = rng.choice(PROGRAMS)
            yield Row(
                "log_line",
                "line",
                ts_us,
                {
                    "source": "journal",
                    "unit": f"{program.lower()}.service",
                    "program": program,
                    "severity": rng.choice((3, 4, 5, 6, 6, 6)),
                    "pid": rng.randrange(300, 60_000),
                    "message": _line(rng),
                },
            )
        elif draw < 0.9:
            yield Row(
                "session",
                rng.choice(("logon", "logoff")),
                ts_us,
                {
                    "user_name": f"user{rng.randrange(10_000)}",
                    "session_id": str(rng.randrange(1, 400)),
                    "terminal": rng.choice(("tty2", "pts/0", "pts/1")),
                    "remote": bool(rng.randrange(2)),
                    "remote_address": f"10.{rng.randrange(256)}.{rng.randrange(256)}.7",
                },
            )
        else:
            name = f"lib{rng.choice('abcdefgh')}{rng.randrange(400)}"
            yield Row(
                "software",
                "snapshot",
                ts_us,
                {
                    "source": "dpkg",
                    "name": name,
                    "version": f"{rng.randrange(9)}.{rng.randrange(40)}-{rng.randrange(9)}",
                    "architecture": "amd64",
                },
            )
