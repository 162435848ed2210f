"""Bearer tokens: one for name and password, as at sign-in; handing it back ends it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import structlog
from flask import Response, request
from pydantic import Field

from web.api.blueprint import bp, documented
from web.api.shapes import Input, Shape
from web.auth.access import me, public
from web.context import now, runtime
from workflow.api_tokens import issue_token, revoke_token
from workflow.sign_in import sign_in

log = structlog.get_logger(__name__)


class Credentials(Input):
    username: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000, json_schema_extra={"format": "password"})]


class TokenShape(Shape):
    token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # the name of the scheme
    expires_at: datetime


@bp.post("/tokens")
@public
@bp.input(Credentials)
@bp.output(TokenShape, 201)
@documented("tokens", "createToken", 401, 429)
def create_token(json_data: Credentials) -> TokenShape:
    """Get a bearer token.

    Guessing is limited as at sign-in: 429 says in `Retry-After` how many seconds to wait.
    """
    address = request.remote_addr or ""
    user = sign_in(runtime().db, json_data.username, json_data.password, address=address, now=now())
    issued = issue_token(runtime().db, user, now())
    log.info("token_issued", user_id=user.id)
    return TokenShape(token=issued.token, expires_at=issued.expires_at)


@bp.delete("/tokens/current")
@bp.output({}, 204)
@documented("tokens", "revokeCurrentToken")
def revoke_current_token() -> Response:
    """End the token of this request."""
    if request.authorization and request.authorization.token:
        revoke_token(runtime().db, request.authorization.token, now())
    log.info("token_revoked", user_id=me().id)
    return Response(status=204)
