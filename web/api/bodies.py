"""Refuses a request that cannot be read, in clear words, before a view looks at it."""

from __future__ import annotations

import math

from flask import current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from workflow.errors import InvalidInput
from workflow.text import Text

JSON = "application/json"
MAX_JSON = 1024 * 1024
MAX_DEPTH = 20


class MalformedBody(BadRequest):
    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class WrongMediaType(UnsupportedMediaType):
    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.text = Text(f"请以 {wanted} 发送", f"Send it as {wanted}")


class BodyTooLarge(RequestEntityTooLarge):
    text = Text("JSON 请求最大 1 MB", "A JSON request may have up to 1 MB")


def require_single_parameters() -> None:
    """A parameter written twice would be read once and lost once."""
    repeated = {name for name, values in request.args.lists() if len(values) > 1}
    if repeated:
        raise InvalidInput({name: Text("只能出现一次", "may stand only once") for name in sorted(repeated)})


def require_readable_body() -> None:
    """What the endpoint wants is what its description says; one that describes no body is not asked."""
    view = current_app.view_functions[request.endpoint or ""]
    wanted = getattr(view, "_spec", {}).get("content_type")
    if wanted is None:
        return
    if request.mimetype != wanted:
        raise WrongMediaType(wanted)
    if wanted == JSON:
        _require_readable_object(_read_json())


def _read_json() -> object:
    request.max_content_length = MAX_JSON
    try:
        # Kept by the request: the view reads the same value and not the bytes again.
        return request.get_json()
    except RequestEntityTooLarge as error:
        raise BodyTooLarge from error
    except BadRequest as error:
        raise MalformedBody(Text("请求内容不是有效的 JSON", "The body is not valid JSON")) from error
    except RecursionError as error:
        raise _too_deep() from error


def _require_readable_object(body: object) -> None:
    if not isinstance(body, dict):
        raise InvalidInput({"body": Text("应为 JSON 对象", "must be a JSON object")})
    level: list[object] = [body]
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _contents(value)]
        if not level:
            return
    raise _too_deep()


def _contents(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, list):
        return value
    _refuse_unstorable(value)
    return []


def _refuse_unstorable(value: object) -> None:
    """Neither store keeps NUL or half a surrogate pair, and JSON has no infinity though the parser reads one."""
    if isinstance(value, str) and ("\x00" in value or any(map(_is_half, value))):
        raise MalformedBody(Text("文字中含有无法保存的字符", "A text has characters that cannot be stored"))
    if isinstance(value, float) and not math.isfinite(value):
        raise MalformedBody(Text("数字须为有限值", "A number must be finite"))


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _too_deep() -> MalformedBody:
    return MalformedBody(Text("JSON 嵌套过深", "The JSON is nested too deeply"))
