"""TLS settings of both sides: version 1.3 and nothing below.

grpcio offers no minimum version, but reads its TLS 1.2 cipher list from the environment when it is
first imported. The list below names an RSA suite only; our certificates are ECDSA, so TLS 1.2 has
no shared cipher left and TLS 1.3 alone works (its own suites are not in that list).
"""

from __future__ import annotations

import os
import sys

CIPHER_SUITES_VARIABLE = "GRPC_SSL_CIPHER_SUITES"
CIPHER_SUITES = "ECDHE-RSA-AES256-GCM-SHA384"


def force_tls13() -> None:
    """Call before `grpc` is imported anywhere in the process; again does no harm.

    Raises RuntimeError where grpc was imported without it: the process would accept TLS 1.2.
    """
    if os.environ.get(CIPHER_SUITES_VARIABLE) == CIPHER_SUITES:
        return
    if "grpc" in sys.modules:
        raise RuntimeError(
            "grpc was imported before force_tls13(), so TLS 1.2 would be accepted; nothing was "
            "opened; import reticent_contract.tls and call it first"
        )
    os.environ[CIPHER_SUITES_VARIABLE] = CIPHER_SUITES
