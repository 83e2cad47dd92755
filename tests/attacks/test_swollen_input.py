"""Little that unfolds to much: compressed messages, bodies, nested documents, files."""

from __future__ import annotations

import asyncio
import gzip
import sys
from pathlib import Path

import pytest
from reticent_server.limits import RECORD_FILE_BYTES_MAX
from support.console_app import PASSWORD, Site
from support.running import running
from support.telemetry_client import key_pem, pem

METHODS = {
    "enrolment": "/reticent_contract.v1.EnrolmentService/Enrol",
    "telemetry": "/reticent_contract.v1.TelemetryService/Renew",
}
# Some 128 KiB on the wire: one field of 128 MiB of zeros.
SENDER = """
import sys, grpc
address, method, *pems = sys.argv[1:]
read = [open(name, "rb").read() for name in pems]
credentials = grpc.ssl_channel_credentials(*read)
channel = grpc.secure_channel(address, credentials, [("grpc.max_send_message_length", -1)])
call = channel.unary_unary(method, lambda made: made, lambda made: made)
try:
    message = b"\\x0a\\x80\\x80\\x80\\x40" + bytes(128 << 20)
    call(message, compression=grpc.Compression.Gzip, timeout=30)
except grpc.RpcError as error:
    print(error.code().name)
"""
GROWN_BYTES_MAX = 32 << 20


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096


@pytest.mark.e2e
@pytest.mark.enable_socket
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.parametrize("port", METHODS)
async def test_a_compressed_grpc_message_is_not_unfolded_beyond_the_bound(
    data_dir: Path, tmp_path: Path, port: str
) -> None:
    async with running(data_dir) as run:
        laptop = await run.laptop()
        parts = [pem(laptop.answer.ca_certificates_der[0])]
        if port == "telemetry":
            parts += [key_pem(laptop.key), pem(laptop.certificate_der)]
        files = [tmp_path / f"{number}.pem" for number in range(len(parts))]
        for path, content in zip(files, parts, strict=True):
            path.write_bytes(content)
        before = peak = resident_bytes()
        sender = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SENDER, run.server.addresses[port], METHODS[port]),
            *map(str, files),
            stdout=asyncio.subprocess.PIPE,
        )
        talking = asyncio.create_task(sender.communicate())
        while not talking.done():
            peak = max(peak, resident_bytes())
            await asyncio.sleep(0.005)
        said, _ = await talking
        assert said.strip() == b"RESOURCE_EXHAUSTED"
        assert peak - before < GROWN_BYTES_MAX
        assert (await run.laptop()).certificate_der  # it serves on


async def test_a_compressed_body_is_not_unfolded_at_all(site: Site) -> None:
    site.account("ada")
    body = gzip.compress(b'{"name":"ada","password":"' + PASSWORD.encode() + b'"}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    async with site.client() as client:
        answer = await client.post("/api/v1/session", content=body, headers=headers)
    assert answer.status_code in {400, 422}


async def test_a_deep_or_endless_document_is_refused(site: Site) -> None:
    async with site.client() as client:
        for text in ("[" * 30_000, '{"a":' * 10_000, "9" * 60_000):
            answer = await client.post(
                "/api/v1/session", content=text, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code in {400, 422}
            assert text[:50] not in answer.text


async def test_a_deep_policy_is_refused(site: Site) -> None:
    client = await site.logged_on()
    for text in ("a: " + "[" * 9_000, "a: " + "{a: " * 9_000, "- " * 9_000, "a: &x b\nc: *x"):
        answer = await client.post("/api/v1/policies/test", json={"yaml": text})
        assert answer.status_code == 422


async def test_a_file_beyond_its_bound_is_not_read(site: Site) -> None:
    client = await site.logged_on()
    body = {"csv": "x" * (2 * RECORD_FILE_BYTES_MAX)}
    assert (await client.post("/api/v1/devices/import", json=body)).status_code == 413
