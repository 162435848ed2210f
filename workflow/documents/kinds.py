"""Which files may be uploaded, told by their content and not by their name."""

from __future__ import annotations

import io
import zipfile

from workflow.errors import InvalidInput
from workflow.text import Text

MAX_SIZE = 20 * 1024 * 1024
MAX_MEMBERS = 500
MAX_UNPACKED = 200 * 1024 * 1024

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_ENDINGS = {PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg"), DOCX: (".docx",), XLSX: (".xlsx",)}


def kind_of(filename: str, data: bytes) -> str:
    """The content type; raises InvalidInput for an empty, oversized, unknown, misnamed or macro-bearing file."""
    if not data:
        raise _refused(Text("文件是空的", "The file is empty"))
    if len(data) > MAX_SIZE:
        raise _refused(Text("文件超过 20 MB，请压缩后再传", "The file is larger than 20 MB: make it smaller"))
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), None) or _office_kind(data)
    if kind is None:
        raise _refused(_not_what_it_says(filename))
    if not filename.lower().endswith(_ENDINGS[kind]):
        wanted = _ENDINGS[kind][0]
        raise _refused(
            Text(f"文件内容是 {wanted}，与文件名不符", f"The content is {wanted}, which the file's name does not say")
        )
    return kind


def _not_what_it_says(filename: str) -> Text:
    """Whoever renamed a file is told another thing than whoever chose a kind that is not taken."""
    ending = next((e for endings in _ENDINGS.values() for e in endings if filename.lower().endswith(e)), None)
    if ending is None:
        return Text("只接受 PDF、JPG、PNG、DOCX、XLSX 文件", "Only PDF, JPG, PNG, DOCX and XLSX files are accepted")
    kind = ending[1:].upper()
    return Text(
        f"文件内容与扩展名不符：这不是真正的 {kind}（{ending}），请重新导出或拍照上传",
        f"The content does not fit the file's ending: this is no real {kind} ({ending});"
        " export it again or take a picture",
    )


def _office_kind(data: bytes) -> str | None:
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise _refused(Text("文件已损坏，无法打开", "The file is damaged and cannot be opened")) from error
    names = {member.filename for member in members}
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise _refused(Text("文件解压后过大", "The file is too large when unpacked"))
    if any("vbaproject" in name.lower() for name in names):
        raise _refused(Text("文件含有宏，请另存为不含宏的文件", "The file has macros: save it without them"))
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _refused(text: Text) -> InvalidInput:
    return InvalidInput({"file": text})
