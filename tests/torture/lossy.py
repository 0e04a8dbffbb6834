"""A layer under SQLite that writes down every write and every sync, for `crash` to cut the power.

It takes the place of three functions of SQLite's own file layer, in this process, by ctypes: each
call is recorded in a file of its own and then carried out. The record survives a kill, as it is
handed to the kernel before the write it tells of.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysqlite3

HEAD = struct.Struct("<cBqi")
"""Kind (Write, Truncate, Sync, Delete), file (0 database, 1 WAL), place or size, count of bytes."""

_MAIN_DB, _WAL = 0x100, 0x80000
_POINTER = ctypes.c_void_p
_VFS_FIELDS = (
    "next", "name", "app", "open", "delete", "access", "full", "dlopen", "dlerror", "dlsym",
    "dlclose", "random", "sleep", "time", "error",
)  # fmt: skip
_IO_FIELDS = (
    "close", "read", "write", "truncate", "sync", "size", "lock", "unlock", "reserved", "control",
    "sector", "device", "map", "shm_lock", "barrier", "unmap", "fetch", "unfetch",
)  # fmt: skip


class _Vfs(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in ("version", "file_bytes", "path_bytes")),
        *((name, _POINTER) for name in _VFS_FIELDS),
    ]


class _Io(ctypes.Structure):
    _fields_ = [("version", ctypes.c_int), *((name, _POINTER) for name in _IO_FIELDS)]


# Names go through as bare pointers: SQLite keeps them, and reads on behind their end.
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, _POINTER, ctypes.c_int, _POINTER)
_DELETE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int)
_WRITE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER, ctypes.c_int, ctypes.c_int64)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, ctypes.c_int)

_kept: list[Any] = []  # what C points at must not be collected


class Recorder:
    """Records into `path`; one a process, and it cannot be taken out again."""

    def __init__(self, path: Path) -> None:
        self._record = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o600)
        self._files: dict[int, int] = {}
        self._patched: dict[int, _Io] = {}
        library = ctypes.CDLL(pysqlite3._sqlite3.__file__)
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        vfs = library.sqlite3_vfs_find(None).contents
        self._open, self._delete = _OPEN(vfs.open), _DELETE(vfs.delete)
        self._set(vfs, "open", _OPEN(self._on_open))
        self._set(vfs, "delete", _DELETE(self._on_delete))

    def _set(self, table: ctypes.Structure, name: str, function: Any) -> None:  # noqa: ANN401 - a C function
        _kept.append(function)
        setattr(table, name, ctypes.cast(function, _POINTER))

    def _note(self, kind: bytes, file: int, place: int = 0, raw: bytes = b"") -> None:
        os.write(self._record, HEAD.pack(kind, file, place, len(raw)) + raw)

    def _on_open(self, vfs: int, name: int, file: int, flags: int, out: int) -> int:
        result: int = self._open(vfs, name, file, flags, out)
        self._files.pop(file, None)
        if result == 0 and flags & (_MAIN_DB | _WAL):
            self._files[file] = int(bool(flags & _WAL))
            methods = _POINTER.from_address(file)
            methods.value = ctypes.addressof(self._patch(methods.value or 0))
        return result

    def _on_delete(self, vfs: int, name: int, sync: int) -> int:
        if ctypes.string_at(name).endswith(b"-wal"):
            self._note(b"D", 1)
        result: int = self._delete(vfs, name, sync)
        return result

    def _patch(self, methods: int) -> _Io:
        """Return a copy of a file's methods in which ours stand before the real ones."""
        if methods in self._patched:
            return self._patched[methods]
        real = _Io.from_address(methods)
        patched = _Io.from_buffer_copy(real)
        self._set(patched, "write", _WRITE(self._writer(_WRITE(real.write))))
        self._set(patched, "truncate", _TRUNCATE(self._cutter(_TRUNCATE(real.truncate))))
        self._set(patched, "sync", _SYNC(self._syncer(_SYNC(real.sync))))
        self._patched[methods] = patched
        return patched

    def _writer(self, real: Callable[..., int]) -> Callable[[int, int, int, int], int]:
        def write(file: int, raw: int, count: int, place: int) -> int:
            self._note(b"W", self._files[file], place, ctypes.string_at(raw, count))
            return real(file, raw, count, place)

        return write

    def _cutter(self, real: Callable[..., int]) -> Callable[[int, int], int]:
        def truncate(file: int, size: int) -> int:
            self._note(b"T", self._files[file], size)
            return real(file, size)

        return truncate

    def _syncer(self, real: Callable[..., int]) -> Callable[[int, int], int]:
        def sync(file: int, flags: int) -> int:
            result = real(file, flags)
            self._note(b"S", self._files[file])
            return result

        return sync
