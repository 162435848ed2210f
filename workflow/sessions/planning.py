"""Planning a session, changing its particulars, cancelling it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.entry import FIRST_YEAR, LAST_YEAR
from workflow.engine.actors import load_actor
from workflow.errors import InvalidInput, NotFound
from workflow.ledger import digest
from workflow.models import CommitteeSession, Organisation, SessionItem
from workflow.runtime import Runtime
from workflow.sessions.acting import (
    Request,
    SessionOutcome,
    act_again_if,
    act_on,
    answered_before,
    note,
    require_officer,
    sees,
)
from workflow.sessions.roll import first_roll
from workflow.sessions.work import SessionWork
from workflow.text import Text

PLAN = "plan"
MAX_LINE = 100
LABELS = {
    "place": Text("地点", "Place"),
    "chair": Text("主持人", "Chair"),
    "recorder": Text("记录人", "Recorder"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where, who presides and who keeps the minutes."""

    held_on: date
    place: str
    chair: str
    recorder: str


def plan_session(runtime: Runtime, organisation_id: int, request: Request, plan: Plan) -> SessionOutcome:
    """Opens a session of a committee with its usual roll and an empty agenda.

    Raises NotFound (body), NotPermitted, InvalidInput (a body that may not approve, or what was entered), KeyReused.
    """
    content = {"organisation": organisation_id, **asdict(plan)}
    asked = digest({"act": PLAN, **content})

    def plan_once() -> SessionOutcome:
        with runtime.db.unit_of_work() as session:
            return _planned(session, runtime, organisation_id, request, plan, asked)

    # Two tries of one request may meet: the one that came first is the answer to both.
    return act_again_if(lambda error: "idempotency_key" in str(error.orig), plan_once)


def change_session(runtime: Runtime, session_id: int, request: Request, plan: Plan) -> SessionOutcome:
    """Changes day, place, chair and recorder; raises what `act_on` raises and InvalidInput."""

    def change(work: SessionWork) -> None:
        plan_ = _clean(plan)
        work.record.held_on, work.record.place = plan_.held_on, plan_.place
        work.record.chair, work.record.recorder = plan_.chair, plan_.recorder

    return act_on(runtime, session_id, request, "change", _written(plan), change)


def cancel_session(runtime: Runtime, session_id: int, request: Request) -> SessionOutcome:
    """Ends a session without deciding anything; its cases can be put before another one."""

    def cancel(work: SessionWork) -> None:
        work.record.status = "cancelled"
        end_items(work)

    return act_on(runtime, session_id, request, "cancel", {}, cancel)


def end_items(work: SessionWork) -> None:
    work.session.flush()
    work.session.execute(
        update(SessionItem).where(SessionItem.session_id == work.record.id).values(is_open=False),
        execution_options={"synchronize_session": False},
    )


def _planned(
    session: Session, runtime: Runtime, organisation_id: int, request: Request, plan: Plan, asked: str
) -> SessionOutcome:
    now = runtime.now()
    actor, body = load_actor(session, request.actor_id, local_day(now)), session.get(Organisation, organisation_id)
    if body is None or not sees(actor, body):
        raise NotFound("organisation", organisation_id)
    require_officer(actor, body)
    if (earlier := answered_before(session, request, asked)) is not None:
        return earlier
    if not body.may_approve:
        raise InvalidInput({"organisation": _no_committee(body)})
    record = CommitteeSession(organisation_id=body.id, **asdict(_clean(plan)), status="open", version=0, created_at=now)
    session.add(record)
    session.flush()
    session.add_all(first_roll(session, record, local_day(now)))
    return note(session, record, request, PLAN, _written(plan), asked, now)


def _no_committee(body: Organisation) -> Text:
    return Text(
        f"{body.name} 不是党委或党工委，没有审批会议：由主管部门核对组织类型",
        f"{body.name} is no committee and decides nothing in session: the managers check its type",
    )


def _written(plan: Plan) -> dict[str, str]:
    return {**asdict(plan), "held_on": plan.held_on.isoformat()}


def _clean(plan: Plan) -> Plan:
    faults = dict(_faults(plan))
    if faults:
        raise InvalidInput(faults)
    return Plan(plan.held_on, plan.place.strip(), plan.chair.strip(), plan.recorder.strip())


def _faults(plan: Plan) -> Iterator[tuple[str, Text]]:
    if not FIRST_YEAR <= plan.held_on.year <= LAST_YEAR:
        yield "held_on", Text("会议日期的年份不对", "The year of the session is not plausible")
    for name, label in LABELS.items():
        value = getattr(plan, name).strip()
        if not value:
            yield name, Text(f"请填写{label.zh}", f"{label.en}: please fill this in")
        elif len(value) > MAX_LINE or "\x00" in value:
            yield name, Text(f"{label.zh}最多 {MAX_LINE} 个字", f"{label.en}: at most {MAX_LINE} characters")
