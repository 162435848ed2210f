"""Which files may be uploaded, told by their content and not by their name."""

from __future__ import annotations

from workflow.documents.office import DOCX, XLSX, office_kind
from workflow.documents.refusals import EmptyFile, FileTooLarge, KindNotTaken, MisnamedFile, OldOfficeFile
from workflow.unpacking import ZIP_START

MEBIBYTE = 1024 * 1024
MAX_SIZE = 20 * MEBIBYTE

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
__all__ = ["DOCX", "JPEG", "MAX_SIZE", "PDF", "PNG", "XLSX", "kind_of"]

_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDINGS = {PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg"), DOCX: (".docx",), XLSX: (".xlsx",)}


def kind_of(filename: str, data: bytes) -> str:
    """The content type; raises the FileRefused that says why a file is not taken."""
    if not data:
        raise EmptyFile
    if len(data) > MAX_SIZE:
        raise FileTooLarge(MAX_SIZE // MEBIBYTE)
    if data.startswith(_OLE):
        raise OldOfficeFile
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)
    if kind is None and data.startswith(ZIP_START):
        kind = office_kind(data)
    if kind is None:
        raise _not_what_it_says(filename)
    if not filename.lower().endswith(_ENDINGS[kind]):
        wanted = _ENDINGS[kind][0]
        raise MisnamedFile(
            f"文件内容是 {wanted}，与文件名不符：请改正扩展名",
            f"The content is {wanted}, which the file's name does not say: give it that ending",
        )
    return kind


def _not_what_it_says(filename: str) -> KindNotTaken | MisnamedFile:
    """Whoever renamed a file is told another thing than whoever chose a kind that is not taken."""
    ending = next((e for endings in _ENDINGS.values() for e in endings if filename.lower().endswith(e)), None)
    if ending is None:
        return KindNotTaken()
    kind = ending[1:].upper()
    return MisnamedFile(
        f"文件内容与扩展名不符：这不是真正的 {kind}（{ending}），请重新导出或拍照上传",
        f"The content does not fit the file's ending: this is no real {kind} ({ending});"
        " export it again or take a picture",
    )
