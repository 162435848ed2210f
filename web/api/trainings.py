"""Training sessions and who attended."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.actor import actor
from web.api.actions import IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import Day, Input, Line, Shape
from web.api.substitutions import headers_of
from web.auth.access import me
from web.context import reading, runtime
from workflow.members.training import Attended, NewTraining, hold_training, record_attendance
from workflow.queries.trainings import TrainingRow, list_trainings, training_page


class TrainingShape(Shape):
    """`for_targets`: the concentrated training of which three days or twenty-four hours are asked."""

    id: int
    organisation: str
    title: str
    place: str
    audience: str
    for_targets: bool
    from_on: date
    to_on: date
    hours: int
    attended: int


class AttendanceShape(Shape):
    person_id: int
    person: str
    enterprise: str
    days: int
    hours: int
    certificate_no: str | None


class TrainingPageShape(Shape):
    """`attendance` lists those you may know of."""

    training: TrainingShape
    attendance: list[AttendanceShape]


class TrainingListing(Shape):
    items: list[TrainingShape]


class TrainingRequest(Input):
    title: Line = Field(max_length=100)
    place: Line = Field(max_length=100)
    audience: str = Field(description="owners, workers, employees or activists.")
    for_targets: bool = False
    from_on: Day
    to_on: Day
    hours: int = Field(ge=1, le=10000)


class AttendanceRequest(Input):
    person_id: int = Field(ge=1, le=2**63 - 1)
    days: int = Field(ge=0, le=1000)
    hours: int = Field(ge=0, le=10000)
    certificate_no: Line = Field("", max_length=100)


class TrainingMadeShape(Shape):
    training_id: int


class AttendanceMadeShape(Shape):
    attendance_id: int


def _shape(row: TrainingRow) -> TrainingShape:
    training = row.training
    own = {name: getattr(training, name) for name in TrainingShape.model_fields if hasattr(training, name)}
    return TrainingShape(**own, organisation=row.organisation, attended=row.attended)


@bp.get("/trainings")
@bp.output(TrainingListing)
@documented("members", "listTrainings")
def get_trainings() -> TrainingListing:
    """The sessions of your area and of the bodies above it, newest first."""
    return TrainingListing(items=[_shape(row) for row in list_trainings(reading(), actor())])


@bp.post("/trainings")
@bp.input(TrainingRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(TrainingMadeShape, 201, headers=Replayed)
@documented("members", "holdTraining", 403)
def post_training(
    json_data: TrainingRequest, headers_data: IdempotencyKey
) -> tuple[TrainingMadeShape, int, dict[str, str]]:
    """Enter a session held at your own body."""
    wanted = NewTraining(**json_data.model_dump())
    answer = hold_training(runtime(), me().id, wanted, headers_data.idempotency_key)
    return TrainingMadeShape.model_validate(answer.data), 201, headers_of(answer)


@bp.get("/trainings/<int:training_id>")
@bp.output(TrainingPageShape)
@documented("members", "getTraining")
def get_training(training_id: int) -> TrainingPageShape:
    """A session with its attendance."""
    page = training_page(reading(), actor(), training_id)
    attendance = [AttendanceShape.model_validate(row) for row in page.attendance]
    return TrainingPageShape(training=_shape(page.row), attendance=attendance)


@bp.post("/trainings/<int:training_id>/attendance")
@bp.input(AttendanceRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(AttendanceMadeShape, 201, headers=Replayed)
@documented("members", "recordTrainingAttendance", 403)
def post_attendance(
    training_id: int, json_data: AttendanceRequest, headers_data: IdempotencyKey
) -> tuple[AttendanceMadeShape, int, dict[str, str]]:
    """Enter that a person attended."""
    attended = Attended(**json_data.model_dump())
    answer = record_attendance(runtime(), me().id, training_id, attended, headers_data.idempotency_key)
    return AttendanceMadeShape.model_validate(answer.data), 201, headers_of(answer)
