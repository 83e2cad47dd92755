"""The `Keeper` of Windows: DPAPI, for the machine.

For the machine, not for an account: `enrol` is run by an administrator, the service by another
account, and both need the keys. Other accounts are kept out by the folder's access list.

Source: CryptProtectData, CryptUnprotectData (dpapi.h), LocalFree (winbase.h). This has not run on a
Windows yet; the tests have a made-up library that is called the same way.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from typing import Any

from reticent_contract.kept import Kept

from reticent_agent.keepers.model import StoreError

UI_FORBIDDEN, LOCAL_MACHINE = 0x1, 0x4
_FLAGS = UI_FORBIDDEN | LOCAL_MACHINE


class DataBlob(ctypes.Structure):
    """DATA_BLOB: `size` bytes at `data`."""

    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_ubyte)))


_BLOB = ctypes.POINTER(DataBlob)
# in, description, entropy, reserved, prompt, flags, out
PROTECT_ARGUMENTS = (
    *(_BLOB, ctypes.c_void_p, _BLOB, ctypes.c_void_p, ctypes.c_void_p),
    *(ctypes.c_uint32, _BLOB),
)


class Dpapi:
    """`crypt32` and `kernel32` are the libraries, `last_error` gives GetLastError's number."""

    kept = Kept.DPAPI

    def __init__(self, crypt32: Any, kernel32: Any, last_error: Callable[[], int]) -> None:
        self._protect = crypt32.CryptProtectData
        self._unprotect = crypt32.CryptUnprotectData
        for function in (self._protect, self._unprotect):
            function.argtypes = PROTECT_ARGUMENTS
            function.restype = ctypes.c_int
        self._free = kernel32.LocalFree
        self._free.argtypes = (ctypes.c_void_p,)
        self._free.restype = ctypes.c_void_p
        self._last_error = last_error

    def seal(self, secret: bytes) -> bytes:
        return self._call(self._protect, secret)

    def open(self, blob: bytes) -> bytes:
        return self._call(self._unprotect, blob)

    def forget(self, blob: bytes) -> None:
        """Windows keeps nothing of a blob: it goes with its file."""

    def _call(self, function: Callable[..., int], data: bytes) -> bytes:
        buffer = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
        given, got = DataBlob(len(data), buffer), DataBlob(0, None)
        try:
            done = function(
                *(ctypes.byref(given), None, None, None, None), _FLAGS, ctypes.byref(got)
            )
            if not done:
                raise StoreError(f"Windows does not do it (error {self._last_error():#x})")
            return ctypes.string_at(got.data, got.size)
        finally:
            ctypes.memset(buffer, 0, len(data))
            if got.data:
                ctypes.memset(got.data, 0, got.size)
                self._free(got.data)


def of_this_system() -> Dpapi | None:
    if sys.platform == "win32":
        from reticent_agent.collect.windows.native.calls import kernel32, library

        return Dpapi(library("crypt32.dll"), kernel32, ctypes.get_last_error)
    return None
