"""Whether the files of an embedded index are as tantivy wrote them, told by the checksum at the end of each.

tantivy itself never looks at its checksums: it answers from altered files with errors, with panics, or wrongly.
A file ends (tantivy 0.27, `common/footer`) with a JSON object that has the CRC-32 of all before it as `crc`, the
object's length and the number 1337, both as 32 bits little-endian.
"""

from __future__ import annotations

import json
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

from kernel.errors import EngineUnavailable, IndexOutdated

_PARTS = (".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm")
_MAGIC = 1337
_TAIL = struct.Struct("<II")
_LONGEST_FOOTER = 4096
_CHUNK_BYTES = 1 << 20
# A commit or a merge by another process removes files that were looked for: then there is another list of them.
_ATTEMPTS = 5

_Stamp = tuple[int, int, int]


class Soundness:
    """Checks one index folder. Files whose size and times have not changed are read once only. Safe over threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, tuple[_Stamp, str | None]] = {}

    def check(self, *, anew: bool = False) -> None:
        """IndexOutdated if a file is missing, cut or altered. `anew`: reads every file again, whatever its times say.

        EngineUnavailable if the files cannot be read for another reason (rights, too many open files).
        """
        with self._lock:
            if anew:
                self._known.clear()
            try:
                found = self._damage()
            except OSError as error:
                raise EngineUnavailable(reason=str(error)) from error
        if found:
            raise IndexOutdated(reason=f"the index is damaged: {found}")

    def _damage(self) -> str | None:
        listed = self._listed()
        for _ in range(_ATTEMPTS):
            found = self._damage_of(listed)
            now_listed = self._listed()
            if found is None or now_listed == listed:
                return found
            listed = now_listed
        raise EngineUnavailable(reason="the index changes without end")

    def _listed(self) -> bytes:
        try:
            return (self._folder / "meta.json").read_bytes()
        except FileNotFoundError:
            return b""

    def _damage_of(self, listed: bytes) -> str | None:
        try:
            names = list(_names(listed))
        except (ValueError, KeyError, TypeError, AttributeError):
            return "meta.json cannot be read"
        self._known = {name: known for name, known in self._known.items() if name in names}
        troubles = ((name, self._trouble(name)) for name in names)
        return next((f"{name} {trouble}" for name, trouble in troubles if trouble), None)

    def _trouble(self, name: str) -> str | None:
        path = self._folder / name
        try:
            status = path.stat()
            stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
            former, trouble = self._known.get(name, (None, None))
            if former != stamp:
                trouble = _why_unsound(path, status.st_size)
                self._known[name] = (stamp, trouble)
        except FileNotFoundError:
            return "is missing"
        return trouble


def _names(listed: bytes) -> Iterator[str]:
    for segment in json.loads(listed)["segments"]:
        stem = segment["segment_id"].replace("-", "")
        yield from (stem + part for part in _PARTS)
        if segment["deletes"]:
            yield f"{stem}.{segment['deletes']['opstamp']}.del"


def _why_unsound(path: Path, size: int) -> str | None:
    with path.open("rb") as stream:
        stream.seek(max(0, size - _TAIL.size - _LONGEST_FOOTER))
        tail = stream.read()
        if len(tail) < _TAIL.size:
            return "is cut"
        length, magic = _TAIL.unpack(tail[-_TAIL.size :])
        if magic != _MAGIC or length > len(tail) - _TAIL.size:
            return "is cut"
        try:
            noted = json.loads(tail[-_TAIL.size - length : -_TAIL.size])["crc"]
        except (ValueError, KeyError, TypeError):
            return "is altered"
        stream.seek(0)
        left, crc = size - _TAIL.size - length, 0
        while left and (chunk := stream.read(min(left, _CHUNK_BYTES))):
            crc = zlib.crc32(chunk, crc)
            left -= len(chunk)
    return None if crc == noted else "is altered"
