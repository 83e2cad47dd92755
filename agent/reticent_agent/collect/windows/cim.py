"""Questions to CIM (WMI), asked through Windows PowerShell.

Enters: classes with the properties that are wanted, and no other. Leaves: rows of JSON values.
Must hold: one process answers all questions of a set; a class that is not there, or not for the
agent, says so; any other failure raises, so that half an answer is never taken as whole.

The answer is one JSON object, a member a class: an array of instances; an instance alone (older
releases of ConvertTo-Json unpack an array of one); `{"value": [...], "Count": n}` (an array that
PowerShell wrapped); or `{"failed": NativeErrorCode, "code": HRESULT}`. Dates are `/Date(ms)/`.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reticent_agent.collect.model import CommandRunner, Context
from reticent_agent.collect.windows.laptop import laptop
from reticent_agent.errors import AgentError

# Tables of one round share an answer. What a notice tells of is asked for two seconds later or more
# (`schedule.DEBOUNCE_S`), so an answer that is younger cannot be from before.
FRESH_S = 2.0
SECONDS_MAX = 25.0  # a cold PowerShell on a slow disk takes ten
ANSWER_DEPTH_MAX = 4

Instance = Mapping[str, object]

# Names of Microsoft.Management.Infrastructure.NativeErrorCode, and WBEM_E_* or HRESULTs.
_ABSENT = frozenset({"InvalidNamespace", "InvalidClass", "NotFound", "NotSupported"})
_ABSENT_CODES = frozenset({0x8004100E, 0x80041010, 0x80041002, 0x8004100C})
_DENIED = frozenset({"AccessDenied"})
_DENIED_CODES = frozenset({0x80041003, 0x80070005, 0x80041062})
_DATE = re.compile(r"/Date\((-?\d{1,17})([+-]\d{4})?\)/")
_DMTF = re.compile(r"(\d{4})(\d\d)(\d\d)\d{6}\.\d{6}[+-]\d{3}")


class CimError(AgentError):
    """PowerShell gave no usable answer. The message never holds what it said."""

    term = "not_understood"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"CIM {what}; its table keeps the rows it had; run Get-CimInstance by hand to see why",
            permanent=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`where` is WQL. Columns are named one by one, since `*` makes some classes very slow.

    `columns_vary`: releases of Windows differ in the columns; WQL refuses a query with one that is
    not there, so `*` is asked for, and what is not there is null.
    """

    cim_class: str
    properties: tuple[str, ...]
    namespace: str = "root/cimv2"
    where: str = ""
    columns_vary: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    instances: tuple[Instance, ...] = ()
    lacks: str = ""  # "absent" or "needs_root" where there is no answer


def ask(
    context: Context, questions: Sequence[Question], *, fresh_s: float = FRESH_S
) -> Mapping[str, Answer]:
    """By class; an answer that was begun less than `fresh_s` ago is shared.

    Raises CimError, CommandError.
    """
    return _answers.get(context, tuple(questions), fresh_s)


def command(system_folder: str, questions: Sequence[Question]) -> tuple[str, ...]:
    """powershell.exe with the script as -EncodedCommand (UTF-16LE, base64): nothing to quote."""
    script = base64.b64encode(_script(questions).encode("utf-16-le")).decode()
    return (
        rf"{system_folder}\WindowsPowerShell\v1.0\powershell.exe",
        "-NoLogo",
        "-NoProfile",
        "-NonInteractive",
        "-OutputFormat",
        "Text",
        "-EncodedCommand",
        script,
    )


def parse(content: bytes, questions: Sequence[Question]) -> Mapping[str, Answer]:
    """Raises CimError where it is no whole answer."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise CimError("answered what is no JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise CimError("answered something else than was asked")
    return {question.cim_class: _answer(found, question.cim_class) for question in questions}


def text(instance: Instance, name: str) -> str | None:
    value = instance.get(name)
    return value if isinstance(value, str) else None


def whole(instance: Instance, name: str) -> int | None:
    """A whole number; 64-bit ones come as text from some providers."""
    value = instance.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 19:
        return int(value)
    return None


def flag(instance: Instance, name: str) -> bool | None:
    value = instance.get(name)
    return value if isinstance(value, bool) else None


def items(instance: Instance, name: str) -> tuple[object, ...]:
    """Of an array, in whatever form PowerShell wrote it; () where there is none."""
    value = instance.get(name)
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        value = value["value"]
    if isinstance(value, list):
        return tuple(value)
    return () if value is None else (value,)


def day(instance: Instance, name: str) -> str | None:
    """The day of a CIM DateTime in UTC, as 2025-08-21. Firmware dates are midnight UTC."""
    value = text(instance, name) or ""
    if match := _DMTF.fullmatch(value):
        return f"{match[1]}-{match[2]}-{match[3]}"
    if match := _DATE.fullmatch(value):
        try:
            return f"{datetime.fromtimestamp(int(match[1]) / 1000, UTC):%Y-%m-%d}"
        except (ValueError, OverflowError, OSError):
            return None
    return None


def _script(questions: Iterable[Question]) -> str:
    lines = [
        "$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue'",
        # Not allowed in constrained language; then what is not ASCII makes the answer unusable.
        "try{[Console]::OutputEncoding=New-Object System.Text.UTF8Encoding($false)}catch{}",
        "$found=@{}",
    ]
    for question in questions:
        columns = ",".join(question.properties)
        asked = "*" if question.columns_vary else columns
        where = f" WHERE {question.where}" if question.where else ""
        query = f"SELECT {asked} FROM {question.cim_class}{where}"  # noqa: S608 - WQL of our own
        query = query.replace("'", "''")
        lines.append(
            f"try{{$found['{question.cim_class}']=@(Get-CimInstance -Namespace "
            f"'{question.namespace}' -Query '{query}' -OperationTimeoutSec 15|"
            f"Select-Object -Property {columns})}}"
            f"catch{{$found['{question.cim_class}']=@{{failed="
            "[string]$_.Exception.NativeErrorCode;code=$_.Exception.HResult}}"
        )
    lines.append(f"$found|ConvertTo-Json -Compress -Depth {ANSWER_DEPTH_MAX}")
    return "\n".join(lines)


def _answer(found: Mapping[str, object], cim_class: str) -> Answer:
    if cim_class not in found:
        raise CimError(f"left {cim_class} out")
    value = found[cim_class]
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        value = value["value"]
    if isinstance(value, dict) and "failed" in value:
        return Answer(lacks=_lacks(value, cim_class))
    found_all = value if isinstance(value, list) else [] if value is None else [value]
    instances = tuple(instance for instance in found_all if isinstance(instance, dict))
    if len(instances) != len(found_all):
        raise CimError(f"answered {cim_class} with what is no instance")
    return Answer(instances)


def _lacks(failure: Mapping[str, object], cim_class: str) -> str:
    name, code = failure.get("failed"), failure.get("code")
    number = code & 0xFFFFFFFF if isinstance(code, int) else 0
    if name in _ABSENT or number in _ABSENT_CODES:
        return "absent"
    if name in _DENIED or number in _DENIED_CODES:
        return "needs_root"
    raise CimError(f"could not read {cim_class}")


class _Answers:
    """The last answers of each machine; whoever asks meanwhile waits for the same process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: weakref.WeakKeyDictionary[
            CommandRunner, dict[tuple[Question, ...], tuple[float, Mapping[str, Answer]]]
        ] = weakref.WeakKeyDictionary()

    def get(
        self, context: Context, questions: tuple[Question, ...], fresh_s: float
    ) -> Mapping[str, Answer]:
        arrived_at = context.clock.monotonic()
        with self._lock:
            kept = self._kept.setdefault(context.commands, {})
            at, answers = kept.get(questions, (float("-inf"), {}))
            if arrived_at - at < fresh_s:
                return answers
            now = context.clock.monotonic()
            arguments = command(laptop(context).system_folder, questions)
            output = context.commands.run(arguments, seconds_max=SECONDS_MAX)
            answers = parse(output, questions)
            kept[questions] = (now, answers)
            return answers


_answers = _Answers()
