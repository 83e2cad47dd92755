"""A private key whose lines a log has without BEGIN goes; what only looks like one stays."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from reticent_contract.redact.detectors.secret_gate import secrets_in

RedactOne = Callable[..., object]
_RANDOM, _SCALARS = Random("key lines"), Random("scalars")


def _begun(head: str, bytes_all: int) -> str:
    """The base64 of a key whose DER begins so, of as many bytes."""
    begun = bytes.fromhex(head)
    return b64encode(begun + _RANDOM.randbytes(bytes_all - len(begun))).decode()


def _made(curve: ec.EllipticCurve, form: PrivateFormat) -> str:
    key = ec.derive_private_key(_SCALARS.getrandbits(curve.key_size - 1), curve)
    return b64encode(key.private_bytes(Encoding.DER, form, NoEncryption())).decode()


_ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(range(7, 39)))
BODIES = {
    "PKCS #8, RSA of 2048 bits": _begun("308204bd020100300d06092a864886f70d0101010500", 1_217),
    "PKCS #8, RSA of 4096 bits": _begun("30820942020100300d06092a864886f70d0101010500", 2_374),
    "PKCS #1, RSA of 2048 bits": _begun("308204a30201000282010100", 1_191),
    "PKCS #1, RSA of 1024 bits": _begun("3082025c02010002818100", 608),
    "PKCS #8, encrypted": _begun("3082052d305706092a864886f70d01050d304a", 1_329),
    "PKCS #8, encrypted, a curve": _begun("3081ec305706092a864886f70d01050d304a", 239),
    "PKCS #12": _begun("30820a2f0201033082", 2_611),
    "PKCS #8, P-256": _made(ec.SECP256R1(), PrivateFormat.PKCS8),
    "PKCS #8, P-384": _made(ec.SECP384R1(), PrivateFormat.PKCS8),
    "PKCS #8, P-521": _made(ec.SECP521R1(), PrivateFormat.PKCS8),
    "SEC 1, P-256": _made(ec.SECP256R1(), PrivateFormat.TraditionalOpenSSL),
    "SEC 1, P-384": _made(ec.SECP384R1(), PrivateFormat.TraditionalOpenSSL),
    "SEC 1, secp256k1": _made(ec.SECP256K1(), PrivateFormat.TraditionalOpenSSL),
    "PKCS #8, Ed25519": b64encode(
        _ED25519.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    ).decode(),
    "OpenSSH": _begun(b"openssh-key-v1\0\0\0\0\4none\0\0\0\4none".hex(), 400),
}
PREFIXES = (
    "INFO ",
    "app: ",
    "[app] ",
    "> ",
    "| ",
    "2026-11-27T22:04:10Z ",
    "stdout F ",
    "\t",
    '"',
    "12:",
    "(",
    "l=",
)


def _wrapped(body: str, width: int = 64) -> list[str]:
    return [body[i : i + width] for i in range(0, len(body), width)]


def _left(text: str) -> str:
    """`text` without its secrets."""
    data, pieces, last = text.encode(), [b""], 0
    for start, end, _ in sorted(secrets_in(data)):
        if start >= last:
            pieces += [data[last:start], b"<>"]
        last = max(last, end)
    return b"".join((*pieces, data[last:])).decode()


@pytest.mark.parametrize("kind", BODIES)
def test_the_first_line_of_a_key_goes_wherever_it_stands(kind: str) -> None:
    line = _wrapped(BODIES[kind])[0]
    for before in (*PREFIXES, "key=", "the key is:", "("):
        assert _left(f"{before}{line}") == f"{before}<>"
        assert _left(f"{before}{line} was read") == f"{before}<> was read"


@pytest.mark.parametrize("kind", BODIES)
def test_a_key_in_one_line_goes_whole(kind: str) -> None:
    assert _left(f"INFO {BODIES[kind]}") == "INFO <>"
    assert _left(f"INFO {BODIES[kind]} was read") == "INFO <> was read"


@pytest.mark.parametrize("prefix", PREFIXES, ids=range(len(PREFIXES)))
def test_each_full_line_of_a_body_goes_behind_what_a_log_puts_before_it(prefix: str) -> None:
    full = [line for body in BODIES.values() for line in _wrapped(body) if len(line) == 64]
    left = [line for line in full if line in _left(prefix + line)]
    assert len(full) > 150
    assert len(left) <= len(full) // 50  # an odd one looks like a path, or like words
    for after in (" x", ".", ")", '",', "\\n"):
        behind = [line for line in full if line in _left(prefix + line + after)]
        assert len(behind) <= len(full) // 50


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_in_one_text_goes_to_its_last_line(kind: str) -> None:
    for prefix in ("> ", "", "app: "):
        text = "\n".join(prefix + line for line in _wrapped(BODIES[kind], 70))
        assert not any(line in _left(text) for line in _wrapped(BODIES[kind], 70))
    escaped = "\\n".join(_wrapped(BODIES[kind]))
    shown = _left('{"log":"' + escaped + '\\n","stream":"stdout"}')
    full = [line for line in _wrapped(BODIES[kind]) if len(line) == 64]
    assert sum(line in shown for line in full) <= len(full) // 40


def test_the_short_last_line_of_a_body_goes_where_it_stands_alone() -> None:
    for kind in ("PKCS #8, P-256", "SEC 1, P-256", "OpenSSH", "PKCS #8, RSA of 2048 bits"):
        last = _wrapped(BODIES[kind])[-1]
        assert 20 <= len(last) < 60
        assert _left(last) == "<>"
        assert _left(f"  {last}\r") == "  <>\r"


NO_KEYS = (
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "SHA256 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
    "integrity sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    "loaded n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
    "integrity: oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
    "ETag oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
    "x-amz-id-2: Mdq0GkVyTn8mVbR5W0QeZ1sPzC3o9fH7uLxKj2aYtN4iE6gD8wB+A/SFvXcJmHUrO5lT=",
    "requestId oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
    "ED25519 key SHA256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1qYlA5Zk4xVnR6c0hXbUJwUWRyT2VLZ1VmTG8= build",
    "open /Applications/Xcode16/Contents/Developer/Platforms/MacOSX15/Developer/SDKs",
    "at com/example/Service2/Internal3/AbstractSingletonProxyFactoryBean7Builder/Impl9x",
    "Http2ConnectionHandlerBuilder2Factory3",
    "commit 8d3c5a1f0b7e4d2c9a6f8e1b3d5c7a9f0e2b4d6c",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A of a public key",
)


@pytest.mark.parametrize("number", range(len(NO_KEYS)))
def test_what_only_looks_like_a_line_of_a_key_stays(number: int) -> None:
    assert _left(NO_KEYS[number]) == NO_KEYS[number]


def test_what_a_field_lets_out_has_no_line_of_a_key(redact_one: RedactOne) -> None:
    lines = _wrapped(BODIES["SEC 1, P-256"])
    assert redact_one("message", "scan", f"INFO {lines[0]}") == "INFO <secret>"
    assert redact_one("message", "scan", f"INFO {lines[1]} read") == "INFO <secret> read"
    assert redact_one("message", "scan", lines[2]) == "<secret>"
    text = "\n".join(f"> {line}" for line in lines)
    assert redact_one("message", "scan", text) == "> <secret>\n> <secret>\n> <secret>"
