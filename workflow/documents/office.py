"""What is inside a DOCX or XLSX: judged part by part before anybody's office suite opens it.

The directory is judged before anything is unpacked; nothing is written to disk. The limits are those of a paper, not
of the format: macros, links to the outside, embedded objects and fields that fetch have no place in an official one.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Sequence

from workflow.documents.parts import inspect_part
from workflow.documents.refusals import ArchiveBomb, DamagedFile, EmbeddedObject, ExternalLink, MacroFound
from workflow.unpacking import BrokenMember, inflated

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MEBIBYTE = 1024 * 1024
MAX_MEMBERS = 200
MAX_UNPACKED = 100 * MEBIBYTE
MAX_RATIO = 100

_MAIN = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))
_MACRO_PARTS = ("vbaproject", "vbadata", "macrosheets/")
_OBJECT_PARTS = ("/embeddings/", "/activex/")
_ARCHIVES = (".zip", ".7z", ".rar", ".jar", ".docx", ".xlsx", ".docm", ".xlsm", ".pptx")


def office_kind(data: bytes) -> str | None:
    """DOCX, XLSX, or None for another zip; raises the FileRefused that says what is wrong inside."""
    members = _directory(data)
    names = {member.filename for member in members}
    kind = next((kind for part, kind in _MAIN if part in names), None)
    if kind is None:
        return None
    _refuse_bomb(members, len(data))
    _refuse_parts(members)
    if "[Content_Types].xml" not in names:
        raise DamagedFile
    for member in members:
        if member.filename.lower().endswith((".xml", ".rels", ".vml")):
            inspect_part(member.filename, _content(data, member))
    return kind


def _directory(data: bytes) -> Sequence[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise DamagedFile from error
    if len({member.filename for member in members}) < len(members):
        raise DamagedFile
    return members


def _refuse_bomb(members: Sequence[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        raise ArchiveBomb(f"{len(members)} 个部件", f"{len(members)} parts")
    if unpacked > MAX_UNPACKED:
        raise ArchiveBomb(f"{unpacked // MEBIBYTE} MB", f"{unpacked // MEBIBYTE} MB")
    if unpacked > MAX_RATIO * size:
        raise ArchiveBomb("压缩比异常", "a ratio no paper has")


def _refuse_parts(members: Sequence[zipfile.ZipInfo]) -> None:
    for member in members:
        name = member.filename.lower()
        if any(part in name for part in _MACRO_PARTS):
            raise MacroFound
        if any(part in f"/{name}" for part in _OBJECT_PARTS) or name.endswith(_ARCHIVES):
            raise EmbeddedObject
        if "/externallinks/" in name:
            raise ExternalLink(member.filename)
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or _is_link(member):
            raise DamagedFile


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _content(data: bytes, member: zipfile.ZipInfo) -> bytes:
    try:
        return inflated(data, member)
    except BrokenMember as error:
        raise DamagedFile from error
