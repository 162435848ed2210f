"""Errors as RFC 9457 problem details, for callers that read JSON.

A refusal of the product's own has a `type` that tells it apart; a plain HTTP error is "about:blank", as the RFC asks.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping

from flask import Response, request
from werkzeug.exceptions import HTTPException

from web.context import now
from web.error_words import Words, words_for
from workflow.errors import Conflict, InvalidInput, SeveralRefused, TransitionRefused, WorkflowError
from workflow.sign_in import TooManyAttempts
from workflow.text import LOCALES, Text

TYPE = "urn:zujian:problem:"
CHALLENGE = 'Bearer realm="zujian"'
SEE_DESCRIPTION = Text("请对照 /api/v1/openapi.json", "See /api/v1/openapi.json")

# Where the words of the pages would send a program to a button.
WORDS = {
    400: Words(Text("请求无法识别", "The request cannot be read"), SEE_DESCRIPTION),
    401: Words(
        Text("需要有效的令牌", "A valid token is needed"),
        Text(
            "请用 POST /api/v1/tokens 取得令牌，并放在 Authorization: Bearer 中",
            "Get one with POST /api/v1/tokens and send it as Authorization: Bearer",
        ),
    ),
    404: Words(
        Text("没有找到", "Not found"),
        Text("它可能不存在，或不在您的范围内", "It may not exist, or lie outside what you may see"),
    ),
    405: Words(Text("这个地址不支持该方法", "This address does not take that method"), SEE_DESCRIPTION),
    413: Words(Text("请求内容过大", "The body is too large"), Text("文件最大 20 MB", "A file may have up to 20 MB")),
    415: Words(Text("内容类型不对", "The body is of another type than is taken"), SEE_DESCRIPTION),
    422: Words(Text("无法受理", "It cannot be taken"), SEE_DESCRIPTION),
}


def problem_response(status: int, detail: Text | None = None, error: Exception | None = None) -> Response:
    """`error` adds its own members and headers; the language is the one the caller accepts, else Chinese."""
    language = _language()
    words = WORDS.get(status) or words_for(status)
    body = {
        "type": _type_of(error),
        "title": words.title.within(language),
        "status": status,
        "detail": (detail or words.advice).within(language),
        **_members(error),
    }
    response = Response(
        json.dumps(body, ensure_ascii=False), status, _headers(status, error), mimetype="application/problem+json"
    )
    response.content_language.add(language)
    response.vary.add("Accept-Language")
    return response


def _language() -> str:
    """The first of ours in the caller's order; "zh-CN" counts as "zh"."""
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((tag for tag in wanted if tag in LOCALES), LOCALES[0])


def _type_of(error: Exception | None) -> str:
    if not isinstance(error, WorkflowError):
        return "about:blank"
    return TYPE + re.sub(r"(?<!^)([A-Z])", r"-\1", type(error).__name__).lower()


def _members(error: Exception | None) -> Mapping[str, object]:
    if isinstance(error, Conflict):
        return {"current": error.current}
    if isinstance(error, TransitionRefused):
        return {"action": error.action, "state": error.state, "problems": [p.as_dict() for p in error.problems]}
    if isinstance(error, InvalidInput):
        return {"fields": {name: text.as_dict() for name, text in error.fields.items()}}
    if isinstance(error, SeveralRefused):
        return {"cases": {str(case_id): _one_of_many(refusal) for case_id, refusal in error.refusals.items()}}
    return {}


def _one_of_many(refusal: WorkflowError) -> dict[str, object]:
    return {"type": _type_of(refusal), "message": refusal.text.as_dict(), **_members(refusal)}


def _headers(status: int, error: Exception | None) -> dict[str, str]:
    headers = {"WWW-Authenticate": CHALLENGE} if status == 401 else {}
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(max(1, math.ceil((error.retry_at - now()).total_seconds())))
    if isinstance(error, HTTPException):
        # Such as Allow, without which a 405 is not complete; the type of the body is our own.
        headers |= {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return headers
