"""What choosing a form, joining a joint case and leaving it change; inside the action's transaction."""

from __future__ import annotations

from workflow.engine.standing_entries import write_standing_entry
from workflow.engine.units import FORM_PRINCIPLES
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.errors import Conflict
from workflow.guards.joint import PRINCIPLES
from workflow.rules.forms import form_of
from workflow.text import Text

UNIT_JOINED, UNIT_LEFT = "unit_joined", "unit_left"
ATTACHED, FORM_BEFORE = "attached", "form_before_joining"


def set_form(work: CaseWork, deed: Deed) -> None:
    work.case.form = deed.data["form"]
    work.facts[FORM_PRINCIPLES] = {name: bool(deed.data.get(name)) for name in PRINCIPLES}


def join_joint(work: CaseWork, deed: Deed) -> None:
    """The lead unit's case is locked now; what the guards saw of it must still be so."""
    seen = work.joint(deed.data["joint_case"])
    joint = load_work(work.session, work.runtime, deed.data["joint_case"], work.now, work.today, lock=True)
    if seen is None or joint.case.version != seen.version:
        raise Conflict(Text("牵头单位的案件刚有变化，请重新办理", "The lead unit's case has just changed: try again"))
    work.case.held_from, work.case.joint_case_id = work.case.state, joint.case.id
    work.facts[FORM_BEFORE], work.case.form = work.case.form, joint.case.form
    work.case.finished_on = deed.occurred_on
    told = {"case": work.case.id, "enterprise": work.enterprise.name}
    joint.case.undo = None
    write_standing_entry(joint, UNIT_JOINED, deed.actor, deed.held, told, deed.reason)


def leave_joint(work: CaseWork, deed: Deed) -> None:
    joint_id = work.case.joint_case_id
    work.case.held_from = work.case.joint_case_id = work.case.finished_on = None
    work.facts.pop("host_branch", None)
    if work.case.form == ATTACHED:
        work.change_enterprise(has_branch=False)
    work.case.form = work.facts.pop(FORM_BEFORE, "single")
    # Where the joint case itself lets its units go, its own entry says so.
    if joint_id is not None and deed.actor.id is not None:
        joint = load_work(work.session, work.runtime, joint_id, work.now, work.today, lock=True)
        told = {"case": work.case.id, "enterprise": work.enterprise.name}
        joint.case.undo = None
        write_standing_entry(joint, UNIT_LEFT, deed.actor, deed.held, told, deed.reason)


def note_attached(work: CaseWork, deed: Deed) -> None:
    work.facts[FORM_BEFORE], work.case.form = work.case.form, ATTACHED
    work.case.held_from = work.case.state
    work.case.finished_on = deed.occurred_on
    if form_of(ATTACHED).covers_as_organisation(work.runtime.rules, deed.occurred_on):
        work.change_enterprise(has_branch=True)


JOINT_EFFECTS = (set_form, join_joint, leave_joint, note_attached)
