"""A server starts wholly or not at all, says where it is, and stops in time."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import urllib.request
from pathlib import Path

import pytest
from reticent_contract.limits import STOP_S
from reticent_server.app import Server
from reticent_server.config import Ports, ServerConfig
from reticent_server.errors import ConfigError, NotInitialisedError, ServerError
from support.console_site import process
from support.memory_events import MemoryEvents
from support.running import ANY_PORTS, running

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


def get(address: str, path: str, ca: Path) -> dict[str, object]:
    context = ssl.create_default_context(cafile=str(ca))
    with urllib.request.urlopen(f"https://{address}{path}", context=context) as answer:
        return dict(json.load(answer))


async def test_port_0_is_chosen_and_made_known(data_dir: Path) -> None:
    async with running(data_dir) as run:
        ports = run.services.config.ports
        assert 0 not in (ports.enrolment, ports.telemetry, ports.console)
        assert run.server.addresses == {
            "console": f"localhost:{ports.console}",
            "telemetry": f"localhost:{ports.telemetry}",
            "enrolment": f"localhost:{ports.enrolment}",
        }


async def test_it_lives_and_is_ready(data_dir: Path) -> None:
    async with running(data_dir) as run:
        assert run.services.health.ready
        address, ca = run.server.addresses["console"], data_dir / "ca.crt"
        assert (await asyncio.to_thread(get, address, "/healthz", ca))["status"] == "alive"
        assert (await asyncio.to_thread(get, address, "/readyz", ca))["status"] == "ready"


async def test_a_stop_is_quick_and_frees_everything(data_dir: Path) -> None:
    events = MemoryEvents()
    async with running(data_dir, events=events) as run:
        address = run.server.addresses["console"]
        loop = asyncio.get_running_loop()
        started = loop.time()
        await run.server.stop()
        assert loop.time() - started < STOP_S
        assert events.closed
        with pytest.raises(ServerError, match="not started"):
            _ = run.services
        host, _, port = address.rpartition(":")
        with pytest.raises(OSError, match="refused"):
            await asyncio.to_thread(socket.create_connection, (host, int(port)))
        await run.server.stop()  # again it does nothing
    async with running(data_dir):
        pass


@pytest.mark.parametrize("port", ["enrolment", "telemetry", "console"])
async def test_a_taken_port_stops_the_start_and_leaves_nothing_open(
    data_dir: Path, port: str
) -> None:
    events = MemoryEvents()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {"enrolment": 0, "telemetry": 0, "console": 0} | {port: taken.getsockname()[1]}
        config = ServerConfig(data_dir=data_dir, ports=Ports(**ports))
        server = Server(config, open_events=lambda _config, _key: events)
        with pytest.raises(ConfigError, match=f"ports.{port}"):
            await server.start()
    assert events.closed
    async with running(data_dir):
        pass


@pytest.mark.parametrize("port", ["enrolment", "telemetry", "console"])
async def test_whoever_starts_it_on_a_taken_port_reads_our_sentence_and_no_librarys(
    data_dir: Path, port: str
) -> None:
    ports = {"enrolment": "0", "telemetry": "0", "console": "0"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports[port] = str(taken.getsockname()[1])
        options = [text for name in ports for text in (f"--{name}-port", ports[name])]
        done = await asyncio.to_thread(process, "run", "--data", data_dir, *options)
    assert done.code == 1
    (line,) = done.err.splitlines()
    assert f"ports.{port}: 127.0.0.1:{ports[port]} cannot be listened on" in line
    assert done.out == ""


async def test_a_folder_without_keys_does_not_start(tmp_path: Path) -> None:
    server = Server(ServerConfig(data_dir=tmp_path, ports=ANY_PORTS))
    with pytest.raises(NotInitialisedError, match="reticent-server init"):
        await server.start()


async def test_metrics_name_what_flows(data_dir: Path) -> None:
    async with running(data_dir) as run:
        text = run.services.metrics.render().decode()
    for name in (
        "reticent_rows_total",
        "reticent_ack_seconds_bucket",
        "reticent_append_seconds_bucket",
        "reticent_group_rows_bucket",
        "reticent_streams ",
    ):
        assert name in text
