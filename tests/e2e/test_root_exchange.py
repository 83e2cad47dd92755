"""Real processes: the root that laptops pin is exchanged for another, and they go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from reticent_server.commands.client import running_server
from support.console_site import cli
from support.deployment import Command, Deployment, FailedError, run, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.enable_socket]


class Laptop:
    """One agent more on this machine; the folder is its data directory."""

    def __init__(self, site: Deployment, folder: Path, token: str) -> None:
        self.folder = folder
        self._log = site.logs / f"{folder.name}.log"
        self._root = folder.with_name(f"{folder.name}-root")
        self._root.mkdir()
        self.agent = self._command("run")
        self._site = site
        self.enrol(token)

    def enrol(self, token: str, *options: str) -> None:
        run(
            *("reticent_agent.main", "--data", self.folder, "--proxy", "none"),
            *("enrol", *options, "-"),
            input_text=token,
        )

    def _command(self, *action: str) -> Command:
        common = ("--data", self.folder, "--proxy", "none", "--file-root", self._root)
        return Command("reticent_agent.main", *common, *action, log=self._log)

    def status(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / "status.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def comes(self) -> None:
        """It is started, and streams: no other does."""
        self.agent.start()

        def does() -> bool:
            if not self.agent.running:
                raise FailedError(self._log.read_text()[-2000:])
            server = running_server(self._site.server_data)
            return server is not None and b"\nreticent_streams 1.0\n" in b"".join(
                server.stream("/metrics", {})
            )

        wait_for("a stream", does, seconds=60)

    def goes(self) -> None:
        self.agent.stop()

    def trusts(self) -> list[x509.Certificate]:
        return certificates(self.folder / "ca.crt")

    def renews(self) -> None:
        """As it would by itself within days; it is welcomed under the new certificate."""
        file, data = self.folder / "device.crt", ("--data", self._site.server_data)
        device = json.loads((self.folder / "device.json").read_text())["device_id"]
        before = file.read_bytes()
        asked = cli("device", "new-key", device, "--reason", "a new root", *data)
        assert asked.code == 0, asked.err
        wait_for("a new certificate", lambda: file.read_bytes() != before, seconds=60)


def certificates(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def restarted(site: Deployment, laptop: Laptop) -> None:
    """The server sees at once what a command changed; the laptop does not wait to try again."""
    laptop.goes()
    site.server.stop()
    site.server.start()
    wait_for("the server", lambda: running_server(site.server_data), seconds=60)
    laptop.comes()


def left(site: Deployment) -> list[str]:
    shown = cli("ca", "show", "--data", site.server_data, "--json").json["exchange"]
    names: list[str] = shown["device_ids"]
    assert shown["left_behind"] == len(names)
    return names


@pytest.mark.timeout(240)
def test_laptops_go_on_through_an_exchange_of_the_root_and_one_that_slept_is_told(
    tmp_path: Path,
) -> None:
    with Deployment(tmp_path) as site:
        data = ("--data", site.server_data)
        site.start_server()
        token = cli("token", "create", "--uses", "2", *data).out
        laptop, lost = (Laptop(site, tmp_path / name, token) for name in ("laptop", "lost"))
        try:
            laptop.comes()
            (root_1,) = certificates(site.server_data / "ca.crt")
            assert laptop.trusts() == [root_1]
            done = cli("ca", "renew-root", *data)
            assert done.code == 0, done.err
            restarted(site, laptop)  # which was off meanwhile, and knows root 1 alone
            assert len(left(site)) == 2
            refused = cli("ca", "drop-root", *data)
            assert (refused.code, "2 of 2 laptops" in refused.err) == (1, True)

            laptop.renews()
            behind = wait_for(
                "its word", lambda: None if left(site)[1:] else left(site), seconds=60
            )
            root_2 = certificates(site.server_data / "next.crt")[0]
            assert laptop.trusts() == [root_2, root_1]
            refused = cli("ca", "drop-root", *data)
            assert (refused.code, behind[0] in refused.err) == (1, True)
            done = cli("ca", "drop-root", "--force", *data)
            assert (done.code, "1 of 2 laptops" in done.err) == (0, True)
            restarted(site, laptop)
            assert certificates(site.server_data / "ca.crt") == [root_2]
            laptop.renews()
            assert laptop.trusts() == [root_2]
            laptop.goes()

            lost.agent.start()
            said = wait_for("what it says", lambda: lost.status().get("error"), seconds=60)
            assert "does not trust" in said
            assert "`reticent-agent enrol --replace` with a new token" in said
            lost.goes()
            lost.enrol(cli("token", "create", *data).out, "--replace")
            assert lost.trusts() == [root_2]
        finally:
            laptop.agent.kill()
            lost.agent.kill()
