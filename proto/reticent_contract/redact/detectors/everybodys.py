"""Whether a UUID is the same on every machine: of a class, an interface, a product, a kind.

Enters: a text, and where a UUID stands in it. Leaves: yes or no, by the UUID itself or by what
adjoins it:

    by itself    what vendors left in, Bluetooth's base, COM's and Office's own ends, kinds of
                 partitions, plans for power, what Microsoft made on its machines before 2002
    a word       CLSID {…}, IID_IDispatch {…}, ProductCode={…}, <Provider Name='x' Guid='{…}', …
    a place      HKCR\\CLSID\\{…}, \\Uninstall\\{…}, Package Cache\\{…}, msiexec /i {…}
    behind it    {…}\\InprocServer32

Must hold: a UUID of one machine, volume, disk, adapter, user, session or request is none of them;
in doubt it is one of those. So `Interface {…}` is left: most are adapters for a network.
What stands around it is told without its digits, which are all alike in a shape.
"""

from __future__ import annotations

import re

# Made up by vendors who did not fill it in; the same on thousands of machines.
_UNFILLED = (
    b"00000000-0000-0000-0000-000000000000",
    b"ffffffff-ffff-ffff-ffff-ffffffffffff",
    b"03000200-0400-0500-0006-000700080009",
    b"03020100-0504-0706-0809-0a0b0c0d0e0f",
    b"10000000-0000-8000-0040-000000000000",
)
# Kinds of partitions (UEFI 2.10, 5.3.3), plans for power (Windows' powercfg), WebSocket (RFC 6455),
# Microsoft's own applications, roles and tenant of Azure.
_WELL_KNOWN = (
    b"ebd0a0a2-b9e5-4433-87c0-68b6b72699c7",
    b"e3c9e316-0b5c-4db8-817d-f92df00215ae",
    b"de94bba4-06d1-4d40-a16a-bfd50179d6ac",
    b"0fc63daf-8483-4772-8e79-3d69d8477de4",
    b"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f",
    b"e6d6d379-f507-44c2-a23c-238f2a3df928",
    b"a19d880f-05fc-4d3b-a006-743f0f84911e",
    b"21686148-6449-6e6f-744e-656564454649",
    b"381b4222-f694-41f0-9685-ff5bb260df2e",
    b"8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c",
    b"a1841308-3541-4fab-bc81-f71556f20b4a",
    b"e9a42b02-d5df-448d-aa00-03f14749eb61",
    b"258eafa5-e914-47da-95ca-c5ab0dc85b11",
    b"04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    b"1950a258-227b-4e31-a9cf-717495945fc2",
    b"9188040d-6c67-4c5b-b112-36a304b66dad",
    b"b24988ac-6180-42a0-ab88-20f7382dd24c",
    b"acdd72a7-3385-48ef-bd42-f606fba81ae7",
    b"12345778-1234-abcd-ef00-0123456789ab",
    b"12345778-1234-abcd-ef00-0123456789ac",
    b"12345678-1234-abcd-ef00-01234567cffb",
    b"12345678-1234-abcd-ef00-0123456789ab",
    b"367abb81-9844-35f1-ad32-98f038001003",
    b"4b324fc8-1670-01d3-1278-5a47bf6ee188",
)
_EVERYBODYS = frozenset((*_UNFILLED, *_WELL_KNOWN))
_ENDS = (
    b"-0000-1000-8000-00805f9b34fb",  # Bluetooth's base (Core specification, 3, B, 2.5.1)
    b"-b5a3-f393-e0a9-e50e24dcca9e",  # Nordic's serial port over Bluetooth
    b"-0000-0000-c000-000000000046",  # COM
    b"-0000000ff1ce",  # Office
    b"-0000-c000-000000000000",  # services of Entra
    b"-0000-0ff1-ce00-000000000000",
    b"-11aa-aa11-00306543ecac",  # kinds of Apple's partitions
)
# By time (RFC 9562, version 1) and by whose card; 11cb is left out, as laptops have that.
_OLD = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-11(?:c[9ef]|d[0-5])-[0-9a-f]{4}-"
    rb"(?:00a0c9|00c04f|00aa00|00805f|08002b|00e098|006008|006097|00a024|444553)[0-9a-f]{6}"
)
_SIGNS = rb"\\?[\"']?\s{0,2}(?:[=:(]|is\b|->)?\s{0,2}\\?[\"'(]?\{?"
_WORD = re.compile(
    rb"(?i)(?:\b|_)(?:(?:clsid|iid|libid|catid|folderid|guid_dev(?:class|interface)|kscategory)"
    rb"(?:_\w{1,60})?|"
    rb"r?clsid|riid|type ?lib(?: ?id)?|class[ _]?guid|(?:com|coclass) class(?: id)?|"
    rb"interface[ _]?uuid|provider[ _]?guid|(?:product|upgrade|package)[ _]?code|"
    rb"identifying ?number|known[ _]?folder(?:[ _]?id)?|folder[ _]?type ?id|"
    rb"(?:power )?(?:scheme|setting|subgroup)[ _]?guid|partition[ _]?type(?:[ _]?guid)?|parttype|"
    rb"(?:service|characteristic|descriptor|gatt)s?[ _]?uuids?|characteristic|"
    rb"schema[ _]?id[ _]?guid|rights[ _]?guid|extended right)" + _SIGNS + rb"\Z"
)
# With its brace alone: of a service in a cloud and of a doctor it is somebody's.
_BRACED = re.compile(
    rb"(?i)(?:\bapp ?id|\bprovider(?:[ :=]{1,2}[\w\-]{1,60})?|\bproduct|\bcom (?:server|object)|"
    rb"<Provider Name=\\?[\"'][^\"'<>]{1,80}[\"'] Guid=\\?[\"'])" + _SIGNS + rb"\Z"
)
_PLACE = re.compile(
    rb"(?i)(?:[\\/](?:clsid|appid|interface|typelib|class|deviceclasses|folderdescriptions|publishers|"
    rb"gpextensions|uninstall|installer|package cache|installed components|"
    rb"browser helper objects|shellex\\[\w\\]{1,40}|upgradecodes|namespace|"
    rb"autologger\\[\w\-]{1,60}|"
    rb"installshield installation information)[\\/]{1,4}|"
    rb"\\{1,2}\?\\[^\s{}]{1,160}#|::|"
    rb"\bmsiexec(?:\.exe)?\\?[\"']?\s[^{}\r\n]{0,60}|\bmsiinstaller\b[^{}\r\n]{0,60})"
    rb"\{\Z"
)
_BEHIND = re.compile(
    rb"(?i)\}?[\\/]{1,4}(?:inprocserver|inprochandler|localserver|proxystubclsid|typelib|progid|"
    rb"shellfolder)"
)
_BEFORE_BYTES = 200
_BEHIND_BYTES = 24


def is_everybodys(text: bytes, start: int, end: int) -> bool:
    uuid = text[start:end].lower()
    if uuid in _EVERYBODYS or uuid.endswith(_ENDS) or _OLD.fullmatch(uuid) is not None:
        return True
    low = max(0, start - _BEFORE_BYTES)
    if _WORD.search(text, max(low, start - 96), start) is not None:
        return True
    if _BEHIND.match(text, end, end + _BEHIND_BYTES) is not None:
        return True
    if text[start - 1 : start] != b"{":
        return False
    return _BRACED.search(text, low, start) is not None or (
        _PLACE.search(text, low, start) is not None
    )
