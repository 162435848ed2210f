"""What a schema finds wrong with a request, as sentences a person can act on, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask.exceptions import HTTPError
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from web.errors import answer, refused
from workflow.errors import InvalidInput
from workflow.text import Text

WORDS: Mapping[str, Text] = {
    "missing": Text("请填写", "Please fill this in"),
    "extra_forbidden": Text("没有这个字段", "There is no such field"),
    "string_type": Text("应为文字", "must be text"),
    "string_too_short": Text("至少 {min_length} 个字符", "at least {min_length} characters"),
    "string_too_long": Text("最多 {max_length} 个字符", "at most {max_length} characters"),
    "string_pattern_mismatch": Text("格式不对", "is not in the expected form"),
    "int_type": Text("应为整数", "must be a whole number"),
    "int_parsing": Text("应为整数", "must be a whole number"),
    "greater_than_equal": Text("不能小于 {ge}", "must not be below {ge}"),
    "less_than_equal": Text("不能大于 {le}", "must not be above {le}"),
    "literal_error": Text("只能是以下之一：{expected}", "must be {expected}"),
    "dict_type": Text("应为 JSON 对象", "must be a JSON object"),
    "day": Text("应为日期，如 2026-03-02", "must be a date such as 2026-03-02"),
    "value_error": Text("请附上文件", "must be a file"),
    "unstorable": Text("含有无法保存的字符", "has characters that cannot be stored"),
}
OTHERWISE = Text("无法识别", "cannot be read")


def refuse_fields(error: HTTPError) -> ResponseReturnValue:
    """The answer to input that does not fit its schema; every faulty field is named."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return answer(error.status_code, error=error)
    faults = cause.errors(include_url=False, include_input=False)
    return refused(InvalidInput(dict(map(_named, faults))))


def _named(fault: Mapping[str, Any]) -> tuple[str, Text]:
    """The path of a field and what is wrong with it; the sentence names the field too, for it is shown alone."""
    path = ".".join(map(str, fault["loc"])) or "body"
    text = WORDS.get(fault["type"], OTHERWISE).filled(**fault.get("ctx", {}))
    return path, Text(f"{path}：{text.zh}", f"{path}: {text.en}")
