"""The surveyed enterprises, each with where its newest case stands."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Cursor, Flag, Input, Listing, PageSize, Search, Shape, Words
from web.context import reading, versions
from workflow.errors import NotFound
from workflow.queries.enterprises import enterprise_by_code, list_enterprises, read_enterprise_filter


class EnterpriseQuery(Input):
    q: Search = Field("", description="A part of the name, or the beginning of the credit code.")
    town: Search = Field("", description="The number of a town, or a part of its name.")
    stage: str = Field("", description="The headline stage of the newest case.")
    covered: Flag = Field("", description="Only those that have a Party organisation.")
    cursor: Cursor = ""
    limit: PageSize = 50


class EnterpriseShape(Shape):
    """`case_id`, `state` and `stage` are those of the newest case; null where there never was one."""

    id: int
    credit_code: str
    name: str
    town: str
    chamber: str
    employees: int | None
    full_members: int
    probationary_members: int
    activists: int
    applicants: int
    members_in_transit: int
    has_branch: bool
    case_id: int | None
    state: str | None
    state_name: Words | None
    stage: str | None
    updated_at: datetime


class EnterpriseListing(Listing):
    items: list[EnterpriseShape]


@bp.get("/enterprises")
@bp.input(EnterpriseQuery, location="query")
@bp.output(EnterpriseListing)
@documented("enterprises", "listEnterprises")
def get_enterprises(query_data: EnterpriseQuery) -> EnterpriseListing:
    """The enterprises you may see, in the order in which they were entered."""
    asked, page_size = query_data.model_dump(exclude={"cursor", "limit"}), query_data.limit
    wanted = read_enterprise_filter(asked, versions())
    page = list_enterprises(reading(), actor(), wanted, versions=versions(), cursor=query_data.cursor, limit=page_size)
    items = [EnterpriseShape.model_validate(row) for row in page.rows]
    return EnterpriseListing(items=items, next_cursor=page.next_cursor, total=page.total)


@bp.get("/enterprises/<credit_code>")
@bp.output(EnterpriseShape)
@documented("enterprises", "getEnterprise")
def get_enterprise(credit_code: str) -> EnterpriseShape:
    """An enterprise by its unified social credit code."""
    if "\x00" in credit_code:  # which one of the stores cannot even be asked for
        raise NotFound("enterprise", "")
    row = enterprise_by_code(reading(), actor(), credit_code, versions=versions())
    return EnterpriseShape.model_validate(row)
