"""Single sign-on in Chromium, between a real server and a real provider, over real HTTPS."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from reticent_server.sso.service import RETURN_PATH
from support.console_site import RunningSite, cli
from support.oidc_provider import CLIENT_ID, SECRET, OidcProvider
from support.watched import Watched

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.timeout(240),
]
if CHROMIUM is None:
    if os.environ.get("RETICENT_REQUIRE_CHROMIUM") == "1":
        raise RuntimeError("RETICENT_REQUIRE_CHROMIUM=1, but there is no Chromium on the PATH")
    pytest.skip("there is no Chromium on this machine", allow_module_level=True)

from playwright.sync_api import sync_playwright


def test_a_person_logs_on_by_the_button_and_off_at_both_ends(
    tmp_path: Path, running_provider: OidcProvider
) -> None:
    provider, data = running_provider, tmp_path / "data"
    assert cli("init", "--data", data, "--administrator", "admin", "--json").code == 0
    secret = tmp_path / "oidc.secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    with (data / "server.toml").open("a") as file:
        file.write(
            f'[oidc]\nissuer = "{provider.issuer}"\nclient_id = "{CLIENT_ID}"\n'
            f'client_secret_file = "{secret}"\nca_file = "{provider.ca_file}"\n'
            'label = "Log in with Example"\n[oidc.roles]\n"soc" = ["analyst"]\n'
        )
    provider.reset()
    provider.now = time.time
    provider.users = {
        "kiran": {"sub": "u-1", "preferred_username": "kiran", "groups": ["soc"]},
        "nobody": {"sub": "u-2", "preferred_username": "nobody", "groups": []},
    }
    site = RunningSite(data)
    provider.redirect_uris = {site.origin + RETURN_PATH}
    with site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        watched = Watched(browser.new_context(ignore_https_errors=True).new_page(), site.origin)
        page = watched.page
        watched.go("/account")
        page.wait_for_url("**/login?next=%2Faccount")
        page.click("text=Log in with Example")
        page.fill("[name=user]", "kiran")
        page.click("text=Sign in")
        page.wait_for_url("**/account")  # with the session's strict cookie
        assert page.inner_text(".who a") == "kiran"
        assert "Your role: analyst" in watched.text()
        assert page.locator("#old").count() == 0  # no password to change
        page.click("text=Log out")
        page.wait_for_url(f"{provider.issuer}/logout?**")
        watched.go("/account")
        page.wait_for_url("**/login?next=%2Faccount")
        page.click("text=Log in with Example")
        page.fill("[name=user]", "nobody")
        page.click("text=Sign in")
        page.wait_for_selector("[role=alert]")
        assert "may not use this server" in watched.text()
        assert watched.complaints == []
        assert watched.hosts == {urlsplit(site.origin).netloc, urlsplit(provider.issuer).netloc}
        browser.close()
    log = site.log.read_text()
    assert "kiran" not in log
    assert provider.asked.count("logout") == 1
