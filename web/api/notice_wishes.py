"""How the caller wishes to be told outside the application."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from web.api.blueprint import bp, documented
from web.api.shapes import Input, Line, Shape, Words
from web.auth.access import me
from web.context import reading, runtime, settings
from workflow.queries.notice_wishes import notice_wishes
from workflow.wishes import Hours, Pace, Wanted, keep_wishes
from workflow.wishes.addresses import set_up
from workflow.wishes.time_of_day import FORM, minute_of

TimeOfDay = Annotated[str, Field(pattern=FORM, examples=["22:00"])]


class PaceRequest(Input):
    kind: Annotated[Line, Field(max_length=40)]
    channel: Annotated[Line, Field(max_length=40)]
    pace: Annotated[Line, Field(max_length=40, description="at_once, hourly, daily or off.")]


class WishesRequest(Input):
    paces: list[PaceRequest] = Field(
        max_length=500, description="What is not named here goes back to the default of its kind."
    )
    quiet_from: TimeOfDay | None = Field(None, description="Local time; channels outside wait until `quiet_to`.")
    quiet_to: TimeOfDay | None = Field(None, description="Before `quiet_from` for hours that go over midnight.")
    digest_at: TimeOfDay = Field("08:00", description="When the daily digest goes.")


class NoticeChannelShape(Shape):
    channel: str
    name: Words


class NoticeKindShape(Shape):
    kind: str
    name: Words
    is_statutory: bool = Field(description="It must stay on in at least one channel.")
    default: Pace
    paces: dict[str, Pace] = Field(description="By channel, as they hold now.")


class WishesShape(Shape):
    channels: list[NoticeChannelShape] = Field(description="Those you can be reached through, outside the application.")
    kinds: list[NoticeKindShape]
    quiet_from: str | None
    quiet_to: str | None
    digest_at: str


@bp.get("/me/notice-wishes")
@bp.output(WishesShape)
@documented("me", "getNoticeWishes")
def get_notice_wishes() -> WishesShape:
    """How you are told outside the application, kind by kind; in the application you always are, at once."""
    return WishesShape.model_validate(notice_wishes(reading(), me().id, set_up(settings().channels)))


@bp.put("/me/notice-wishes")
@bp.input(WishesRequest)
@bp.output(WishesShape)
@documented("me", "putNoticeWishes")
def put_notice_wishes(json_data: WishesRequest) -> WishesShape:
    """Replace these wishes. What is due today never waits for a digest, whatever is wished."""
    paces = {(one.kind, one.channel): one.pace for one in json_data.paces}
    channels = set_up(settings().channels)
    with runtime().db.unit_of_work() as session:
        keep_wishes(session, me().id, Wanted(_hours(json_data), paces), channels)
        return WishesShape.model_validate(notice_wishes(session, me().id, channels))


def _hours(wanted: WishesRequest) -> Hours:
    quiet_from, quiet_to = (
        None if written is None else minute_of(written, name)
        for name, written in (("quiet_from", wanted.quiet_from), ("quiet_to", wanted.quiet_to))
    )
    return Hours(quiet_from, quiet_to, minute_of(wanted.digest_at, "digest_at"))
