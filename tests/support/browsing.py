"""Real browsers that visit pages of a test's own server, in the home of a made-up person."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
REQUIRED = os.environ.get("RETICENT_REQUIRE_CHROMIUM") == "1"
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not REQUIRED, reason="there is no Chromium on this machine"
)
needs_firefox = pytest.mark.skipif(FIREFOX is None, reason="there is no Firefox on this machine")
_END_WAIT_S = 20.0
_START_WAIT_S = 60.0


class Site:
    """Answers for every host name."""

    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = b"<title>a title</title><p>the page</p>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


def chromium(home: Path, site: Site, *arguments: str) -> list[str]:
    """Chromium's command line; every host name leads to `site`."""
    return [
        str(CHROMIUM),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
        f"--host-resolver-rules=MAP * 127.0.0.1:{site.port}",
        f"--user-data-dir={home / '.config/chromium'}",
        *arguments,
    ]


def devtools(home: Path) -> str:
    """Where a Chromium that was just started takes orders."""
    file = home / ".config/chromium/DevToolsActivePort"
    until = time.monotonic() + _START_WAIT_S
    while not file.exists() or "\n" not in file.read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    return f"http://127.0.0.1:{file.read_text().split()[0]}"


def firefox(home: Path, site: Site, url: str) -> list[str]:
    """Firefox's; every page comes through a proxy, which is `site`."""
    profile = home / ".mozilla/firefox/test.default"
    profile.mkdir(parents=True, exist_ok=True)
    settings = {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": site.port,
        "datareporting.policy.dataSubmissionEnabled": False,
        "browser.shell.checkDefaultBrowser": False,
        "browser.startup.homepage_override.mstone": "ignore",
        "dom.security.https_first": False,
    }
    lines = []
    for name, value in settings.items():
        shown = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
        lines.append(f'user_pref("{name}", {shown});\n')
    (profile / "user.js").write_text("".join(lines))
    return [str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile), url]


@contextmanager
def browsing(home: Path, command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The browser, for as long as the block lasts."""
    with subprocess.Popen(
        list(command),
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_END_WAIT_S)
            with suppress(ProcessLookupError):  # what it started and left
                os.killpg(process.pid, signal.SIGKILL)
