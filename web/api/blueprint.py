"""The blueprint every resource of the API hangs on: one prefix, one way to read requests, one way to refuse them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError

from web.api.bodies import require_readable_body, require_single_parameters
from web.api.faults import refuse_fields
from web.api.openapi import describe

View = TypeVar("View", bound=Callable[..., Any])

bp = APIBlueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(require_single_parameters)
bp.before_request(require_readable_body)
bp.register_error_handler(HTTPError, refuse_fields)
bp.record_once(lambda state: describe(state.app))


def documented(
    tag: str, operation_id: str, *refusals: int, answer: Mapping[str, Any] | None = None
) -> Callable[[View], View]:
    """Places a view in the description; its docstring is the rest.

    `refusals` are those its signature does not show; `answer` is for one that is no JSON.
    """
    responses: Any = dict.fromkeys(refusals, "") | ({200: answer} if answer else {})
    marked: Callable[[View], View] = bp.doc(tags=[tag], operation_id=operation_id, responses=responses or None)
    return marked
