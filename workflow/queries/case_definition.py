"""The version of the process a case lives by."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.errors import NotFound
from workflow.models import Case
from workflow.runtime import Runtime


def definition_of_case(session: Session, runtime: Runtime, case_id: int) -> Definition:
    """Says nothing of the case itself, so whoever asks need not be able to see it. Raises NotFound for no case."""
    case = session.execute(select(Case.process, Case.definition_version).where(Case.id == case_id)).first()
    if case is None:
        raise NotFound("case", case_id)
    return runtime.published.definition(session, case.process, case.definition_version)
