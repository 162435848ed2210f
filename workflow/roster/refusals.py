"""A file that cannot be read as a roster is refused whole, with one sentence that says what to do."""

from __future__ import annotations

from workflow.errors import InvalidInput
from workflow.text import Text

FIELD = "file"


def refused(zh: str, en: str) -> InvalidInput:
    return InvalidInput({FIELD: Text(zh, en)})


def not_a_workbook() -> InvalidInput:
    return refused(
        "这个文件不是 Excel 工作簿：请上传 .xlsx 格式的摸排表",
        "This file is not an Excel workbook: send the roster as .xlsx",
    )


def damaged() -> InvalidInput:
    return refused(
        "这个 Excel 文件已损坏，读不出来：请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入",
        "This Excel file is damaged: open it in Excel or WPS, save it again as .xlsx and import that",
    )


def too_large(zh: str, en: str) -> InvalidInput:
    return refused(
        f"文件过大，没有打开：{zh}。请删去图片和多余内容，或按镇街分成几个文件",
        f"The file is too large and was not opened: {en}. Remove pictures and spare content, or split it by town",
    )
