"""The console in Chromium, over real HTTPS: what a person does, and what a browser reports."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from reticent_contract.policy import default_policy_yaml
from reticent_server.data_dir import control_path
from reticent_server.devices.models import Device, DeviceStatus
from reticent_server.store.control import open_control
from support.console_data import PAGES, device_id
from support.console_site import RunningSite, cli, prepared
from support.watched import Watched

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
OWN_PASSWORD = "a password of my own"

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("console-browser"),
]
if CHROMIUM is None:
    if os.environ.get("RETICENT_REQUIRE_CHROMIUM") == "1":
        raise RuntimeError("RETICENT_REQUIRE_CHROMIUM=1, but there is no Chromium on the PATH")
    pytest.skip("there is no Chromium on this machine", allow_module_level=True)

from playwright.sync_api import Browser, expect, sync_playwright


@pytest.fixture(scope="module")
def link_of(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    data = tmp_path_factory.mktemp("browser") / "data"
    return data, prepared(data)


@pytest.fixture(scope="module")
def site(link_of: tuple[Path, str]) -> Iterator[RunningSite]:
    with RunningSite(link_of[0]) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def session(site: RunningSite, chromium: Browser, link_of: tuple[Path, str]) -> str:
    """Opens the one-time link, sets a password, and returns it for later pages."""
    context = chromium.new_context(ignore_https_errors=True)
    watched = Watched(context.new_page(), site.origin)
    watched.go(link_of[1])
    assert watched.page.input_value("#name") == "admin"
    watched.page.fill("#new", OWN_PASSWORD)
    watched.page.fill("#again", OWN_PASSWORD)
    watched.page.click("text=Set password and log in")
    watched.page.wait_for_url("**/devices")
    assert watched.complaints == []
    assert watched.hosts == {urlsplit(site.origin).netloc}
    context.close()
    return OWN_PASSWORD


@pytest.fixture(scope="module")
def opened(site: RunningSite, chromium: Browser) -> Iterator[Watched]:
    """One page for all that need no other: a new one costs two seconds, and as much to log on."""
    context = chromium.new_context(ignore_https_errors=True)
    yield Watched(context.new_page(), site.origin)
    context.close()


@pytest.fixture
def watched(site: RunningSite, opened: Watched, session: str) -> Iterator[Watched]:
    """A page that is logged on; at the end nothing was complained about, no other host asked."""
    page = opened.page
    page.set_viewport_size({"width": 1280, "height": 720})
    opened.go("/devices")
    if urlsplit(page.url).path == "/login":
        page.fill("#name", "admin")
        page.fill("#password", session)
        page.click("main button[type=submit]")
    page.wait_for_url("**/devices")
    yield opened
    complaints, opened.complaints = opened.complaints, []
    hosts, opened.hosts = opened.hosts, set()
    assert complaints == []
    assert hosts == {urlsplit(site.origin).netloc}


def test_a_person_sets_a_password_and_a_second_factor_and_logs_on_with_it(
    site: RunningSite, chromium: Browser, session: str, link_of: tuple[Path, str]
) -> None:
    made = cli("user", "add", "mona", "--link", "--data", link_of[0], "--json").json
    context = chromium.new_context(ignore_https_errors=True)
    watched = Watched(context.new_page(), site.origin)
    page = watched.page
    page.goto(made["link"])  # whole: the command names the running server's port
    page.fill("#new", OWN_PASSWORD)
    page.fill("#again", OWN_PASSWORD)
    page.click("text=Set password and log in")
    page.wait_for_url("**/devices")
    watched.go("/account")
    assert "Chrome on Linux" in watched.text()
    assert "this one" in watched.text()
    page.fill("#factor-password", OWN_PASSWORD)
    page.click("text=Set up second factor")
    picture = page.locator("main svg").bounding_box()
    assert picture is not None
    assert 150 < picture["width"] == picture["height"] < 600
    secret = base64.b32decode(page.inner_text("#secret"))
    page.fill("#code", TOTP(secret, 6, SHA1(), 30).generate(int(time.time())).decode())
    page.click("text=Turn on")
    recovery = page.inner_text("#codes").split()
    assert len(recovery) == 10
    page.click("text=Log out")
    page.wait_for_url("**/login")
    page.fill("#name", "mona")
    page.fill("#password", OWN_PASSWORD)
    page.click("[aria-controls=password]")
    assert page.get_attribute("#password", "type") == "text"
    assert page.inner_text("[aria-controls=password]") == "Hide"
    page.click("[aria-controls=password]")
    assert page.get_attribute("#password", "type") == "password"
    page.click("[aria-controls=password]")  # left open: sent as a password all the same
    page.click("main button[type=submit]")
    page.wait_for_url("**/login/code**")
    page.fill("#code", "000000")
    page.click("main button[type=submit]")
    page.wait_for_selector("[role=alert]")
    page.fill("#code", recovery[0])
    page.click("main button[type=submit]")
    page.wait_for_url("**/devices")
    assert watched.complaints == []
    assert watched.hosts == {urlsplit(site.origin).netloc}
    context.close()


def test_a_passkey_is_added_and_logs_on_alone(
    site: RunningSite, chromium: Browser, link_of: tuple[Path, str], session: str
) -> None:
    """With Chromium's virtual authenticator. It wants a certificate without errors, so this one
    trusts the server's key by its hash."""
    pem = ssl.get_server_certificate(("localhost", site.port))
    certificate = x509.load_pem_x509_certificate(pem.encode())
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(public).digest()).decode()
    made = cli("user", "add", "noor", "--data", link_of[0], "--json").json
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", f"--ignore-certificate-errors-spki-list={pin}"],
    )
    watched = Watched(browser.new_page(), site.origin)
    page = watched.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(made["link"])
    page.fill("#new", OWN_PASSWORD)
    page.fill("#again", OWN_PASSWORD)
    page.click("text=Set password and log in")
    page.wait_for_url("**/devices")
    watched.go("/account")
    page.fill("#passkey-name", "this laptop")
    page.fill("#passkey-password", OWN_PASSWORD)
    page.click("text=Add passkey")
    page.wait_for_selector("#rename-which")
    assert "this laptop" in watched.text()
    page.click("text=Log out")
    page.wait_for_url("**/login")
    page.click("text=Log in with a passkey")
    page.wait_for_url("**/devices")
    assert page.inner_text(".who a") == "noor"
    page.click("text=Log out")
    page.wait_for_url("**/login")
    unverified = {"authenticatorId": added["authenticatorId"], "isUserVerified": False}
    devtools.send("WebAuthn.setUserVerified", unverified)
    page.click("text=Log in with a passkey")
    page.wait_for_selector("[data-said]:visible")
    assert page.url.endswith("/login")
    assert watched.complaints == []
    assert watched.hosts == {urlsplit(site.origin).netloc}
    browser.close()


def test_an_administrator_sees_who_can_log_on(watched: Watched) -> None:
    watched.page.click("header >> text=Access")
    watched.page.click('a[href="/access/admin"]')
    assert "this one" in watched.text()


def test_devices_and_one_devices_facts(watched: Watched) -> None:
    assert watched.page.locator("#devices tbody tr").count() == 7
    watched.page.click(f'a[href="/devices/{device_id(0)}"]')
    watched.page.wait_for_selector("#software")
    text = watched.text()
    for words in ("Debian GNU/Linux", "31.0 GiB", "ThinkPad", "Kept back", "Last events"):
        assert words in text
    assert watched.page.get_attribute("#os dt >> nth=0", "title")


def test_a_devices_life_is_decided_by_forms(
    watched: Watched, link_of: tuple[Path, str], tmp_path: Path
) -> None:
    control = open_control(control_path(link_of[0]))
    with control.session() as session:
        session.get_one(Device, device_id(5)).status = DeviceStatus.WAITING
    control.close()
    page = watched.page
    watched.go("/enrolment")
    page.check("#needs_approval")
    page.screenshot(path=tmp_path / "enrolment.png", full_page=True)
    page.click("#waiting tbody a")
    page.wait_for_selector("#decide")
    page.screenshot(path=tmp_path / "waiting.png", full_page=True)
    page.fill("#decide-reason", "ours")
    page.click("text=Approve >> nth=-1")
    page.wait_for_selector("#asked")
    page.select_option("#action", "pause")
    page.fill("#ask-reason", "exam week")
    page.click("#asked button")
    page.wait_for_selector("#asked tbody tr")
    assert "exam week" in page.inner_text("#asked tbody")
    page.fill("#retire-reason", "sold")
    page.screenshot(path=tmp_path / "asked.png", full_page=True)
    page.click("#retire button")
    page.wait_for_selector("text=This device is retired")
    watched.go("/devices?state=retired")
    assert page.locator("#devices tbody tr").count() == 1
    page.fill("#silent-1", "1")
    page.screenshot(path=tmp_path / "devices.png", full_page=True)
    page.click("#groups button")
    page.wait_for_url("**/devices#groups")
    assert page.input_value("#silent-1") == "1"


def test_a_rollout_is_seen_and_moved(
    watched: Watched, link_of: tuple[Path, str], tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(default_policy_yaml().replace("\nversion: 1\n", "\n"))
    done = cli("policy", "publish", file, "--share", "30%", "--data", link_of[0])
    assert done.code == 0, done.err
    watched.page.click("nav >> text=Policies")
    watched.page.wait_for_selector("#history")
    assert "30 %" in watched.page.inner_text("#progress")
    watched.page.fill("#share", "60")
    watched.page.click("text=Widen")
    watched.page.wait_for_selector("#progress >> text=60 %")
    watched.page.click("#move button.danger")
    watched.page.wait_for_selector("#progress >> text=stopped at 60 %")
    assert watched.page.locator("#move").count() == 0
    assert watched.page.locator("#history tbody tr").count() == 2
    watched.page.click("#history tbody tr:first-child a")
    watched.page.wait_for_selector("#text >> text=As its author wrote it")
    assert "# The policy a new server starts with." in watched.page.inner_text("pre.policy")
    watched.page.click("text=As it was signed")
    watched.page.wait_for_selector("#text >> text=What laptops get")
    assert "# The policy" not in watched.page.inner_text("pre.policy")


def test_events_are_filtered_without_a_reload(watched: Watched) -> None:
    watched.go("/events?range=7d")
    assert watched.page.locator("svg .bar").count() > 20
    watched.page.evaluate("document.body.dataset.same = 'page'")
    watched.page.fill("#q", "kind:session.failed_logon")
    watched.page.press("#q", "Enter")
    watched.page.wait_for_url("**failed_logon**")
    expect(watched.page.locator(".events tbody tr")).to_have_count(5)
    assert watched.page.evaluate("document.body.dataset.same") == "page"
    watched.page.go_back()
    expect(watched.page.locator(".events tbody tr")).to_have_count(50)


def test_a_query_error_shows_its_caret(watched: Watched) -> None:
    watched.go("/events")
    watched.page.fill("#q", "kind:session.nope")
    watched.page.click("form.search button")
    watched.page.wait_for_selector("pre.caret")
    assert "no such event of session" in watched.text()


def test_older_events_and_all_with_one_pseudonym(watched: Watched) -> None:
    watched.go("/events?q=table:session&range=all")
    first = watched.page.locator(".events time").first.inner_text()
    watched.page.click("a[rel=next]")
    watched.page.wait_for_url("**cursor=**")
    assert watched.page.locator(".events time").first.inner_text() < first
    watched.page.click(".events .pn >> nth=0")
    watched.page.wait_for_url("**/events?q=user_name**")
    assert watched.page.locator(".events tbody tr").count() > 0


def test_markup_in_a_log_line_is_text(watched: Watched) -> None:
    watched.go("/events?q=table:log_line&range=all")
    assert "<b>&amp; </script>" in watched.text()
    assert watched.page.locator(".message b").count() == 0


def test_a_token_is_made_and_can_be_copied(watched: Watched) -> None:
    watched.go("/enrolment")
    watched.page.click("text=Make token")
    watched.page.wait_for_selector("#command")
    assert watched.page.inner_text("#command") == "sudo reticent-agent enrol -"
    assert watched.page.inner_text("#token").startswith("rtk1_")
    for copied in ("command", "token"):
        assert watched.page.is_visible(f"[data-copy={copied}]")


def test_the_keyboard_reaches_everything_and_shows_where_it_is(watched: Watched) -> None:
    watched.go("/events")
    watched.page.keyboard.press("Tab")
    assert watched.page.evaluate("document.activeElement.className") == "skip"
    outlines = set()
    for _ in range(12):
        watched.page.keyboard.press("Tab")
        outlines.add(watched.page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert "none" not in outlines


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_no_page_is_wider_than_its_screen(watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 800})
    for path in (*PAGES, f"/devices/{device_id(0)}"):
        watched.go(path)
        wide = watched.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path


def test_the_main_things_work_without_javascript(
    site: RunningSite, chromium: Browser, session: str
) -> None:
    context = chromium.new_context(ignore_https_errors=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.origin}/events")
    page.fill("#name", "admin")
    page.fill("#password", session)
    page.click("main button[type=submit]")
    page.wait_for_url("**/events*")
    page.fill("#q", "kind:session.failed_logon")
    page.click("form.search button")
    page.wait_for_url("**failed_logon**")
    assert page.locator(".events tbody tr").count() == 5
    context.close()


def test_the_api_documentation_works_without_the_internet(watched: Watched) -> None:
    watched.go("/api/docs")
    watched.page.wait_for_selector(".opblock", timeout=30_000)
    assert watched.page.locator(".opblock").count() > 15
    watched.page.click("#operations-events-list_events_api_v1_events_get")
    watched.page.wait_for_selector(".opblock.is-open .parameters")
    watched.page.click(".opblock.is-open .try-out__btn")
    watched.page.click(".opblock.is-open .execute")
    watched.page.wait_for_selector(".opblock.is-open .live-responses-table")
    assert "200" in watched.page.inner_text(".opblock.is-open .live-responses-table")


def test_a_log_out_leads_to_the_login(watched: Watched) -> None:
    watched.page.click("text=Log out")
    watched.page.wait_for_url("**/login")
    watched.go("/devices")
    assert "/login" in watched.page.url


def test_the_servers_log_holds_nothing_that_was_searched_for(
    site: RunningSite, watched: Watched
) -> None:
    watched.go("/events?q=user_name:canary-4711&range=all")
    assert "No event matches" in watched.text()
    assert "canary-4711" not in site.log.read_text()
