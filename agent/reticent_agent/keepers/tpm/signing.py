"""Device keys that are made in the TPM and never leave it.

Enters: a `Tpm`. Leaves: P-256 keys as text to store, and as objects that sign certificate requests
and TLS handshakes. Must hold: the text alone is of no use without that TPM.

The text, append-only:

    -----BEGIN RETICENT TPM KEY-----
    base64 of the blob (see `commands.py`), lines of 64
    -----END RETICENT TPM KEY-----
"""

from __future__ import annotations

import base64
import binascii
import textwrap

from reticent_agent.keepers.model import StoreError
from reticent_agent.keepers.tpm.commands import public_point

_BEGIN, _END = "-----BEGIN RETICENT TPM KEY-----", "-----END RETICENT TPM KEY-----"


def is_tpm_key(text: bytes) -> bool:
    return text.startswith(_BEGIN.encode())


def to_text(blob: bytes) -> bytes:
    body = textwrap.wrap(base64.b64encode(blob).decode(), 64)
    return "\n".join((_BEGIN, *body, _END, "")).encode()


def from_text(text: bytes) -> bytes:
    """The blob. Raises StoreError where the text is damaged."""
    try:
        first, *body, last = text.decode("ascii").splitlines()
        blob = base64.b64decode("".join(body), validate=True)
    except (ValueError, binascii.Error):
        raise StoreError("the key of the TPM is damaged") from None
    if (first, last) != (_BEGIN, _END):
        raise StoreError("the key of the TPM is damaged")
    public_point(blob)
    return blob
