"""Messages in which there is nothing to find, though much of it looks so.

Enters: a `random.Random`. Leaves: a message, where need be with marks of what may be found. Numbers
in places of sizes, offsets and process numbers are often made with check digits that hold: by
chance one in ten does, and a log has thousands of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from accuracy import numerals
from accuracy.numerals import grouped, some
from accuracy.sentences import sentences

_HEX = "0123456789abcdef"


def _checked_number(rng: random.Random) -> str:
    return rng.choice((numerals.aadhaar, numerals.imei, numerals.card, numerals.vid))(rng)


def _counter(rng: random.Random) -> str:
    number = _checked_number(rng)
    return rng.choice(
        (
            f"size={number} bytes",
            f"offset={number}",
            f"read {number} bytes",
            f"inode {number} freed",
            f"bytes_sent={number} bytes_received=0",
            f"seq {number} acked",
            f"Seq 2119064372, Ack {number}, Win size 278",
            f"pid={number}",
            f"used: {number} B",
            f"length {number}",
            f"block {number} of 9",
            f"total_ns={number}",
            f"job took {number} ns",
            f"compressed {number} -> 1048576 bytes",
            f"wrote {number} B in 3 s",
        )
    )


def _version(rng: random.Random) -> str:
    four = ".".join(str(rng.randint(0, 255)) for _ in range(4))
    return rng.choice(
        (
            f"version {four}",
            f"Version: {four}",
            f"v{four}",
            f"release {four} installed",
            f"wcp.dll version {four}",
            f"libfoo1_{four}-2ubuntu1_amd64.deb",
            f"Chrome/{rng.randint(90, 140)}.0.{rng.randint(1000, 6999)}.85 Safari/537.36",
            f"Package_for_KB3{some(rng, '0123456789', 6)}~31bf3856ad364e35~amd64~~6.1.1.0",
            f"firmware build {four}",
            f"libstdc++.so.6.0.{rng.randint(1, 40)}",
            "BezelServices 255.10[94]",
        )
    )


def _epoch(rng: random.Random) -> str:
    seconds = rng.randint(1_400_000_000, 1_900_000_000)
    return rng.choice(
        (
            f"ts={seconds}",
            f"created_at: {seconds}{some(rng, '0123456789', 3)}",
            f"at {seconds}.{some(rng, '0123456789', 6)}",
            f"notice id: {seconds}.010075",
            f"expires {seconds}",
            f"t={seconds}{some(rng, '0123456789', 9)}ns",
            f"timestamp={seconds}{some(rng, '0123456789', 6)}",
            f"fLastRetryTimestamp, {seconds // 3}.4",
            f"nbf {seconds} exp {seconds + 3600}",
        )
    )


def _hex(rng: random.Random) -> str:
    size = rng.choice((16, 20, 32))
    pairs = ":".join(some(rng, _HEX, 2) for _ in range(size))
    return rng.choice(
        (
            f"fingerprint {pairs}",
            f"SHA256:{some(rng, 'ABCDEFabcdef0123456789+/', 43)}",
            f"commit {some(rng, _HEX, 40)}",
            f"sha256={some(rng, _HEX, 64)}",
            f"md5 {some(rng, _HEX, 32)} ok",
            f"at 0x{some(rng, _HEX, 16)}",
            f"in6_unlink_ifa: IPv6 address 0x{some(rng, _HEX, 16)} has no prefix",
            f"[HRESULT = 0x800f{some(rng, _HEX, 4)} - CBS_E_MANIFEST_INVALID_ITEM]",
            f"<ISBindingImageDescriptor: 0x7f{some(rng, _HEX, 10)}>",
            f"bytes {' '.join(some(rng, _HEX, 2) for _ in range(16))}",
            f'etag "{some(rng, _HEX, 12)}-{some(rng, _HEX, 5)}"',
            f"image layer {some(rng, _HEX, 12)}: Pull complete",
            f"kernel: RIP: 0010:{some(rng, _HEX, 16)}",
            f"Session: 30546173_{some(rng, '0123456789', 10)} initialized by client Agent.",
        )
    )


def _plain(rng: random.Random) -> str:
    return rng.choice(sentences("harmless"))


def _grouped(rng: random.Random) -> str:
    """Numbers in groups that are no card's and no Aadhaar's, for no checksum holds."""
    wrong = numerals.mistyped(rng, numerals.aadhaar(rng))
    other = numerals.mistyped(rng, numerals.card(rng))
    return rng.choice(
        (
            f"matrix {grouped(wrong, (4, 4, 4), ' ')}",
            f"row {wrong} done",
            f"trace {other}",
            f"id {other}-0",
        )
    )


_KINDS: tuple[Callable[[random.Random], str], ...] = (
    _counter,
    _version,
    _epoch,
    _hex,
    _plain,
    _plain,
    _plain,
    _grouped,
)


def harmless(rng: random.Random) -> str:
    return rng.choice(_KINDS)(rng)
