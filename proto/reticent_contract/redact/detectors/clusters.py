"""Machines without a domain in what clusters, backups, storage and remote control say.

    a verb          kubectl drain knode-14, cordoned aks-pool1-22, Synced node info for stor-5
    a noun          client fra-hr-db2, peer lab-gw-3, minion rz-5, broker 3 (kfk-03)
    in brackets     [hz-mum-4] member left, Node 10.0.0.9 (cass-r3), PLAY RECAP haproxy-02
    a deed behind   job on mum-files-4 pended, 'HV-GUEST-7' was turned off
    two of them     hop HUB-LYON -> HUB-TURIN

Enters: text. Leaves: names, as `machines.MACHINES` has them. Must hold: linear; all digits are
alike. A part has to say that it is a machine, or it has a number and a part that logs are not
written with: `batch-2`, `queue-main` and `shard-9` are what programs count.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.actors import LEFT_OUT
from reticent_contract.redact.detectors.fleet import (
    is_anywhere,
    is_called_so,
    is_machine,
    is_numbered,
)
from reticent_contract.redact.detectors.grouped import grouped
from reticent_contract.redact.detectors.machines import ADDRESS, DEVICES
from reticent_contract.redact.detectors.model import Finder, Found
from reticent_contract.redact.detectors.person import is_name, is_prose_word
from reticent_contract.redact.gates import in_order

_CHARS_MIN = 4
_NAME = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){1,4}"
_ONE = r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,4}"
_ENDS = r"(?:[\s,;\"')\]]|[:.](?:\s|$)|$)"
# Where nothing but a machine stands.
_SURE = (
    r"(?:kubectl (?:drain|cordon|uncordon)|node info for|PLAY RECAP|"
    r"EventMember(?:Failed|Join|Leave|Update|Reap):)"
)
_BEHIND_SURE = rf"{_SURE} ({_NAME}){_ENDS}"
_SURE_GATE = in_order(f"{_SURE} [A-Za-z]")
_VERB = (
    r"(?:drain(?:ed|ing)?|cordon(?:ed|ing)?|fenc(?:ed|ing)|leader[;,] following|"
    r"secondary[;,] following|failover to|failed over to|tunnel to|"
    r"(?:remote )?session (?:of|from|to)|picked(?: up)? by|task on|"
    r"migrat(?:ed|ion|ing) to|saved for host|[Bb]ackup of|Replicating|Backing up|Restoring|Imaging)"
)
_BEHIND_VERB = rf"{_VERB} (?:node |host |\[)?[\"']?({_NAME})[\"']?{_ENDS}"
_VERB_GATE = in_order(f"{_VERB} [A-Za-z\"'\\[]")
_NOUN = (
    r"(?:[Aa]gent|[Pp]eer|[Cc]lient|[Mm]inion|[Bb]roker|[Nn]odes|[Rr]unner|[Ss]ensor|[Rr]eplica|"
    r"[Nn]ode|[Hh]ost|[Bb]ox)"
)
_BEHIND_NOUN = rf"\b{_NOUN} (?:[0-9]{{1,4}} )?[\"'(\[]?({_NAME})[\"')\]]?{_ENDS}"
_NOUN_GATE = in_order(
    r"(?:gent|peer|Peer|lient|inion|roker|odes?|unner|ensor|eplica|[Hh]ost|[Bb]ox) "
    r"(?:[0-9]{1,4} )?[\"'(\[]?[A-Za-z][A-Za-z0-9]*-"
)
_IN_BRACKETS = (
    rf"(?:^|[\s:])\[({_NAME})\] (?:[A-Z][a-z]+ )?(?:member|node|left|joined|rejoined|suspected)\b|"
    rf"\b[Nn]ode [0-9.]{{7,15}} \(({_NAME})\)|\(//({_NAME})/[A-Z]|\bmon\.({_NAME}) calling\b|"
    # Of a search cluster, of Samba's and MySQL's clients, of whoever greets a mail server.
    rf"search: \[({_NAME})\]|\.c:[0-9]+\([a-z_0-9]+\) ({_NAME}) \(|\] @ ({_NAME}) \[|"
    rf"(?:H=|HELO |EHLO |name )\(({_ONE})\) \[[0-9]"
)
_IN_BRACKETS_GATE = in_order(
    r"\] (?:[A-Z][a-z]+ )?(?:member|node|left|joined|rejoined|suspected)|"
    r"\b[Nn]ode [0-9.]+ \(|\(//[A-Za-z]|\bmon\.[A-Za-z]|"
    r"search: \[[A-Za-z]|\.c:[0-9]+\([a-z_0-9]+\) [A-Za-z]|\] @ [A-Za-z][^\s]* \[|"
    r"\([A-Za-z0-9\-]+\) \[[0-9]"
)
_DEED = (
    r"(?:was turned o(?:n|ff)|(?:has )?(?:pended|re-?joined)|was not backed up|"
    r"(?:is|became|went|came) (?:now )?(?:idle|unreachable|(?:back )?o(?:ff|n)line))"
)
_BEFORE_DEED = rf"(?:^|[\s\"'(])({_NAME})[\"')]? {_DEED}\b"
_DEED_GATE = in_order(
    r"(?:was turned o|pended|joined|not backed up|(?:is|became|went|came) (?:now )?"
    r"(?:idle|unreachable|(?:back )?o[fn]))"
)
_HOP = rf"\b[Hh]op ({_NAME}) (?:->|=>|\x{{2192}}) ({_NAME}){_ENDS}"
_HOP_GATE = r"\b[Hh]op [A-Za-z]"
# Beside a noun that is a machine's alone a number is enough: host werkbank2.
_OF_HOST = rf"\b(?:[Hh]ost|[Mm]achine) [\"']?({_ONE})[\"']?{_ENDS}"
_OF_HOST_GATE = r"\b(?:[Hh]ost|[Mm]achine) [\"']?[A-Za-z]+(?:[0-9]|-[A-Za-z0-9])"


def _take(start: int, value: bytes) -> Found | None:
    if not is_machine(value) and not is_numbered(value):
        return None
    return _take_sure(start, value)


def _take_doing(start: int, value: bytes) -> Found | None:
    """The same, or a part that says what it is for beside one that is no word, or capitals."""
    if (is_called_so(value) or value.isupper()) and not is_prose_word(value):
        return _take_sure(start, value)
    return _take(start, value)


def _take_sure(start: int, value: bytes) -> Found | None:
    if is_anywhere(value) or LEFT_OUT.fullmatch(value) is not None:
        return None
    if DEVICES.fullmatch(value) is not None or ADDRESS.search(value) is not None:
        return None
    return (start, start + len(value), value) if is_name(value) else None


def _take_no_word(start: int, value: bytes) -> Found | None:
    """Where anything may stand that greets: no `localhost`, no word."""
    is_any = len(value) < _CHARS_MIN or is_prose_word(value.lower())
    return None if is_any else _take_sure(start, value)


CLUSTERS: tuple[Finder, ...] = (
    grouped(_BEHIND_SURE, _SURE_GATE, _take_sure),
    grouped(_BEHIND_VERB, _VERB_GATE, _take),
    grouped(_BEHIND_NOUN, _NOUN_GATE, _take),
    grouped(
        _IN_BRACKETS,
        _IN_BRACKETS_GATE,
        *(_take, _take, _take_sure, _take_sure, _take_sure, _take_sure, _take_sure),
        _take_no_word,
    ),
    grouped(_BEFORE_DEED, _DEED_GATE, _take_doing),
    grouped(_HOP, _HOP_GATE, _take_sure),
    grouped(_OF_HOST, _OF_HOST_GATE, _take),
)
