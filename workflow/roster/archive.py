"""An .xlsx is a zip. Its directory is judged before anything is unpacked, and no member may be larger than it says.

Nothing is ever written to disk, so names like `../x` and links have no effect here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence

from workflow.roster.refusals import damaged, not_a_workbook, refused, too_large
from workflow.unpacking import ZIP_START, BrokenMember, inflated

MEBIBYTE = 1024 * 1024
MAX_FILE = 20 * MEBIBYTE
MAX_MEMBERS = 200
MAX_UNPACKED = 100 * MEBIBYTE
MAX_RATIO = 100

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHARED_STRINGS = "xl/sharedStrings.xml"


def refuse_size(size: int) -> None:
    """Raises InvalidInput for a file that is not even read into memory."""
    if size > MAX_FILE:
        raise too_large(f"文件超过 {MAX_FILE // MEBIBYTE} MB", f"it is over {MAX_FILE // MEBIBYTE} MB")


def xml_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The XML members of a workbook, shared strings first; raises InvalidInput before unpacking what is unsafe.

    Pictures, macros and embedded files are left out: nobody downstream can open them by mistake.
    """
    _refuse_other_formats(data)
    directory = _directory(data)
    _refuse_bombs(directory, len(data))
    wanted = [info for info in directory if info.filename.endswith((".xml", ".rels"))]
    for info in sorted(wanted, key=lambda info: info.filename != _SHARED_STRINGS):
        yield info.filename, _inflated(data, info)


def _refuse_other_formats(data: bytes) -> None:
    if not data:
        raise refused("文件是空的（0 字节）：请重新选择", "The file is empty (0 bytes): choose it again")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refused(
                "这个工作簿设有打开密码：请在 Excel 里取消密码后再导入",
                "This workbook has a password: remove it in Excel, then import",
            )
        raise refused(
            "这是旧版 .xls 文件：请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入",
            "This is an old .xls file: open it in Excel or WPS, save it as .xlsx and import that",
        )
    if not data.startswith(ZIP_START):
        raise not_a_workbook()


def _directory(data: bytes) -> Sequence[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            directory = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged() from error
    names = {info.filename for info in directory}
    if "xl/workbook.xml" not in names:
        raise not_a_workbook()
    if len(names) < len(directory):
        raise damaged()
    return directory


def _refuse_bombs(directory: Sequence[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(info.file_size for info in directory)
    if len(directory) > MAX_MEMBERS:
        raise too_large(f"里面有 {len(directory)} 个部件", f"it holds {len(directory)} parts")
    if unpacked > MAX_UNPACKED:
        raise too_large(f"展开后有 {unpacked // MEBIBYTE} MB", f"unpacked it takes {unpacked // MEBIBYTE} MB")
    if unpacked > MAX_RATIO * size:
        raise too_large("压缩比高得不正常", "its compression ratio is not that of a roster")


def _inflated(data: bytes, info: zipfile.ZipInfo) -> bytes:
    try:
        return inflated(data, info)
    except BrokenMember as error:
        raise damaged() from error
