"""Moves of open cases between versions: asked for, watched, and read case by case."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask import url_for
from pydantic import Field

from web.api.actions import IdempotencyKey
from web.api.blueprint import bp, documented
from web.api.shapes import Created, Cursor, Input, Listing, PageSize, Shape, Words, shaped
from web.auth.access import me, roles
from web.context import reading, runtime
from workflow.jobs import Status
from workflow.publishing.move_jobs import Kind
from workflow.publishing.move_run import run_at_once, start_move
from workflow.queries.moves import MoveLine, move_line, moved_cases


class MoveShape(Shape):
    """A move of open cases, done chunk by chunk beside the requests; one of few cases is done with the request.

    `version` is the one the cases go to, or above which every move is taken back. `moved` and `kept` grow while it
    is `waiting` or `running`.
    """

    id: int
    kind: Kind
    version: int
    status: Status
    cases: int = Field(description="Open cases that were to be looked at when it was asked for.")
    moved: int
    kept: int = Field(description="Cases that stay because of what stands there.")
    message: Words | None = Field(description="Why it failed; what was moved stays moved.")
    started_by: str
    created_at: datetime
    finished_at: datetime | None


class MovedCaseShape(Shape):
    """`reasons` say why it stays; there are none for a case that went over."""

    case_id: int
    enterprise: str
    reasons: list[Words]


class MovedCaseListing(Listing):
    items: list[MovedCaseShape]


class MovedCaseQuery(Input):
    outcome: Literal["kept", "moved"] = "kept"
    cursor: Cursor = ""
    limit: PageSize = 50


@bp.post("/definitions/moves")
@roles("admin")
@bp.input(IdempotencyKey, location="headers")
@bp.output(MoveShape, 202, headers=Created)
@documented("process", "moveCases", 403)
def post_move(headers_data: IdempotencyKey) -> tuple[MoveShape, int, dict[str, str]]:
    """Move the open cases of older versions to the one in force.

    Those that are unaffected or mapped go over, the others stay. Ask its `Location` until it is `done` or `failed`.
    A repeated request with the same `Idempotency-Key` answers the same move.
    """
    move_id = start_move(runtime(), actor_id=me().id, key=headers_data.idempotency_key)
    return _move(run_at_once(runtime(), move_id)), 202, {"Location": address_of(move_id)}


@bp.get("/definitions/moves/<int:move_id>")
@roles("admin")
@bp.output(MoveShape)
@documented("process", "getMove", 403)
def get_move(move_id: int) -> MoveShape:
    """How far a move of cases is."""
    return _move(move_line(reading(), move_id))


@bp.get("/definitions/moves/<int:move_id>/cases")
@roles("admin")
@bp.input(MovedCaseQuery, location="query")
@bp.output(MovedCaseListing)
@documented("process", "listMovedCases", 403)
def get_moved_cases(move_id: int, query_data: MovedCaseQuery) -> MovedCaseListing:
    """What became of the cases of a move, by number: those that stay and why, or those that went over."""
    move_line(reading(), move_id)
    is_moved = query_data.outcome == "moved"
    page = moved_cases(reading(), move_id, is_moved=is_moved, cursor=query_data.cursor, limit=query_data.limit)
    items = [shaped(MovedCaseShape, line) for line in page.rows]
    return MovedCaseListing(items=items, next_cursor=page.next_cursor, total=page.total)


def address_of(move_id: int) -> str:
    return url_for("api.get_move", move_id=move_id)


def _move(line: MoveLine) -> MoveShape:
    return shaped(MoveShape, line.job, moved=line.moved, kept=line.kept, started_by=line.started_by)
