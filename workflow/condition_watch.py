"""Looks over the branches that exist (T18): too few full members opens an adjustment, a unit that grew is told of.

May run as often as one likes: an adjustment is opened once for a branch that is not being adjusted, and a unit of a
joint branch that reaches three full members (应单建未单建) is told of once for each joint case.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.dialects import insert_ignoring
from workflow.engine.perform import SYSTEM_ACTOR, take_by_itself
from workflow.engine.recipients import people_for
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.errors import TransitionRefused
from workflow.guards.facts import Unit
from workflow.models import Case, Enterprise, OutboxRow
from workflow.outbox import rows_for
from workflow.rules.forms import founding_forms
from workflow.runtime import Runtime
from workflow.text import Text

ESTABLISHED, BEGIN_ADJUST = "established", "begin_adjust"
TOLD = ("instructor", "committee", "manager")
TOO_FEW = "正式党员不足三名，不再符合单独设立党支部的条件（夜间检查）"
RIPE = Text("应单建未单建：{unit}", "Ought to have a branch of its own: {unit}")
RIPE_BODY = Text(
    "联合党支部成员单位“{unit}”已有正式党员 {members} 名，达到单独成立党支部的条件（{clause}）。",
    "{unit}, a unit of the joint branch, has {members} full members and can found a branch of its own ({clause}).",
)


def watch_conditions(runtime: Runtime) -> int:
    """Answers how many adjustments were opened; each in a unit of work of its own."""
    with runtime.db.reading() as session:
        shrunk, joint = _shrunk(session, runtime), _joint_cases(session)
    opened = sum(_open_adjustment(runtime, case_id) for case_id in shrunk)
    for case_id in joint:
        _tell_of_ripe_units(runtime, case_id)
    return opened


def _shrunk(session: Session, runtime: Runtime) -> list[int]:
    """Branches of one enterprise: those of several are adjusted by people, who know where members can go."""
    alone = [form.code for form in founding_forms().values() if form.founds and form.counts and not form.gathers]
    least = runtime.rules.number("full_members_min", runtime.today())
    query = (
        select(Case.id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Case.state == ESTABLISHED, Case.form.in_(alone), Enterprise.full_members < least)
        .order_by(Case.id)
    )
    return list(session.scalars(query))


def _joint_cases(session: Session) -> list[int]:
    return list(
        session.scalars(
            select(Case.joint_case_id).where(Case.joint_case_id.is_not(None)).distinct().order_by(Case.joint_case_id)
        )
    )


def _open_adjustment(runtime: Runtime, case_id: int) -> bool:
    now = runtime.now()
    with runtime.db.unit_of_work() as session, session.no_autoflush:
        work = load_work(session, runtime, case_id, now, local_day(now), lock=True)
        least = runtime.rules.number("full_members_min", work.today)
        if work.case.state != ESTABLISHED or work.head_count.full_members >= least:
            return False
        cause = Deed(SYSTEM_ACTOR, None, work.today, TOO_FEW, {})
        try:
            take_by_itself(work, BEGIN_ADJUST, cause, TOO_FEW)
        except TransitionRefused:
            # An older version of the process has no adjusting yet: its people follow the paper procedure.
            return False
    return True


def _tell_of_ripe_units(runtime: Runtime, case_id: int) -> None:
    now = runtime.now()
    with runtime.db.unit_of_work() as session, session.no_autoflush:
        work = load_work(session, runtime, case_id, now, local_day(now), lock=True)
        most = runtime.rules.number("joint_unit_full_members_max", work.today)
        if work.case.form != "joint":
            return
        for unit in (_lead_unit(work), *work.units):
            if unit.full_members > most:
                _tell(session, work, unit, now)


def _lead_unit(work: CaseWork) -> Unit:
    one = work.enterprise
    return Unit(work.case.id, one.id, one.name, one.full_members, one.probationary_members)


def _tell(session: Session, work: CaseWork, unit: Unit, now: datetime) -> None:
    groups = [code for code in TOLD if code in work.definition.groups]
    people = people_for(work.connection, work.case, groups, definition=work.definition, today=work.today)
    clause = work.runtime.rules.at("full_members_min", work.today).clause
    body = RIPE_BODY.filled(unit=unit.name, members=unit.full_members, clause=clause)
    payload = {"title": RIPE.filled(unit=unit.name).as_dict(), "body": body.as_dict(), "link": f"/cases/{work.case.id}"}
    event = f"ripe_unit:{work.case.id}:{unit.enterprise_id}"
    insert_ignoring(session, OutboxRow, rows_for(event, "ripe_unit", work.case.id, people, payload, now))
