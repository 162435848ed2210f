"""The proof of what a deadline does by itself: repeated alerts, escalation, the action of the system."""

from __future__ import annotations

from workflow.definition.model import EARLIER, DeadlineSpec, Definition, Transition
from workflow.definition.reading import Faults
from workflow.rules.book import RuleBook


def prove_alerts(definition: Definition, faults: Faults, spec: DeadlineSpec, rules: RuleBook) -> None:
    """Adds a fault for whatever could not be done on the day."""
    path = ("deadlines", spec.code)
    if spec.repeat is not None and spec.repeat < 1:
        faults.add((*path, "repeat"), "must be a number of days from 1 on")
    if spec.repeat is not None and not spec.alerts:
        faults.add((*path, "repeat"), "there is no alert to repeat")
    if spec.after_pause and spec.after_pause not in rules:
        faults.add((*path, "after_pause"), f"unknown rule {spec.after_pause}")
    for day, groups in spec.escalate.items():
        _escalation(definition, faults, spec, day, groups)
    if spec.on_overdue:
        _action(definition, faults, spec, spec.on_overdue)


def _escalation(definition: Definition, faults: Faults, spec: DeadlineSpec, day: int, groups: tuple[str, ...]) -> None:
    path = ("deadlines", spec.code, "escalate")
    if day < 0:
        faults.add(path, f"{day}: a deadline is escalated on its due day (0) or after it")
    if not groups:
        faults.add(path, f"{day}: name at least one group")
    if unknown := sorted(set(groups) - definition.groups.keys()):
        faults.add(path, f"unknown role {', '.join(unknown)}")
    if doubled := sorted(set(groups) & set(spec.tell)):
        faults.add(path, f"{', '.join(doubled)} is told from the first alert on: escalate to somebody else")


def _action(definition: Definition, faults: Faults, spec: DeadlineSpec, action: str) -> None:
    path = ("deadlines", spec.code, "on_overdue")
    transition = definition.transitions.get(action)
    if transition is None:
        faults.add(path, f"unknown action {action}")
        return
    if reason := _wants_a_person(transition):
        faults.add(path, f"the system cannot take {action}: {reason}")
    if not _stops(transition, spec.code):
        faults.add(path, f"{action} does not stop {spec.code}: it would be taken day after day")


def _wants_a_person(transition: Transition) -> str | None:
    entered = [f.name for f in transition.fields if not f.is_optional and f.default is None]
    if entered:
        return f"it enters {', '.join(entered)}"
    if transition.target == EARLIER:
        return "a person chooses where it leads"
    if transition.papers:
        return f"it wants papers ({', '.join(transition.papers)})"
    if transition.approval.asks_several:
        return "several people have to agree to it"
    return "it is not open yet" if transition.not_yet else None


def _stops(transition: Transition, code: str) -> bool:
    clocks = transition.clocks
    return clocks.stop_all or code in (*clocks.stop, *clocks.restart, *clocks.start)
