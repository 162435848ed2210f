"""The one way a case moves over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from web.api.blueprint import bp, documented
from web.api.shapes import Day, Input, Shape
from web.auth.access import me
from web.context import runtime
from workflow.engine import Command, perform
from workflow.engine.examining import MAX_KEY, MAX_REASON

REPLAYED = "Idempotency-Replayed"


class ActionRequest(Input):
    expected_version: int | None = Field(
        None, ge=0, description="The `version` of the case you decided on; 409 where it has moved since."
    )
    occurred_on: Day | None = Field(None, description="The local day it happened; today where left out.")
    reason: Annotated[str, Field(max_length=MAX_REASON)] | None = None
    data: dict[str, Any] = Field({}, description="What the action wants entered: its `schema` on the case says.")
    shown: Annotated[str, Field(max_length=10_000)] | None = Field(
        None, description="The `shown` of the case you decided on: 409 names what has changed since."
    )
    overrides: dict[str, str] = Field(
        {}, description="Managers only: soft conditions overridden with this action, each with its reason."
    )


class IdempotencyKey(Input):
    """Reads its one header and leaves the others alone."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    idempotency_key: Annotated[str, Field(min_length=1, max_length=MAX_KEY, pattern=r"^[!-~]+$")] | None = Field(
        None,
        alias="Idempotency-Key",
        description="A new one for each thing you want done, the same one for each try of it: a repeated request does "
        "nothing twice and answers as the first one did.",
    )


class OutcomeShape(Shape):
    """Where the case stands after the action."""

    case_id: int
    action: str
    state: str
    version: int
    waits_for: int = Field(0, description="So many people have to sign first; 0 where it was taken.")


class Replayed(Shape):
    """The header of an answer that repeats an earlier one."""

    replayed: str | None = Field(None, alias="Idempotency-Replayed", description="`true`: nothing was done this time.")


@bp.post("/cases/<int:case_id>/actions/<action>")
@bp.input(ActionRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(OutcomeShape, headers=Replayed)
@documented("cases", "takeAction", 403, 409)
def take_action(
    case_id: int, action: str, json_data: ActionRequest, headers_data: IdempotencyKey
) -> tuple[OutcomeShape, int, dict[str, str]]:
    """Take an action on a case.

    Whole or not at all. 422 lists every condition that is not met, each with what is short and who can mend it.
    A repeated request with the same `Idempotency-Key` answers the same body and says so in `Idempotency-Replayed`.
    """
    asked = json_data.model_dump()
    command = Command(case_id, action, me().id, idempotency_key=headers_data.idempotency_key, **asked)
    outcome = perform(runtime(), command)
    return OutcomeShape.model_validate(outcome), 200, {REPLAYED: "true"} if outcome.replayed else {}
