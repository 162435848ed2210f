"""The paper of a case's last decision of a kind, with what the decision left open asked of whoever makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflow.definition.model import Field
from workflow.engine.work import CaseWork
from workflow.errors import InvalidInput
from workflow.papers.catalogue import PaperKind
from workflow.papers.decisions import PAPERS, Decision
from workflow.papers.official import OfficialPaper
from workflow.queries.decision_papers import newest_decision
from workflow.text import Text

OF_DECISIONS = frozenset(code for code, _ in PAPERS.values())
UNDECIDED = Text(
    "还没有可据以生成的决定：请先办理；上级直接决定的，请上传其文件",
    "There is no decision yet to write it from: take it first; upload the paper of a superior's direct decision",
)


def open_fields(work: CaseWork, kind: PaperKind) -> tuple[Field, ...]:
    """What is asked for a paper: of a decision only what it left open, so that its paper says what was decided.

    Raises InvalidInput where there is no such decision that still holds.
    """
    if kind.code not in OF_DECISIONS:
        return kind.asks
    decision = _decided(work, kind.code)
    return tuple(field for field in kind.asks if _is_open(decision, field.name))


def _decided(work: CaseWork, code: str) -> Decision:
    found = newest_decision(work, code)
    if found is None:
        raise InvalidInput({"decision": UNDECIDED})
    return found


def _is_open(decision: Decision, name: str) -> bool:
    if name == "number":
        return decision.number is None
    if name == "committee_seats":
        return bool(decision.known.get("with_committee"))
    return not decision.data.get(name)


def paper_of_decision(work: CaseWork, code: str, entered: Mapping[str, Any]) -> OfficialPaper:
    """Raises InvalidInput where nothing was decided that still holds."""
    found = _decided(work, code)
    number = found.number or entered.get("number")
    decision = replace(found, number=number, data={**entered, **found.data}, known={**found.known, **entered})
    _, wording = PAPERS[found.action]
    return wording(decision)
