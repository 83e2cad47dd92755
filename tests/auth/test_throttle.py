"""Failed attempts are counted before they are checked, and forgotten in time."""

from __future__ import annotations

import pytest
from reticent_server.auth import settings
from reticent_server.auth.errors import ThrottledError
from reticent_server.auth.throttle import LoginThrottle


class Seconds:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def throttle(seconds: Seconds) -> LoginThrottle:
    return LoginThrottle(clock=seconds)


def fail(throttle: LoginThrottle, count: int, name: str = "ada", address: str = "a") -> None:
    for _ in range(count):
        throttle.admit(name=name, address=address)


def test_tries_at_once_all_count(throttle: LoginThrottle) -> None:
    fail(throttle, settings.FAILURES_PER_NAME_AND_ADDRESS)
    with pytest.raises(ThrottledError) as raised:
        throttle.admit(name="ada", address="a")
    assert raised.value.retry_after_s == settings.THROTTLE_WINDOW_S


def test_another_address_and_another_name_are_not_held_up(throttle: LoginThrottle) -> None:
    fail(throttle, settings.FAILURES_PER_NAME_AND_ADDRESS)
    throttle.admit(name="ada", address="b")
    throttle.admit(name="eve", address="a")


def test_one_address_cannot_go_through_names(throttle: LoginThrottle) -> None:
    for number in range(settings.FAILURES_PER_ADDRESS):
        throttle.admit(name=f"name{number}", address="a")
    with pytest.raises(ThrottledError):
        throttle.admit(name="another", address="a")


def test_a_known_browser_is_counted_by_itself(throttle: LoginThrottle) -> None:
    fail(throttle, settings.FAILURES_PER_NAME_AND_ADDRESS)
    for _ in range(settings.FAILURES_PER_BROWSER):
        throttle.admit_browser(name="ada", browser="b")
    with pytest.raises(ThrottledError):
        throttle.admit_browser(name="ada", browser="b")
    throttle.admit_browser(name="ada", browser="c")
    throttle.browser_succeeded(name="ada", browser="b")
    throttle.admit_browser(name="ada", browser="b")
    throttle.admit(name="eve", address="a")


def test_the_window_ends(throttle: LoginThrottle, seconds: Seconds) -> None:
    fail(throttle, settings.FAILURES_PER_NAME_AND_ADDRESS)
    seconds.now += settings.THROTTLE_WINDOW_S - 1
    with pytest.raises(ThrottledError) as raised:
        throttle.admit(name="ada", address="a")
    assert raised.value.retry_after_s == 1
    seconds.now += 1
    throttle.admit(name="ada", address="a")


def test_a_success_forgets_the_pairs_failures(throttle: LoginThrottle) -> None:
    fail(throttle, settings.FAILURES_PER_NAME_AND_ADDRESS - 1)
    throttle.admit(name="ada", address="a")
    throttle.succeeded(name="ada", address="a")
    fail(throttle, settings.FAILURES_PER_NAME_AND_ADDRESS)


def test_ones_own_login_does_not_clear_the_address_for_guessing_others(
    throttle: LoginThrottle,
) -> None:
    for number in range(settings.FAILURES_PER_ADDRESS - 1):
        throttle.admit(name=f"name{number}", address="a")
    throttle.admit(name="own", address="a")
    throttle.succeeded(name="own", address="a")
    throttle.admit(name="another", address="a")
    with pytest.raises(ThrottledError):
        throttle.admit(name="yet another", address="a")


def test_what_is_remembered_is_bounded(
    throttle: LoginThrottle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "THROTTLE_KEYS_MAX", 10)
    for number in range(100):
        throttle.admit(name=f"name{number}", address=f"address{number}")
    assert len(throttle._failures) <= 10
