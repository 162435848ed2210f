"""Why a file is not taken: a class for each reason, each with what to do about it."""

from __future__ import annotations

from workflow.errors import InvalidInput
from workflow.text import Text


class FileRefused(InvalidInput):
    """Root of the reasons; the fault stands at the field `file`."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__({"file": Text(zh, en)})


class EmptyFile(FileRefused):
    def __init__(self) -> None:
        super().__init__("文件是空的：请重新选择", "The file is empty: choose it again")


class FileTooLarge(FileRefused):
    def __init__(self, mebibytes: int) -> None:
        super().__init__(
            f"文件超过 {mebibytes} MB，请压缩后再传", f"The file is larger than {mebibytes} MB: make it smaller"
        )


class KindNotTaken(FileRefused):
    def __init__(self) -> None:
        super().__init__(
            "只接受 PDF、JPG、PNG、DOCX、XLSX 文件", "Only PDF, JPG, PNG, DOCX and XLSX files are accepted"
        )


class OldOfficeFile(FileRefused):
    """The format of .doc and .xls, which is also that of a file with a password; macros cannot be told in it."""

    def __init__(self) -> None:
        super().__init__(
            "这是旧版 .doc、.xls 文件，或设有打开密码：请用 Word 或 WPS 取消密码，另存为 .docx 或 .xlsx",
            "This is an old .doc or .xls file, or has a password: remove it and save as .docx or .xlsx",
        )


class MisnamedFile(FileRefused):
    """The content is another than the ending of the name says."""


class DamagedFile(FileRefused):
    def __init__(self) -> None:
        super().__init__(
            "文件已损坏，无法打开：请重新导出后再传", "The file is damaged and cannot be opened: export it again"
        )


class ArchiveBomb(FileRefused):
    """Unpacked it would be far larger, or of far more parts, than a paper is."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"文件解压后过大（{zh}）：请另存或拆分后再传", f"Too large when unpacked ({en}): split it")


class MacroFound(FileRefused):
    def __init__(self) -> None:
        super().__init__(
            "文件含有宏：请另存为不含宏的 .docx 或 .xlsx", "The file has macros: save it as .docx or .xlsx without them"
        )


class ExternalLink(FileRefused):
    def __init__(self, target: str) -> None:
        where = target[:60]
        super().__init__(
            f"文件链接到外部内容（{where}）：请取消超链接，把图片直接插入文件后再传",
            f"The file links to something outside ({where}): remove the link, or insert the picture itself",
        )


class EmbeddedObject(FileRefused):
    def __init__(self) -> None:
        super().__init__(
            "文件里嵌有其他文件或控件（OLE）：请删除嵌入对象，另作附件上传",
            "The file holds another file or a control (OLE): remove it and upload it on its own",
        )


class ActiveField(FileRefused):
    """A field or a formula that fetches or starts something when the file is opened."""

    def __init__(self) -> None:
        super().__init__(
            "文件含有会自动取数的域或公式（如 DDE）：请改为普通文字后再传",
            "The file has fields or formulas that fetch by themselves (such as DDE): make them plain text",
        )
