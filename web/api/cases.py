"""Cases: the list, and opening one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from flask import url_for
from pydantic import Field

from web.actor import actor
from web.api.actions import OutcomeShape
from web.api.blueprint import bp, documented
from web.api.shapes import Created, CreditCode, Cursor, Flag, Input, Listing, PageSize, Search, Shape, Words
from web.auth.access import me
from web.context import reading, runtime, today, versions
from workflow.engine import open_case
from workflow.queries.case_filter import read_filter
from workflow.queries.case_list import list_cases


class CaseQuery(Input):
    """Every condition that is given must hold."""

    stage: str = Field("", description="A headline stage of the pipeline.")
    state: str = ""
    town: Search = Field("", description="The number of a town, or a part of its name.")
    chamber: Search = Field("", description="The number of a chamber, or a part of its name.")
    instructor: Annotated[str, Field(pattern=r"^[0-9]{0,18}$")] = Field("", description="The number of an account.")
    q: Search = Field("", description="A part of the enterprise's name, or the beginning of its credit code.")
    open: Flag = Field("", description="Only those that are not finished.")
    overdue: Flag = Field("", description="Only those whose step is past its due day.")
    nobody: Flag = Field("", description="Only those whose next step no active person holds.")
    mine: Flag = Field("", description="Only those where you are the instructor.")
    entered: str = Field("", description="Moved into this headline stage in `month`.")
    left: str = Field("", description="Moved out of this headline stage in `month`.")
    version: Annotated[str, Field(pattern=r"^[0-9]{0,9}$")] = Field("", description="The version of the process.")
    month: Annotated[str, Field(pattern=r"^(20[0-9]{2}-(0[1-9]|1[0-2]))?$")] = Field("", description="Such as 2026-03.")
    cursor: Cursor = ""
    limit: PageSize = 50


class CaseRowShape(Shape):
    """A line of the list. `holder` is who has the next step; null where nobody has to act."""

    id: int
    version: int
    definition_version: int = Field(description="The version of the process the case lives by.")
    enterprise: str
    credit_code: str
    chamber: str
    chamber_id: int
    state: str
    state_name: Words
    stage: str
    holder: Words | None
    instructor: str | None
    since: datetime
    due_on: date | None


class CaseListing(Listing):
    items: list[CaseRowShape]


class OpenRequest(Input):
    credit_code: Annotated[CreditCode, Field(description="Of a surveyed enterprise without a branch.")]


@bp.get("/cases")
@bp.input(CaseQuery, location="query")
@bp.output(CaseListing)
@documented("cases", "listCases")
def get_cases(query_data: CaseQuery) -> CaseListing:
    """The cases you may see, those that stand longest at their step first."""
    asked = query_data.model_dump(exclude={"cursor", "limit"})
    wanted = read_filter(asked, versions())
    page = list_cases(
        reading(),
        actor(),
        wanted,
        versions=versions(),
        today=today(),
        cursor=query_data.cursor,
        limit=query_data.limit,
    )
    return CaseListing(
        items=[CaseRowShape.model_validate(row) for row in page.rows],
        next_cursor=page.next_cursor,
        total=page.total,
    )


@bp.post("/cases")
@bp.input(OpenRequest)
@bp.output(OutcomeShape, 201, headers=Created)
@documented("cases", "openCase", 403, 404, 409)
def post_case(json_data: OpenRequest) -> tuple[OutcomeShape, int, dict[str, str]]:
    """Open the case of an enterprise.

    For managers. 409 where the enterprise has an open case, or a branch already.
    """
    outcome = open_case(runtime(), json_data.credit_code, me().id)
    address = url_for("api.get_case", case_id=outcome.case_id)
    return OutcomeShape.model_validate(outcome), 201, {"Location": address}
