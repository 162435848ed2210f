"""A member of a zip, unpacked with care: no larger than its directory says it is."""

from __future__ import annotations

import zipfile
import zlib

ZIP_START = b"PK\x03\x04"
_LOCAL_HEADER = 30


class BrokenMember(ValueError):
    """Encrypted, packed in a rare way, cut off, or larger than it says."""


def inflated(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """Unpacks by hand: `zipfile` would stop quietly at the declared size and hide that there is more.

    Raises BrokenMember.
    """
    if info.flag_bits & 0x1 or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BrokenMember("encrypted, or packed in a way that is not taken")
    at = info.header_offset
    header = data[at : at + _LOCAL_HEADER]
    if not header.startswith(ZIP_START) or len(header) < _LOCAL_HEADER:
        raise BrokenMember("no header where the directory says")
    start = at + _LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + info.compress_size]
    try:
        stored = info.compress_type == zipfile.ZIP_STORED
        content = packed if stored else zlib.decompressobj(-15).decompress(packed, info.file_size + 1)
    except zlib.error as error:
        raise BrokenMember("cannot be unpacked") from error
    if len(content) != info.file_size:
        raise BrokenMember("not of the size it says")
    return content
