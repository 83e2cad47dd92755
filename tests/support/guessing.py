"""Guessing pseudonyms from what somebody took: every function that its bytes allow.

A guess is confirmed where a function of a candidate and of the loot gives a stored token. The
functions: unkeyed hashes of every spelling, the real derivation under given keys, and the real
derivation under every 32 bytes that stand anywhere in the loot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from reticent_agent.spool.body import decode_body
from reticent_contract.batch import decode_batch, rows_of
from reticent_contract.catalog.model import Form
from reticent_contract.redact import KeyRing, second_half
from reticent_contract.redact.forms import canonical_form
from reticent_contract.redact.keys import token_of
from reticent_contract.redact.tokens import find_tokens, parse_pseudonym
from reticent_contract.rows import Pseudonym

Tokens = dict[tuple[str, int], set[bytes]]  # by domain and epoch
KEY_BYTES = 32
_TEXTS = re.compile(rb"[A-Za-z0-9+/=_-]{43,}|[0-9A-Fa-f]{64,}")
_HASHES: tuple[Callable[..., Any], ...] = (
    hashlib.md5,
    hashlib.sha1,
    hashlib.sha256,
    hashlib.sha512,
    hashlib.sha3_256,
    hashlib.blake2b,
    hashlib.blake2s,
)


def tokens_in(rows: Iterable[Mapping[str, Any]]) -> Tokens:
    """Every pseudonym in events as `query --json` prints them, whole and inside text."""
    found: Tokens = {}
    for row in rows:
        for value in row["fields"].values():
            for text in value if isinstance(value, list) else [value]:
                if not isinstance(text, str):
                    continue
                whole = parse_pseudonym(text)
                for domain, epoch, token in [*([whole] if whole else []), *find_tokens(text)]:
                    found.setdefault((domain, epoch), set()).add(token)
    return found


def fleet_tokens(
    candidates: Iterable[str], form: Form, *, domain: str, epoch: int, fleet_key: bytes
) -> dict[bytes, str]:
    """The laptop's half of every candidate."""
    ring = KeyRing({epoch: fleet_key}, bytes(KEY_BYTES))
    sub_key = ring.sub_key(scope="fleet", epoch=epoch, domain=domain)
    canonical = {candidate: canonical_form(form, candidate) for candidate in candidates}
    return {token_of(sub_key, text): name for name, text in canonical.items() if text is not None}


def unkeyed(candidates: Iterable[str], form: Form, domain: str) -> Iterator[tuple[str, bytes]]:
    """Candidate and 16 bytes, for every hash, spelling and end that one might try first."""
    for candidate in candidates:
        canonical = canonical_form(form, candidate) or candidate
        for text in {candidate, canonical, candidate.upper()}:
            for data in (text.encode(), f"{domain}\0{text}".encode()):
                for hashing in _HASHES:
                    digest = hashing(data).digest()
                    yield candidate, digest[:16]
                    yield candidate, digest[-16:]


def keys_in(loot: bytes) -> Iterator[bytes]:
    """Every 32 bytes of the loot, and of what its hex and base64 texts decode to."""
    seen = {KEY_BYTES * b"\0"}
    for blob in (loot, *_decoded(loot)):
        for at in range(len(blob) - KEY_BYTES + 1):
            key = blob[at : at + KEY_BYTES]
            if key not in seen:
                seen.add(key)
                yield key


def _decoded(loot: bytes) -> Iterator[bytes]:
    for match in _TEXTS.finditer(loot):
        text = match.group()
        try:
            yield bytes.fromhex(text.decode("ascii"))
        except ValueError:
            padded = text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4)
            try:
                yield base64.b64decode(padded.replace(b"-", b"+").replace(b"_", b"/"))
            except ValueError:
                continue


def confirms_with_a_key_of(
    loot: bytes, *, token: bytes, domain: str, epoch: int, stored: set[bytes]
) -> bool:
    """Whether some 32 bytes of the loot, as the server's key, make a stored token of this one."""
    return any(second_half(key, domain, epoch, token) in stored for key in keys_in(loot))


def confirms_as_both_keys(
    keys: Iterable[bytes], canonical: str, *, domain: str, epoch: int, stored: set[bytes]
) -> bool:
    """Whether two of these keys, as fleet and server key, make a stored token of a right guess."""
    every = list(keys)
    for fleet_key in every:
        ring = KeyRing({epoch: fleet_key}, fleet_key)
        for scope in ("fleet", "device"):
            sub_key = ring.sub_key(scope=scope, epoch=epoch, domain=domain)
            token = token_of(sub_key, canonical)
            plain = hmac.digest(fleet_key, canonical.encode(), "sha256")[:16]
            if token in stored or plain in stored:
                return True
            if any(second_half(key, domain, epoch, token) in stored for key in every):
                return True
    return False


def holds(loot: bytes, key: bytes) -> bool:
    """Whether the key stands in the loot: raw, in hex, or in base64 at any alignment."""
    forms = {key, key.hex().encode(), key.hex().upper().encode()}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + key)
        inner = coded[(0, 2, 3)[shift] : len(coded) - 4]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return any(form in loot for form in forms)


def files(directory: Path, *, without: str = "") -> bytes:
    """Every file below, one after another; `without`: a folder that is left out.

    A store that is open may lose a file meanwhile; a copy made then lacks it too.
    """
    found: list[bytes] = []
    for path in sorted(directory.rglob("*")):
        if without and without in path.relative_to(directory).parts[:1]:
            continue
        with suppress(FileNotFoundError):
            if path.is_file():
                found.append(path.read_bytes())
    return b"\n".join(found)


def spooled(agent_data: Path) -> set[tuple[str, int, bytes]]:
    """Tokens in the laptop's own spool: sealed batches and what it remembers of its tables."""
    found: set[tuple[str, int, bytes]] = set()
    database = sqlite3.connect(f"file:{agent_data / 'spool.db'}?mode=ro", uri=True)
    try:
        batches = database.execute("SELECT payload, rows, plain_bytes FROM batches").fetchall()
        bodies = database.execute("SELECT body FROM state_rows").fetchall()
    finally:
        database.close()
    rows = [decode_body(body) for (body,) in bodies]
    for payload, count, plain_bytes in batches:
        decoded = decode_batch(payload, rows=count, plain_bytes=plain_bytes)
        rows += [row["values"] for row in rows_of(decoded)]  # type: ignore[misc]
    for values in rows:
        for value in values.values():
            if isinstance(value, Pseudonym):
                found.add((value.domain, value.epoch, value.token))
    return found
