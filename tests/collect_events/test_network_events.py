"""Links and addresses that come and go: by made-up messages, and by the kernel's own."""

from __future__ import annotations

import ctypes
import os
import shutil
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from collect_events.fakes import NOW_US, FakeNetlink, Followed, Recorder
from reticent_agent.collect.linux.network_events import Network, network_changes
from reticent_agent.collect.linux.rtnetlink import Address, Link, parse_messages

UP, LOOPBACK, RUNNING = 0x1, 0x8, 0x40
NEW_LINK, DEL_LINK, NEW_ADDRESS, DEL_ADDRESS, DONE = 16, 17, 20, 21, 3
CLONE_NEWNET = 0x40000000


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def message(kind: int, body: bytes) -> bytes:
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body + bytes(-len(body) % 4)


def link(index: int, name: str, flags: int = 0, *, kind: str = "", gone: bool = False) -> bytes:
    body = struct.pack("=BxHiII", 0, 1, index, flags, 0) + attribute(3, name.encode() + b"\0")
    if kind:
        body += attribute(18 | 0x8000, attribute(1, kind.encode() + b"\0"))
    return message(DEL_LINK if gone else NEW_LINK, body)


def address(index: int, packed: bytes, *, peer: bytes = b"", gone: bool = False) -> bytes:
    family = 2 if len(packed) == 4 else 10
    body = struct.pack("=BBBBI", family, 24, 0, 0, index) + attribute(1, peer or packed)
    if family == 2:
        body += attribute(2, packed)
    return message(DEL_ADDRESS if gone else NEW_ADDRESS, body)


WIFI = bytes([192, 0, 2, 7])
HOME = bytes.fromhex("20010db8000000000000000000000007")
HEARD = ("address_added", "made1", "192.0.2.8")


def events(recorder: Recorder) -> list[tuple[str, object, object]]:
    return [(r.event, r.values["name"], r.values.get("ip_address")) for r in recorder.rows()]


def told(network: Network, *messages: bytes) -> list[tuple[str, object, object]]:
    rows = [row for each in messages for row in network.told(each, NOW_US)]
    assert all((row.table, row.ts_us) == ("network_event", NOW_US) for row in rows)
    return [(row.event, row.values["name"], row.values.get("ip_address")) for row in rows]


def test_a_link_that_comes_up_gets_an_address_and_goes_down() -> None:
    network = Network(lambda: [Link(3, "wlan0", "", False, False)])
    assert told(
        network,
        link(3, "wlan0", UP),  # switched on, no carrier
        link(3, "wlan0", UP | RUNNING),
        link(3, "wlan0", UP | RUNNING),  # a scan
        address(3, WIFI),
        address(3, HOME),
        address(3, HOME),  # renewed
        address(3, WIFI, gone=True),
        link(3, "wlan0", UP),
    ) == [
        ("up", "wlan0", None),
        ("address_added", "wlan0", "192.0.2.7"),
        ("address_added", "wlan0", "2001:db8::7"),
        ("address_removed", "wlan0", "192.0.2.7"),
        ("down", "wlan0", None),
    ]


def test_the_own_end_of_a_tunnel_is_told_and_its_removal() -> None:
    network = Network(list)
    assert told(
        network,
        link(9, "wg0", UP | RUNNING, kind="wireguard") + address(9, WIFI, peer=b"\xc6\x33\x64\x01"),
        link(9, "wg0", kind="wireguard", gone=True),
        link(9, "wg0", UP | RUNNING, kind="wireguard"),
        address(9, WIFI),
    ) == [
        ("up", "wg0", None),
        ("address_added", "wg0", "192.0.2.7"),
        ("down", "wg0", None),
        ("up", "wg0", None),
        ("address_added", "wg0", "192.0.2.7"),
    ]


def test_loopback_and_veths_are_not_told_even_where_a_message_leaves_their_kind_out() -> None:
    network = Network(list)
    assert (
        told(
            network,
            link(1, "lo", UP | LOOPBACK | RUNNING),
            address(1, b"\x7f\0\0\1"),
            link(7, "vethabc", UP | RUNNING, kind="veth"),
            address(7, WIFI),
            link(7, "vethabc", 0),
            address(99, WIFI),  # of a link that was never told
        )
        == []
    )


def test_a_link_that_appears_switched_off_is_not_told_to_have_gone_down() -> None:
    network = Network(list)
    off = link(5, "made0")
    assert told(network, off, off, link(5, "made0", UP), link(5, "made0", gone=True)) == []


def test_a_bridge_that_tells_of_its_port_does_not_take_the_port_down() -> None:
    network = Network(lambda: [Link(3, "eth0", "", True, False)])
    of_bridge = struct.pack("=BxHiII", 7, 1, 3, 0, 0) + attribute(3, b"eth0\0")
    assert told(network, message(DEL_LINK, of_bridge)) == []


def test_a_comparison_tells_what_changed_unheard() -> None:
    there: list[Link | Address] = [
        Link(2, "eth0", "", True, False),
        Link(3, "wlan0", "", True, False),
        Address(2, "192.0.2.7"),
        Address(3, "192.0.2.8"),
    ]
    network = Network(lambda: there)
    there[:] = [Link(3, "wlan0", "", True, False), Address(3, "192.0.2.9")]
    rows = list(network.compared(NOW_US))
    assert [(r.event, r.values["name"], r.values.get("ip_address")) for r in rows] == [
        ("address_removed", "eth0", "192.0.2.7"),
        ("address_removed", "wlan0", "192.0.2.8"),
        ("down", "eth0", None),
        ("address_added", "wlan0", "192.0.2.9"),
    ]
    assert list(network.compared(NOW_US)) == []


def test_a_cut_message_ends_where_it_is_cut() -> None:
    whole = link(3, "wlan0", UP) + address(3, WIFI)
    for end in range(len(whole)):
        list(parse_messages(whole[:end]))
    assert len(list(parse_messages(whole))) == 2


def test_a_source_asks_for_everything_first_and_again_after_an_overrun() -> None:
    kernel = FakeNetlink()
    lists: list[list[bytes]] = [[link(2, "eth0", UP | RUNNING)], [address(2, WIFI)]]
    asking: list[FakeNetlink] = []

    def open_socket(family: int, groups: int) -> FakeNetlink:
        if groups:
            return kernel
        other = FakeNetlink()
        other.answers = [[*messages, message(DONE, bytes(4))] for messages in lists]
        asking.append(other)
        return other

    with Followed(network_changes(open_socket), Path("/")) as recorder:
        kernel.tell(address(2, HOME))
        recorder.wait_for(lambda: len(recorder.rows()) == 1)
        lists[:] = [[link(2, "eth0", UP)], [address(2, HOME)]]
        kernel.overrun()
        recorder.wait_for(lambda: len(recorder.rows()) == 3)
    assert events(recorder) == [
        ("address_added", "eth0", "2001:db8::7"),
        ("address_removed", "eth0", "192.0.2.7"),
        ("down", "eth0", None),
    ]
    assert [len(other.asked) for other in asking] == [2, 2]
    assert all(other.closed for other in (kernel, *asking))


@pytest.fixture
def in_own_network() -> Callable[[Callable[[], None]], None]:
    """Runs a function in a network namespace of its own: this machine's links stay as they are."""
    ip = shutil.which("ip") or "/usr/sbin/ip"
    if not Path(ip).exists():
        pytest.skip("no ip program")

    def run(work: Callable[[], None]) -> None:
        errors: list[BaseException] = []

        def thread() -> None:
            if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
                errors.append(PermissionError())
                return
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised again in the test's thread
                errors.append(error)

        runner = threading.Thread(target=thread)
        runner.start()
        runner.join()
        if errors and isinstance(errors[0], PermissionError):
            pytest.skip("no right to make a network namespace")
        if errors:
            raise errors[0]

    return run


def run_ip(*arguments: str) -> None:
    ip = shutil.which("ip") or "/usr/sbin/ip"
    subprocess.run([ip, *arguments], check=True, capture_output=True)


@pytest.mark.enable_socket
@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes links")
def test_links_and_addresses_of_a_real_kernel(
    in_own_network: Callable[[Callable[[], None]], None],
) -> None:
    found: list[tuple[str, object, object]] = []

    def work() -> None:
        try:
            run_ip("link", "add", "made0", "type", "dummy")
        except subprocess.CalledProcessError:  # a kernel without it
            run_ip("link", "add", "made0", "type", "ifb")
        run_ip("link", "add", "made1", "type", "bridge")
        with Followed(network_changes(), Path("/")) as recorder:
            run_ip("link", "set", "lo", "up")
            run_ip("link", "add", "made2", "type", "veth", "peer", "name", "made3")
            run_ip("link", "set", "made2", "up")
            run_ip("link", "set", "made3", "up")
            run_ip("address", "add", "192.0.2.9/24", "dev", "made2")
            while not recorder.rows():  # the source may not have begun to listen yet
                run_ip("link", "set", "made0", "up")
                threading.Event().wait(0.05)
                run_ip("link", "set", "made0", "down")
            # The kernel tells all in one order: behind this nothing of the rounds before comes.
            run_ip("address", "add", "192.0.2.8/24", "dev", "made1")
            recorder.wait_for(lambda: HEARD in events(recorder))
            del recorder.collected[:]
            run_ip("link", "set", "made0", "up")
            run_ip("address", "add", "192.0.2.7/24", "dev", "made0")
            run_ip("address", "add", "2001:db8::7/64", "dev", "made0", "nodad")
            # The kernel tells of these from a queue of its own, when it comes to it.
            recorder.wait_for(lambda: ("address_added", "made0", "2001:db8::7") in events(recorder))
            run_ip("address", "del", "192.0.2.7/24", "dev", "made0")
            run_ip("link", "set", "made0", "down")
            run_ip("link", "del", "made0")
            recorder.wait_for(lambda: ("down", "made0", None) in events(recorder))
        found.extend(e for e in events(recorder) if not str(e[2]).startswith("fe80:"))

    in_own_network(work)
    assert found[:4] == [
        ("up", "made0", None),
        ("address_added", "made0", "192.0.2.7"),
        ("address_added", "made0", "2001:db8::7"),
        ("address_removed", "made0", "192.0.2.7"),
    ]
    assert set(found[4:]) == {("down", "made0", None), ("address_removed", "made0", "2001:db8::7")}
