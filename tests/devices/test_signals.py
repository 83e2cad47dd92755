"""What two looks at a machine have in common, and that a token says nothing of its part."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from reticent_agent.collect.clock import SystemClock
from reticent_agent.collect.model import Context
from reticent_agent.identity import machine
from reticent_contract.machine import SIGNAL_BYTES, Part
from reticent_contract.v1 import identity_pb2
from reticent_server.devices import signals
from support.made_laptop import MadeLaptop

A, B = frozenset({"aa" * 16}), frozenset({"bb" * 16})


@pytest.mark.parametrize(
    ("before", "now", "another", "same"),
    [
        ({"board": A, "disk": A}, {"board": A, "disk": A}, False, True),
        ({"board": A, "disk": A}, {"board": B, "disk": B}, True, False),
        ({"board": A, "disk": A}, {"board": B, "disk": A}, False, False),
        ({"network": A}, {"network": B}, False, False),  # one part alone may be a new one
        ({"network": A | B}, {"network": B}, False, True),  # a dock was unplugged
        ({"board": A}, {"disk": A}, False, False),  # nothing to compare
        ({}, {"board": A}, False, False),
        ({"board": A, "disk": A}, {"disk": A}, False, False),  # the board is left out
        ({"disk": A}, {"disk": A}, False, False),  # a disk goes along with the key on it
        ({"board": A}, {"board": A, "disk": A}, False, True),  # more is read than before
    ],
)
def test_two_looks_are_compared_part_by_part(
    before: dict[str, frozenset[str]],
    now: dict[str, frozenset[str]],
    *,
    another: bool,
    same: bool,
) -> None:
    compared = signals.compare(before, now)
    assert (compared.another_machine, compared.the_same_machine) == (another, same)


def test_only_well_formed_signals_are_read_and_few_of_each() -> None:
    def message(kind: str, token: bytes) -> identity_pb2.MachineSignal:
        return identity_pb2.MachineSignal(kind=kind, token=token)

    many = [message("disk", bytes([n]) * 16) for n in range(20)]
    found = signals.read([message("board", b"short"), message("other", b"x" * 16), *many])
    assert set(found) == {"disk"}
    assert len(found["disk"]) == 8
    assert signals.of_text(signals.to_text(found)) == found
    assert len(signals.to_text(dict.fromkeys(Part, found["disk"]))) <= 1_024  # its column


def look(laptop: MadeLaptop, folder: Path) -> dict[str, set[bytes]]:
    collecting = laptop.collecting()
    context = Context(
        files=collecting.files,
        commands=collecting.commands,
        clock=SystemClock(),
        stopping=lambda: False,
    )
    found: dict[str, set[bytes]] = {}
    for signal in machine.signals(folder, collecting.collectors, context):
        found.setdefault(signal.kind, set()).add(signal.token)
    return found


def test_what_is_plugged_in_is_no_part_of_the_machine_and_a_salt_keys_the_rest(
    tmp_path: Path,
) -> None:
    state: dict[str, Any] = {
        "board": [{"serial": "BOARD-1"}],
        "disk": [
            {"name": "sda", "serial": "DISK-1", "removable": False},
            {"name": "sdb", "serial": "STICK", "removable": True},
        ],
        "network_interface": [
            {"name": "lo", "mac_address": "02:00:00:00:00:01", "physical": False},
            {"name": "eth0", "mac_address": "52:54:00:12:34:56", "physical": True},
        ],
        "software": [{"name": "not a part"}],
    }
    laptop = MadeLaptop(tmp_path, state)
    first = look(laptop, tmp_path / "one")
    assert {kind: len(tokens) for kind, tokens in first.items()} == dict.fromkeys(Part, 1)
    assert look(laptop, tmp_path / "one") == first
    other_salt = look(laptop, tmp_path / "two")
    assert all(first[kind].isdisjoint(other_salt[kind]) for kind in Part)
    assert all(len(token) == SIGNAL_BYTES for tokens in first.values() for token in tokens)


def test_a_part_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    laptop = MadeLaptop(
        tmp_path, {"board": [cast("Any", {"serial": None})], "disk": [{"name": "sda"}]}
    )
    assert look(laptop, tmp_path / "one") == {}
