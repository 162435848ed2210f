"""What becomes of the units when their joint case is established, fails or is dissolved; in the same transaction."""

from __future__ import annotations

from collections.abc import Callable

from workflow.definition.model import Transition
from workflow.engine.standing_entries import write_standing_entry
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.machine import Moved

COVERED, UNCOVERED = "covered_by_joint", "uncovered"
ESTABLISHED = "established"
FAILED = frozenset({"closed", "dissolved"})
MERGED = "merged"

Move = Callable[[CaseWork, str, Deed, str], None]


def moves_units(work: CaseWork, transition: Transition) -> bool:
    """Whether the action changes other cases too; such a one is not taken back."""
    return transition.target in {*FAILED, ESTABLISHED} and bool(work.units)


def follow_units(work: CaseWork, moved: Moved, deed: Deed, *, move: Move) -> None:
    """Covers the units of a joint branch once it exists, and lets them go on by themselves where it does not."""
    if moved.target == moved.source or not work.units:
        return
    if moved.target == ESTABLISHED:
        _cover(work, deed)
    elif moved.target in FAILED:
        _release(work, deed, move)


def _unit_works(work: CaseWork) -> list[CaseWork]:
    """Locked in the order of their numbers; the lead unit's case is locked before all of them."""
    return [load_work(work.session, work.runtime, unit.case_id, work.now, work.today, lock=True) for unit in work.units]


def _cover(work: CaseWork, deed: Deed) -> None:
    for unit in _unit_works(work):
        if not unit.enterprise.has_branch and work.enterprise.has_branch:
            unit.change_enterprise(has_branch=True)
            write_standing_entry(unit, COVERED, deed.actor, deed.held, {"joint_case": work.case.id})


def _release(work: CaseWork, deed: Deed, move: Move) -> None:
    for unit in _unit_works(work):
        if unit.enterprise.has_branch:
            unit.change_enterprise(has_branch=False)
            write_standing_entry(unit, UNCOVERED, deed.actor, deed.held, {"joint_case": work.case.id})
        if unit.case.state == MERGED:
            move(unit, "leave_joint", deed, f"联合支部案件 {work.case.id} 未建成或已撤销")
