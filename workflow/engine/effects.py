"""What an action changes besides the state, by the names a definition uses; inside the action's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import func, insert, select, update

from workflow.clock import add_months
from workflow.effect_names import EFFECT_NAMES
from workflow.engine.clocks import start_deadlines, stop_deadlines
from workflow.engine.handing_persons import follow_instructor, hand_over_persons
from workflow.engine.handover import hand_over
from workflow.engine.joining import JOINT_EFFECTS
from workflow.engine.life import LIFE_EFFECTS
from workflow.engine.numbers import take_number
from workflow.engine.person_effects import PERSON_EFFECTS
from workflow.engine.ranking import basis_of
from workflow.engine.work import CaseWork, Deed
from workflow.members.counting import counted_from_persons
from workflow.models import Assignment, HeadCount, Visit
from workflow.rules.forms import form_of
from workflow.text import Text

Effect = Callable[[CaseWork, Deed], None]


def _day(deed: Deed, name: str) -> date:
    return date.fromisoformat(deed.data[name])


def assign(work: CaseWork, deed: Deed) -> None:
    if deed.instructor is None:
        raise ValueError("the guards let an assignment without an instructor pass")
    hand_over(work, work.case.instructor_id, deed.instructor.id)
    basis = basis_of(work, deed.instructor.id)
    work.run(
        update(Assignment)
        .where(Assignment.case_id == work.case.id, Assignment.to_on.is_(None))
        .values(to_on=deed.occurred_on)
    )
    work.run(
        insert(Assignment).values(
            case_id=work.case.id,
            instructor_id=deed.instructor.id,
            assigned_by=deed.actor.id,
            from_on=deed.occurred_on,
            reason=deed.reason,
            basis=basis.as_dict() if basis else None,
        )
    )
    before, work.case.instructor_id = work.case.instructor_id, deed.instructor.id
    work.facts["assigned_on"] = deed.occurred_on.isoformat()
    if work.case.person_id is None:
        follow_instructor(work, deed, before, deed.instructor.id)


def freeze_members(work: CaseWork, deed: Deed) -> None:
    work.facts["members_snapshot"] = {
        "on": deed.occurred_on.isoformat(),
        "full_members": work.head_count.full_members,
        "probationary_members": work.head_count.probationary_members,
    }


def note_submitter(work: CaseWork, deed: Deed) -> None:
    work.case.submitter_id = deed.actor.id


def note_founding(work: CaseWork, deed: Deed) -> None:
    work.case.founding_approved_on = _day(deed, "reply_on")
    work.facts |= {"founding_reply_no": deed.data["reply_no"], "founding_reply_on": deed.data["reply_on"]}


def note_direct_founding(work: CaseWork, deed: Deed) -> None:
    work.case.founding_approved_on = _day(deed, "decision_on")
    work.facts |= {"founding_reply_no": deed.data["decision_no"], "founding_reply_on": deed.data["decision_on"]}


def note_reopening(work: CaseWork, deed: Deed) -> None:
    work.facts["reopening_agreed"] = True


def withdraw_reopening(work: CaseWork, deed: Deed) -> None:
    work.facts["reopening_agreed"] = False


def note_candidates(work: CaseWork, deed: Deed) -> None:
    work.facts["candidates_on"] = deed.occurred_on.isoformat()


def note_clearance(work: CaseWork, deed: Deed) -> None:
    work.facts |= {"clearance_no": deed.data["reply_no"], "clearance_on": deed.data["reply_on"]}


def note_election(work: CaseWork, deed: Deed) -> None:
    """Exactly 4/5 attended: sources differ on whether it is enough, so the district is asked to confirm."""
    fifths = work.runtime.rules.number("election_quorum_fifths", deed.occurred_on)
    work.facts["at_exact_quorum"] = 5 * deed.data["attending"] == fifths * deed.data["roll"]


def note_void_election(work: CaseWork, deed: Deed) -> None:
    work.facts["void_elections"] = work.facts.get("void_elections", 0) + 1


def note_result(work: CaseWork, deed: Deed) -> None:
    work.case.result_approved_on = _day(deed, "reply_on")
    term_from = _day(deed, "term_from")
    years = work.runtime.rules.number("term_years", term_from)
    work.facts |= {
        "result_reply_no": deed.data["reply_no"],
        "result_reply_on": deed.data["reply_on"],
        "term_to": add_months(term_from, 12 * years).isoformat(),
    }


def note_filing(work: CaseWork, deed: Deed) -> None:
    work.case.filed_on = _day(deed, "filed_on")


def note_established(work: CaseWork, deed: Deed) -> None:
    work.case.established_on = work.case.finished_on = _day(deed, "acknowledged_on")
    if form_of(work.case.form).covers_as_organisation(work.runtime.rules, work.case.established_on):
        work.change_enterprise(has_branch=True)
    hand_over_persons(work, deed)


def note_closed(work: CaseWork, deed: Deed) -> None:
    work.case.finished_on = deed.occurred_on
    if deed.data["close_code"] == "branch_exists":
        work.change_enterprise(has_branch=True)


def note_hold(work: CaseWork, deed: Deed) -> None:
    work.case.held_from = work.case.state


def note_resumed(work: CaseWork, deed: Deed) -> None:
    work.case.held_from = None


def note_override(work: CaseWork, deed: Deed) -> None:
    granted = {**work.facts.get("overrides", {}), deed.data["overridden_guard"]: deed.reason}
    work.facts["overrides"] = granted


def add_visit(work: CaseWork, deed: Deed) -> None:
    visited_on = _day(deed, "visited_on")
    allowed = work.runtime.rules.number("visit_late_entry_days", visited_on)
    latest = work.runtime.calendar.add_workdays(visited_on, allowed).day
    work.run(
        insert(Visit).values(
            case_id=work.case.id,
            instructor_id=deed.actor.id,
            visited_on=visited_on,
            met=deed.data["met"],
            met_owner=deed.data.get("met_owner", False),
            topics=deed.data["topics"],
            findings=deed.data.get("findings"),
            next_step=deed.data.get("next_step"),
            is_late=work.today > latest,
            recorded_at=work.now,
        )
    )
    # The next visit is due from the latest one: an older visit entered late puts nothing off.
    visits = select(func.max(Visit.visited_on)).where(Visit.case_id == work.case.id)
    stop_deadlines(work, ["T03"])
    start_deadlines(work, ["T03"], work.run(visits).scalar_one())


COUNTS = ("full_members", "probationary_members", "activists", "applicants")


def add_headcount(work: CaseWork, deed: Deed) -> None:
    counts = {name: deed.data[name] for name in COUNTS}
    counts["members_in_transit"] = deed.data.get("members_in_transit", 0)
    newest = select(func.max(HeadCount.counted_on)).where(HeadCount.enterprise_id == work.enterprise.id)
    latest: date | None = work.run(newest).scalar_one()
    work.run(
        insert(HeadCount).values(
            enterprise_id=work.enterprise.id,
            counted_on=_day(deed, "counted_on"),
            recorded_by=deed.actor.id,
            recorded_at=work.now,
            **counts,
        )
    )
    if latest is not None and _day(deed, "counted_on") < latest:
        # A count of an earlier day is kept, and is not what holds now.
        work.note = Text(
            f"已存档；现行数字仍为 {latest} 的统计",
            f"Kept on file; the figures that hold are still those counted on {latest}",
        )
        return
    counted = counted_from_persons(work.enterprise.members_source, work.enterprise.applicants_source)
    work.change_enterprise(**{n: v for n, v in counts.items() if n not in counted}, updated_at=work.now)
    if counted:
        work.note = Text(
            "已存档；党员（或申请人）人数以花名册逐人登记的为准",
            "Kept on file; what counts is the roster, where each person is registered",
        )
    if "blocked_reason" in deed.data:
        work.facts["blocked_reason"] = deed.data["blocked_reason"]
    _follow_transfer(work, deed, counts["members_in_transit"])


def _follow_transfer(work: CaseWork, deed: Deed, in_transit: int) -> None:
    """T05 runs while memberships are on their way, from the day the letter was issued."""
    if not in_transit:
        stop_deadlines(work, ["T05"])
    elif not any(d.code == "T05" for d in work.deadlines):
        start_deadlines(work, ["T05"], _day(deed, "letter_issued_on"))


def note_way_back(work: CaseWork, deed: Deed) -> None:
    """Where the case comes back to by itself, once the step it is sent back to is done again."""
    if deed.data["afterwards"] == "back":
        work.facts["way_back"] = {"from": deed.data["to_state"], "to": work.case.state}
    else:
        work.facts.pop("way_back", None)


EFFECTS: Mapping[str, Effect] = {
    effect.__name__: effect
    for effect in (
        *PERSON_EFFECTS,
        *JOINT_EFFECTS,
        *LIFE_EFFECTS,
        add_headcount,
        add_visit,
        assign,
        freeze_members,
        note_candidates,
        note_clearance,
        note_closed,
        note_direct_founding,
        note_election,
        note_established,
        note_filing,
        note_founding,
        note_hold,
        note_override,
        note_reopening,
        note_result,
        note_resumed,
        note_submitter,
        note_void_election,
        note_way_back,
        take_number,
        withdraw_reopening,
    )
}
if set(EFFECTS) != EFFECT_NAMES:
    raise ImportError(f"effects and their names differ: {set(EFFECTS) ^ EFFECT_NAMES}")
