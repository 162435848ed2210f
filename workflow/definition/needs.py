"""What the code behind a name takes for granted: a definition that uses the name has to bring it along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.definition.model import Definition, Transition
from workflow.definition.reading import Faults


@dataclass(frozen=True, slots=True)
class Needs:
    """Fields that are entered with the action and may not be left empty, and clocks of the process."""

    fields: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()


# Whoever may open cases, override conditions and import rosters.
GROUPS = ("manager",)
OF_EFFECTS: Mapping[str, Needs] = {
    "add_check": Needs(("checked_on",), clocks=("P02",)),
    "add_headcount": Needs(
        ("counted_on", "full_members", "probationary_members", "activists", "applicants"), clocks=("T05",)
    ),
    "add_visit": Needs(("visited_on", "met", "topics"), clocks=("T03",)),
    "assign": Needs(("instructor",)),
    "begin_checks": Needs(clocks=("P02",)),
    "note_admission": Needs(("reply_no", "reply_on")),
    "note_clearance": Needs(("reply_no", "reply_on")),
    "note_closed": Needs(("close_code",)),
    "note_correction": Needs(("corrected_fact", "corrected_to")),
    "note_direct_founding": Needs(("decision_no", "decision_on")),
    "note_election": Needs(("attending", "roll")),
    "note_established": Needs(("acknowledged_on",)),
    "note_extension": Needs(("ended_on", "extended_until")),
    "join_joint": Needs(("joint_case",)),
    "note_dissolved": Needs(("dissolved_on",)),
    "note_filing": Needs(("filed_on",)),
    "note_renewal": Needs(("held_on", "elected")),
    "set_form": Needs(("form",)),
    "start_term": Needs(clocks=("T16", "T17")),
    "note_founding": Needs(("reply_no", "reply_on")),
    "note_full": Needs(("reply_no", "reply_on")),
    "note_override": Needs(("overridden_guard",)),
    "note_rules": Needs(("rules_of",)),
    "note_taken_over": Needs(("admission_meeting_on",)),
    "note_way_back": Needs(("to_state", "afterwards")),
    "note_result": Needs(("reply_no", "reply_on", "term_from")),
}


def prove_needs(definition: Definition, faults: Faults) -> None:
    """Adds a fault for each thing that is missing."""
    for group in GROUPS:
        if group not in definition.groups:
            faults.add(("groups",), f"the group {group} is missing")
    for transition in definition.transitions.values():
        for effect in transition.effects:
            _effect(definition, faults, transition, effect, OF_EFFECTS.get(effect, Needs()))


def _effect(definition: Definition, faults: Faults, transition: Transition, effect: str, needs: Needs) -> None:
    path = ("transitions", transition.action)
    entered = {field.name for field in transition.fields if not field.is_optional}
    if fields := [name for name in needs.fields if name not in entered]:
        faults.add((*path, "enter"), f"{effect} needs entered, and not optional: {', '.join(fields)}")
    if clocks := [code for code in needs.clocks if code not in definition.deadlines]:
        faults.add((*path, "effects"), f"{effect} needs the deadline {', '.join(clocks)}")
