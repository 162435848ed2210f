"""Making a paper of a case: what is known already, what is still asked, the paper, and filing it on the case.

Whoever may bring a paper may make it, as long as the case is open; what is filed is the DOCX, as if it was uploaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from workflow.definition.entry import read_entry
from workflow.definition.model import Field
from workflow.definition.schema import default_value
from workflow.engine.actors import Actor, HeldRole, load_actor
from workflow.engine.documents import attach_document, bringing_role
from workflow.engine.prefill import known_values
from workflow.engine.work import CaseWork
from workflow.errors import Conflict, NotFound
from workflow.models import Document
from workflow.papers.catalogue import PaperKind, catalogue
from workflow.papers.docx import as_docx
from workflow.papers.of_decisions import open_fields, paper_of_decision
from workflow.papers.official import OfficialPaper
from workflow.papers.reading import subject_of
from workflow.papers.subject import DUTIES, POSTS, Subject
from workflow.papers.wording import candidates, election, founding, result
from workflow.queries.seen import seen_work
from workflow.runtime import Runtime
from workflow.text import Text

Wording = Callable[[Subject, Mapping[str, Any]], OfficialPaper]
WORDINGS: Mapping[str, Wording] = {
    "D03": founding.assignment_notice,
    "D06": founding.founding_request,
    "D09": candidates.candidates_request,
    "D11": election.election_method,
    "D12": election.ballot_paper,
    "D13": election.count_sheet,
    "D15": result.result_report,
    "D17": result.filing_report,
    "D18": result.filing_receipt,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form for a paper shows: the fields it asks, and `known` values of them by name."""

    case_id: int
    version: int
    enterprise: str
    state: Text
    kind: PaperKind
    fields: tuple[Field, ...]
    known: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A paper as it was made from the case in `version`."""

    version: int
    kind: PaperKind
    paper: OfficialPaper

    @property
    def filename(self) -> str:
        """Without its ending."""
        return f"{self.kind.code}-{self.paper.title}"

    def as_docx(self) -> bytes:
        return as_docx(self.paper)

    @property
    def sha256(self) -> str:
        """Of the file: what was read through and what is kept can be told apart."""
        return hashlib.sha256(self.as_docx()).hexdigest()


class PaperChanged(Conflict):
    """The paper is no longer the one that was read through."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            Text(
                "与预览的内容不一致（填报或案件有变化）：请核对新的预览后再存入",
                "It differs from the preview (the form or the case changed): read the new one, then keep it",
            ),
            {"sha256": sha256},
        )


def draft(session: Session, runtime: Runtime, actor: Actor, case_id: int, code: str) -> Draft:
    """Raises NotFound for a paper that is not made, NotPermitted for one that is not this person's to bring,
    TransitionRefused on a finished case, InvalidInput for the paper of a decision that is not taken.
    """
    work, kind, _ = _open(session, runtime, actor, case_id, code)
    fields = open_fields(work, kind)
    state = work.definition.states[work.case.state].name
    return Draft(case_id, work.case.version, work.enterprise.name, state, kind, fields, _known(work, fields))


def make(
    session: Session, runtime: Runtime, actor: Actor, case_id: int, code: str, entered: Mapping[str, object]
) -> Made:
    """Raises as `draft` does, and InvalidInput that names each value that is missing or wrong."""
    work, kind, held = _open(session, runtime, actor, case_id, code)
    data = read_entry(open_fields(work, kind), entered, work.today)
    if code in WORDINGS:
        return Made(work.case.version, kind, WORDINGS[code](subject_of(work, held.organisation_name), data))
    return Made(work.case.version, kind, paper_of_decision(work, code, data))


def file_paper(
    runtime: Runtime,
    case_id: int,
    actor_id: int,
    code: str,
    entered: Mapping[str, object],
    seen: str | None = None,
) -> Document:
    """Makes the paper and keeps it on the case as its newest version.

    `seen` is the digest of the paper that was read through: PaperChanged where it is another one now. Conflict where
    the case moved in between.
    """
    with runtime.db.reading() as session:
        actor = load_actor(session, actor_id, runtime.today())
        made = make(session, runtime, actor, case_id, code, entered)
    if seen is not None and seen != made.sha256:
        raise PaperChanged(made.sha256)
    return attach_document(
        runtime,
        case_id,
        actor_id,
        code,
        f"{made.filename}.docx",
        made.as_docx(),
        made.paper.title,
        made_from_version=made.version,
    )


def _open(
    session: Session, runtime: Runtime, actor: Actor, case_id: int, code: str
) -> tuple[CaseWork, PaperKind, HeldRole]:
    work = seen_work(session, runtime, actor, case_id)
    kind, spec = catalogue().made(work.case.process, code), work.definition.documents.get(code)
    if kind is None or spec is None:
        raise NotFound("paper", code)
    return work, kind, bringing_role(actor, work, spec)


def _known(work: CaseWork, fields: Sequence[Field]) -> dict[str, Any]:
    """What was entered with actions, what follows from the figures, and the usual words of the catalogue."""
    facts = work.facts
    known: dict[str, Any] = {f.name: default_value(f, work.today) for f in fields}
    known |= {**known_values(work), **facts}
    if work.case.form == "joint" and "branch_name" not in facts:
        known["branch_name"] = known["branch_name"].replace("支部", "联合支部")
    known["joint_units"] = "、".join(unit.name for unit in work.units)
    known["committee_size"] = 0 if not known["with_committee"] else 3
    known["sheet"] = known["candidates"] = facts.get("candidates", [])
    known["committee_seats"] = facts.get("committee_seats", known["committee_size"])
    known["division"] = _division(work)
    return {f.name: _fitting(f, known[f.name]) for f in fields if known.get(f.name) not in (None, "", [])}


def _division(work: CaseWork) -> list[dict[str, str]]:
    """Each of the elected once, with the posts and duties that are recorded; what is not recorded is asked."""
    words: dict[str, list[str]] = {row["name"]: [] for row in work.facts.get("elected", [])}
    for row in work.facts.get("elected", []):
        if row["post"] != "member":
            words[row["name"]].append(POSTS[row["post"]])
    for row in work.facts.get("committee_duties", []):
        words[row["name"]].append(DUTIES[row["duty"]])
    return [{"name": name, "duty": "、".join(found)} if found else {"name": name} for name, found in words.items()]


def _fitting(field: Field, value: Any) -> Any:
    """Rows without the columns that this paper does not ask for."""
    if field.type != "rows":
        return value
    names = {column.name for column in field.columns}
    return [{name: cell for name, cell in row.items() if name in names} for row in value]
