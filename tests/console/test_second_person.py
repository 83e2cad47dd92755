"""Two people in two browsers: one asks for something, the other agrees, the first does it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from reticent_contract.redact.sealed import seal_key_of, unseal
from support.console_data import device_id
from support.console_site import RunningSite, cli, prepared
from support.told import told_of, typed_in
from support.watched import Watched

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
PASSWORD = "a password of my own"
NARROW = 390  # as a phone's screen
REASON = 'her "own" request, §15/3'  # is another text in JSON and in an address

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


def entered(browser: Browser, site: RunningSite, link: str) -> Watched:
    """Somebody with a browser of their own, logged on through their one-time link."""
    watched = Watched(browser.new_context(ignore_https_errors=True).new_page(), site.origin)
    watched.page.set_viewport_size({"width": NARROW, "height": 800})
    watched.page.goto(link if link.startswith("https") else site.origin + link)
    watched.page.fill("#new", PASSWORD)
    watched.page.fill("#again", PASSWORD)
    watched.page.click("text=Set password and log in")
    watched.page.wait_for_url("**/devices")
    return watched


def look_up(somebody: Watched) -> None:
    somebody.go("/people")
    somebody.page.fill("#person", "canary-4711")
    somebody.page.fill("#reason", REASON)
    somebody.page.click("main button[type=submit]")


def answer_a_person(ada: Watched, bo: Watched) -> None:
    """A request from receipt to its end."""
    page = ada.page
    ada.go("/devices")
    page.click("nav >> text=Persons")
    page.wait_for_url("**/people/requests")
    page.fill("#identifiers", "canary-4711\ncanary-4711@example.com")
    page.fill("#reference", "T-17")
    page.click("main form button")
    page.wait_for_url("**/people/requests/*")
    address = page.url
    assert "canary-4711" not in ada.text()
    assert _width(ada) <= NARROW
    page.click("main >> text=Look for what is held")
    assert "needs a second person; nothing was done" in ada.text()

    bo.go("/approvals")
    bo.page.click("#waiting a")
    assert "person: canary-4711@example.com" in bo.text()
    bo.page.click("main >> text=Approve")
    bo.page.wait_for_url("**/approvals")

    page.goto(address)
    assert "approved" in ada.text()
    page.click("main >> text=Look for what is held")
    page.wait_for_url(address)
    assert "No row" in page.inner_text("#found")
    for link, said in (("To read", "What is held"), ("each row", '{"kind":"end","rows":0}')):
        with page.expect_download() as download:
            page.click(f"main >> text={link}")
        assert said in Path(download.value.path()).read_text()
    page.click("main >> text=Close: the person has it")
    page.wait_for_url(address)
    assert "done" in ada.text()
    page.click(".crumb a")
    page.wait_for_url("**/people/requests")
    assert "T-17" in ada.text()
    assert _width(ada) <= NARROW


@dataclass
class People:
    site: RunningSite
    ada: Watched
    bo: Watched
    typed: set[str]

    def bo_agrees(self, shown: str) -> None:
        self.bo.go("/approvals")
        self.bo.page.click("#waiting a")
        self.bo.page.wait_for_url("**/approvals/*-*")
        assert shown in self.bo.text()
        assert _width(self.bo) <= NARROW
        self.bo.page.click("main >> text=Approve")
        self.bo.page.wait_for_url("**/approvals")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """At the end no browser has complained, and none has asked another host."""
    data = tmp_path_factory.mktemp("two") / "data"
    link = prepared(data)
    with RunningSite(data) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        ada = entered(browser, site, link)
        role = ("--role", "privacy-officer", "--link", "--json")
        made = cli("user", "add", "bo", *role, "--data", data).json
        bo = entered(browser, site, made["link"])
        typed: set[str] = set()
        for somebody in (ada, bo):
            somebody.page.on("request", lambda r: typed.update(typed_in(r.url, r.post_data)))
        yield People(site, ada, bo, typed)
        for somebody in (ada, bo):
            assert somebody.complaints == []
            assert somebody.hosts == {site.origin.removeprefix("https://")}
        browser.close()


@pytest.fixture(autouse=True)
def nothing_that_was_typed_is_in_the_servers_log(people: People) -> Iterator[None]:
    people.typed.clear()
    yield
    log = people.site.log.read_text()
    assert "server_started" in log
    assert told_of(people.typed, log) == []


def _width(somebody: Watched) -> int:
    return int(somebody.page.evaluate("document.documentElement.scrollWidth"))


def test_the_menu_of_whoever_sees_all_of_it_is_one_row(people: People) -> None:
    """Also while so many requests wait for approval that their number has two digits."""
    page, badge = people.ada.page, '<span class="badge warn">12</span>'
    page.route("**/approvals/count", lambda route: route.fulfill(body=badge))
    page.set_viewport_size({"width": 1280, "height": 800})
    people.ada.go("/devices")
    page.wait_for_selector(".top nav .badge")
    heights = page.eval_on_selector_all(
        ".top nav a, .who > a", "all => all.map(one => one.getBoundingClientRect().top)"
    )
    assert len(heights) == 12
    assert max(heights) - min(heights) < 5
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert _width(people.ada) <= NARROW
    page.unroute("**/approvals/count")


def test_one_asks_another_agrees_and_it_is_done_once(people: People) -> None:
    ada, bo = people.ada, people.bo
    look_up(ada)
    assert "needs a second person; nothing was done" in ada.text()
    ada.go("/approvals")
    ada.page.click("#mine a")
    assert "nobody does on their own request" in ada.text()
    assert ada.page.locator("main button[type=submit]", has_text="Approve").count() == 0

    bo.go("/devices")
    badge = bo.page.locator("nav .badge")
    expect(badge).to_have_text("1")
    bo.page.click("nav >> text=Approvals")
    bo.page.wait_for_url("**/approvals")
    assert _width(bo) <= NARROW
    bo.page.click("#waiting a")
    bo.page.wait_for_url("**/approvals/*-*")
    assert "person: canary-4711" in bo.text()
    assert _width(bo) <= NARROW
    bo.page.fill("#words", "I know of it")
    bo.page.click("main >> text=Approve")
    bo.page.wait_for_url("**/approvals")
    assert "approved" in bo.page.inner_text("#done")

    look_up(ada)
    assert "Nothing was found" in ada.text()
    look_up(ada)
    assert "needs a second person" in ada.text()
    ada.go("/approvals")
    ada.page.click("#mine a")
    ada.page.click("text=Withdraw")
    assert {"canary-4711", REASON, "I know of it"} <= people.typed


def test_what_is_searched_for_stands_in_an_address_and_in_no_log(people: People) -> None:
    """The same for it as for what a form sends, which is looked at after each test."""
    query = 'user_name:"canary 4711/é"'
    people.ada.go(f"/events?{urlencode({'q': query, 'range': 'all'})}")
    assert "No event matches" in people.ada.text()
    assert query in people.typed


def test_a_person_is_answered_from_receipt_to_the_end(people: People) -> None:
    answer_a_person(people.ada, people.bo)
    assert {"canary-4711", "canary-4711@example.com", "T-17"} <= people.typed


def test_an_agent_is_uninstalled_by_a_form_of_its_laptops_page(people: People) -> None:
    page = people.ada.page

    def ask() -> None:
        people.ada.go(f"/devices/{device_id(0)}")
        assert _width(people.ada) <= NARROW
        page.fill("#uninstall-reason", "returned, ticket 4711")
        page.click("#uninstall button")

    ask()
    expect(page.locator("main")).to_contain_text("needs a second person; nothing was done")
    people.bo_agrees("what it has not sent is lost")
    ask()
    assert "returned, ticket 4711" in people.typed
    page.wait_for_selector("#asked tbody tr")
    assert "uninstall" in page.inner_text("#asked tbody")
    assert "waits" in page.inner_text("#asked tbody")
    assert _width(people.ada) <= NARROW
    card, table = (page.locator(f"#asked{inner}").bounding_box() for inner in ("", " .scroll"))
    assert card is not None
    assert table is not None
    assert card["x"] <= table["x"]
    assert table["x"] + table["width"] <= card["x"] + card["width"]


def test_a_policy_is_written_looked_at_agreed_to_and_published(people: People) -> None:
    page = people.ada.page
    people.ada.go("/policies?group=lab")
    page.click("text=Write a new version")
    page.wait_for_url("**/policies/draft?group=lab")
    begun = page.input_value("#text")
    assert "extends: default" in begun
    page.fill(
        "#text",
        f"{begun}looser: [user_account.user_id]\n"
        "tables:\n  user_account:\n    fields: {user_id: keep}\n",
    )
    page.fill("#lines", "from 203.0.113.77 to canary-4711@example.com")
    page.click("#draft button")
    page.wait_for_selector("#diff >> text=It reveals more.")
    left = page.inner_text("#tried")
    assert "from 203.0.113.0/24 to <pn:email:1:" in left
    assert _width(people.ada) <= NARROW
    page.fill("#reason", "audit 4712 of accounts")
    written = page.input_value("#text")
    page.fill("#text", f"{written}# Not looked at.\n")
    page.click("#publish button")
    expect(page.locator("main")).to_contain_text("changed after it was looked at")
    assert page.input_value("#text") == f"{written}# Not looked at.\n"
    assert "from 203.0.113.0/24 to <pn:email:1:" in page.inner_text("#tried")
    page.click("#publish button")
    expect(page.locator("main")).to_contain_text("needs a second person; nothing was done")
    assert page.input_value("#text") == f"{written}# Not looked at.\n"
    assert page.input_value("#lines").startswith("from 203.0.113.77")
    assert page.input_value("#reason") == "audit 4712 of accounts"
    assert _width(people.ada) <= NARROW
    with page.expect_popup() as beside:
        page.click("main >> text=See the request")
    assert "nobody does on their own request" in beside.value.inner_text("main")
    beside.value.close()
    people.bo_agrees("user_account.user_id")
    page.click("#publish button")
    page.wait_for_url("**/policies?group=lab")
    assert "whole group" in page.inner_text("#history tbody")
    assert {"audit 4712 of accounts"} <= people.typed


def test_a_support_bundle_is_read_agreed_to_sealed_and_downloaded(people: People) -> None:
    page, private = people.ada.page, X25519PrivateKey.generate()
    people.ada.go("/devices")
    page.click("nav >> text=Support")
    page.wait_for_url("**/support")
    assert _width(people.ada) <= NARROW
    page.click("main >> text=Make a bundle >> nth=-1")
    page.wait_for_selector("#text pre")
    text, address = page.inner_text("#text pre"), page.url
    assert json.loads(text)["counts"]["server.runs"] == 1

    def seal() -> None:
        page.goto(address)
        assert _width(people.ada) <= NARROW
        page.fill("#vendor-key", str(seal_key_of(private)))
        page.fill("#seal-reason", "case 4711")
        page.click("#seal button")

    seal()
    expect(page.locator("main")).to_contain_text("needs a second person; nothing was done")
    people.bo_agrees("all of this and nothing else")
    seal()
    assert {"case 4711", str(seal_key_of(private))} <= people.typed
    page.wait_for_selector("#sealed a")
    with page.expect_download() as download:
        page.click("#sealed a")
    assert unseal(Path(download.value.path()).read_text().strip(), private) == text
    page.goto(address)
    assert "support.download" in page.inner_text("#trail")
    assert _width(people.ada) <= NARROW
