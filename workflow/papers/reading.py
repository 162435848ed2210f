"""Reads the subject of a paper from its case."""

from __future__ import annotations

from sqlalchemy import select

from workflow.engine.prefill import known_values
from workflow.engine.work import CaseWork
from workflow.models import Enterprise, Organisation, User
from workflow.models.organisation import OrganisationType
from workflow.papers.subject import Subject


def subject_of(work: CaseWork, issuer: str) -> Subject:
    """The case as its papers tell it, written in the name of a body; three queries at most."""
    case, enterprise = work.case, work.session.get_one(Enterprise, work.enterprise.id)
    number = work.runtime.rules.number
    return Subject(
        branch_name=known_values(work)["branch_name"],
        enterprise=enterprise.name,
        credit_code=enterprise.credit_code,
        founded_on=enterprise.founded_on,
        employees=enterprise.employees,
        full_members=work.head_count.full_members,
        probationary_members=work.head_count.probationary_members,
        activists=enterprise.activists,
        form=case.form,
        committee=work.committee.name,
        filing_desk=_filing_desk(work),
        issuer=issuer,
        instructor=work.session.get_one(User, case.instructor_id).display_name if case.instructor_id else None,
        committee_line=number("committee_full_members_min", work.today),
        margin_percent=number("candidate_margin_percent", work.today),
        quorum_fifths=number("election_quorum_fifths", work.today),
        facts=work.facts,
    )


def _filing_desk(work: CaseWork) -> str:
    """The organisation department nearest above; the general name where the district has entered none."""
    above = [int(part) for part in work.case.scope_path.strip("/").split("/") if part]
    found = work.session.scalars(
        select(Organisation)
        .where(Organisation.type == OrganisationType.ORGANISATION_DEPARTMENT, Organisation.parent_id.in_(above))
        .order_by(Organisation.path.desc())
    ).first()
    return found.name if found else "区委组织部"
