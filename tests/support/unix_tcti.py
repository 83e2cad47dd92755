#!/usr/bin/env python3
"""Carries TPM commands from standard input to a Unix socket, and answers back, for tpm2-tools."""

import io
import socket
import sys
from typing import cast


def exactly(read, length):
    data = b""
    while len(data) < length:
        part = read(length - len(data))
        if not part:
            sys.exit(0)
        data += part
    return data


with socket.socket(socket.AF_UNIX) as tpm:
    tpm.connect(sys.argv[1])
    while True:
        for read, write in (
            (cast("io.BufferedReader", sys.stdin.buffer).read1, tpm.sendall),
            (tpm.recv, sys.stdout.buffer.write),
        ):
            head = exactly(read, 10)
            write(head + exactly(read, int.from_bytes(head[2:6], "big") - 10))
        sys.stdout.buffer.flush()
