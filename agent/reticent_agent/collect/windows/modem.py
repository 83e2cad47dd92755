"""Table `modem`: the mobile modem and its number.

`netsh mbn show interfaces` is the only source that needs no operator's rights, and it speaks the
language of the laptop. So its labels are believed in English only; in any other language the number
is recognised by what it is, fifteen digits whose last one checks the others (3GPP TS 23.003), and
make and model are left out rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from reticent_contract.catalog.modem import MODEM
from reticent_contract.rows import Row

from reticent_agent.collect.commands import NOT_STARTED, CommandError
from reticent_agent.collect.model import Context, StateCollector
from reticent_agent.collect.rows import present, snapshot
from reticent_agent.collect.windows.cim import ask, text, whole
from reticent_agent.collect.windows.laptop import laptop
from reticent_agent.collect.windows.network_interface import QUESTIONS
from reticent_agent.collect.worthless import described, identifying

_WIRELESS_WAN = 8  # NDIS_PHYSICAL_MEDIUM
_SECONDS_MAX = 10.0
_LINE = re.compile(r"\s*(\S.{0,80}?)\s*:\s(.*)")
_IMEI = re.compile(r"\d{15}")
_PHONE = re.compile(r"\+[0-9]{7,15}")
_PLAIN_NAME = re.compile(r"[\w .()-]{1,128}")  # netsh reads its arguments once more
_TEXT_BYTES_MAX = 64 << 10


def collect(context: Context) -> Iterator[Row]:
    """One row a modem; none where the laptop has none, and then netsh is not started."""
    adapters = [
        adapter
        for adapter in ask(context, QUESTIONS)["MSFT_NetAdapter"].instances
        if whole(adapter, "NdisPhysicalMedium") == _WIRELESS_WAN
    ]
    if not adapters:
        return iter(())
    program = rf"{laptop(context).system_folder}\netsh.exe"
    output = context.commands.run((program, "mbn", "show", "interfaces"), seconds_max=_SECONDS_MAX)
    ts_us = context.clock.now_us()
    # Names with letters outside ASCII come in a code page that is not told: those of CIM hold.
    names = [text(adapter, "Name") for adapter in adapters]
    rows = []
    for values in parse(output):
        name = _name(names, values)
        numbers = _phone_numbers(context, program, name)
        rows.append(snapshot(MODEM, ts_us, {**values, "name": name, "phone_numbers": numbers}))
    return present(rows)


def parse(output: bytes) -> Iterator[dict[str, str | None]]:
    """What is known of each interface; blocks are parted by empty lines."""
    content = output[:_TEXT_BYTES_MAX].decode("utf-8", "replace").replace("\r", "")
    for block in re.split(r"\n[ \t]*\n", content):
        pairs = [match.groups() for line in block.split("\n") if (match := _LINE.match(line))]
        found = {label.casefold(): value.strip() for label, value in pairs}
        numbers = [value for value in found.values() if is_imei(value)]
        if "device id" in found:
            yield {
                "name": found.get("name"),
                "vendor": described(found.get("manufacturer")),
                "model": described(found.get("model")),
                "firmware_version": described(found.get("firmware version")),
                "imei": identifying(found["device id"]),
            }
        elif len(set(numbers)) == 1:
            yield {"name": None, "imei": numbers[0]}


def is_imei(value: str) -> bool:
    """Fifteen digits with Luhn's check digit, and not all the same."""
    if not _IMEI.fullmatch(value) or not value.isascii() or identifying(value) is None:
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(value))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def parse_numbers(output: bytes) -> tuple[str, ...]:
    """Numbers of the SIM card: whatever stands alone as +, country and number (ITU-T E.164)."""
    content = output[:_TEXT_BYTES_MAX].decode("utf-8", "replace").replace("\r", "")
    values = (match[2].strip() for line in content.split("\n") if (match := _LINE.match(line)))
    return tuple(dict.fromkeys(value for value in values if _PHONE.fullmatch(value)))


def _phone_numbers(context: Context, program: str, name: str | None) -> tuple[str, ...]:
    """Empty where the card tells none, or there is no card: netsh fails then."""
    if not name or not _PLAIN_NAME.fullmatch(name):
        return ()
    arguments = (program, "mbn", "show", "readyinfo", f"interface={name}")
    try:
        return parse_numbers(context.commands.run(arguments, seconds_max=_SECONDS_MAX))
    except CommandError as error:
        if error.reason == NOT_STARTED:
            raise
        return ()


def _name(names: list[str | None], values: Mapping[str, str | None]) -> str | None:
    return names[0] if len(names) == 1 else values.get("name") or names[0]


COLLECTOR = StateCollector(table=MODEM.name, collect=collect, seconds_max=30.0)
