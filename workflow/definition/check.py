"""`zujian definition check`: the proof, printed as a checklist a clerk can read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workflow.definition.library import BRANCH_FORMATION, load_definition
from workflow.definition.model import DeadlineSpec, Definition
from workflow.errors import DefinitionError
from workflow.guards import GUARDS

SESSION_WORDS = {"agree": "同意", "refuse": "不予批准", "return": "退回"}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`faults` empty means the definition is sound; `lines` is the checklist in that case."""

    lines: tuple[str, ...]
    faults: tuple[str, ...]


def check_definition(path: Path | None = None) -> CheckResult:
    """Proves a file (the shipped process by default); never raises for a faulty one."""
    path = path or BRANCH_FORMATION
    try:
        definition = load_definition(path)
    except DefinitionError as error:
        return CheckResult((), error.faults)
    except (OSError, UnicodeDecodeError) as error:
        return CheckResult((), (f"{path.name}: cannot be read: {error}",))
    return CheckResult(tuple(_checklist(definition)), ())


def _checklist(definition: Definition) -> list[str]:
    lines = [
        f"✓ {definition.name.zh} / {definition.name.en}: version {definition.version}, {definition.digest[:12]}",
        f"✓ {len(definition.states)} states: all reachable; each open one has an owner, a clock or a stated reason,"
        " a way on and a way back",
        f"✓ {len(definition.transitions)} actions; all guards, roles, documents, clocks and effects are known;"
        " no trigger is defined twice",
        "",
    ]
    for state in definition.states.values():
        clock = state.deadline or (state.no_deadline.zh if state.no_deadline else "—")
        lines.append(f"{state.code}  {state.name.zh}  [{definition.groups[state.owner].name.zh}; {clock}]")
        lines.extend(_action_line(definition, t.action, state.code) for t in definition.leaving(state.code))
    return [*lines, "", *(_deadline_line(definition, spec) for spec in definition.deadlines.values())]


def _deadline_line(definition: Definition, spec: DeadlineSpec) -> str:
    def groups(codes: Iterable[str]) -> str:
        return "、".join(definition.groups[code].name.zh for code in codes)

    parts = [
        f"{spec.code}  {spec.name.zh}  提醒 {', '.join(f'{day:+d}' if day else '0' for day in spec.alerts) or '—'}",
        *([groups(spec.tell)] if spec.tell else []),
        *([f"此后每 {spec.repeat} 天"] if spec.repeat else []),
        *(f"{day:+d} 上报{groups(codes)}" for day, codes in sorted(spec.escalate.items())),
        *([f"超期自动办理“{definition.transitions[spec.on_overdue].label.zh}”"] if spec.on_overdue else []),
        *([f"暂停后依规则 {spec.after_pause}"] if spec.after_pause else []),
    ]
    return "  |  ".join(parts)


def _action_line(definition: Definition, action: str, state: str) -> str:
    transition = definition.transitions[action]
    target = definition.states[transition.target].name.zh if transition.target in definition.states else "（不变）"
    codes = sorted({GUARDS[name].code for name in transition.guards})
    parts = [
        f"   {transition.number:>4}  {transition.label.zh} → {target}",
        "、".join(definition.groups[g].name.zh for g in transition.by),
        *([" ".join(codes)] if codes else []),
        *(["文件 " + " ".join(transition.papers)] if transition.papers else []),
        *([transition.approval.words.zh] if transition.approval.asks_several else []),
        *([f"会议：{SESSION_WORDS[transition.in_session]}"] if transition.in_session else []),
        *(["尚未开放"] if transition.not_yet else []),
    ]
    return "  |  ".join(parts)
