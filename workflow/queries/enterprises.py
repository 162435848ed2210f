"""The surveyed enterprises a person may know of, each with where its newest case stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from workflow.definition.versions import Versions
from workflow.engine.actors import Actor
from workflow.errors import NotFound
from workflow.models import Case, Enterprise, HeadCount, Organisation, User
from workflow.models.case import founding
from workflow.queries.case_conditions import at_stage, enterprise_matches, named
from workflow.queries.case_list import CaseRow, case_rows
from workflow.queries.cursor import Page, read_cursor, within, write_cursor
from workflow.queries.parameters import Parameters, address_args
from workflow.queries.visibility import visible_cases, visible_enterprises
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class EnterpriseFilter:
    """`q` is a part of the name or the beginning of the credit code, `town` a town's number or a part of its name,
    `stage` the headline stage of the newest case; `covered` are those that have a Party organisation.
    """

    q: str = ""
    town: str = ""
    stage: str = ""
    covered: bool = False

    def as_args(self) -> dict[str, str]:
        """The parameters of an address that `read_enterprise_filter` reads back as this filter."""
        return address_args(self)


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """`case_id`, `state` and `stage` are those of its newest case, None where there never was one."""

    id: int
    credit_code: str
    name: str
    town: str
    chamber: str
    employees: int | None
    full_members: int
    probationary_members: int
    activists: int
    applicants: int
    members_in_transit: int
    has_branch: bool
    case_id: int | None
    state: str | None
    state_name: Text | None
    stage: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EnterprisePage:
    """`counts` are the head-counts with who recorded them, newest first; `can_open`: no case runs and none is due."""

    row: EnterpriseRow
    enterprise: Enterprise
    counts: tuple[tuple[HeadCount, str | None], ...]
    cases: tuple[CaseRow, ...]
    can_open: bool


def read_enterprise_filter(args: Mapping[str, str], versions: Versions) -> EnterpriseFilter:
    """Reads the parameters of an address; raises InvalidInput naming each bad one."""
    given = Parameters(args)
    wanted = EnterpriseFilter(
        q=given.word("q"),
        town=given.word("town"),
        stage=given.code("stage", versions.stages),
        covered=given.flag("covered"),
    )
    given.require_sound()
    return wanted


def list_enterprises(
    session: Session,
    actor: Actor,
    wanted: EnterpriseFilter,
    *,
    versions: Versions,
    cursor: str = "",
    limit: int = 50,
) -> Page[EnterpriseRow]:
    """In the order in which they were entered. Raises InvalidInput for a cursor that is not one of ours."""
    chosen = _conditions(wanted, actor, versions)
    total = session.scalar(select(func.count()).select_from(Enterprise).where(*chosen)) or 0
    query = select(Enterprise.id).where(*within(chosen, total)).order_by(Enterprise.id).limit(limit + 1)
    if cursor:
        query = query.where(Enterprise.id > read_cursor(cursor)[1])
    found = session.scalars(query).all()
    following = write_cursor("enterprise", found[limit - 1]) if len(found) > limit else None
    kept = found[:limit]
    rows = session.execute(_lines(actor).where(Enterprise.id.in_(kept)).order_by(Enterprise.id))
    return Page(tuple(_line(row, versions) for row in rows), following, total)


def enterprise_by_code(session: Session, actor: Actor, credit_code: str, *, versions: Versions) -> EnterpriseRow:
    """Raises NotFound where there is none, or the person may not know of it."""
    code = credit_code.strip().upper()
    row = session.execute(_lines(actor).where(Enterprise.credit_code == code, visible_enterprises(actor))).first()
    if row is None:
        raise NotFound("enterprise", credit_code)
    return _line(row, versions)


def id_of_code(session: Session, credit_code: str, seen: ColumnElement[bool]) -> int | None:
    """The number of an enterprise, where the condition lets it be known."""
    if "\x00" in credit_code:  # which one of the stores cannot even be asked for
        return None
    code = credit_code.strip().upper()
    return session.scalar(select(Enterprise.id).where(Enterprise.credit_code == code, seen))


def enterprise_page(session: Session, actor: Actor, enterprise_id: int, *, versions: Versions) -> EnterprisePage:
    """Raises NotFound where there is none, or the person may not know of it."""
    found = session.execute(_lines(actor).where(Enterprise.id == enterprise_id, visible_enterprises(actor))).first()
    if found is None:
        raise NotFound("enterprise", enterprise_id)
    enterprise: Enterprise = found.Enterprise
    counts = session.execute(
        select(HeadCount, User.display_name)
        .outerjoin(User, User.id == HeadCount.recorded_by)
        .where(HeadCount.enterprise_id == enterprise_id)
        .order_by(HeadCount.counted_on.desc(), HeadCount.id.desc())
    )
    of_it = Case.enterprise_id == enterprise_id
    case_ids = session.scalars(select(Case.id).where(of_it, visible_cases(actor)).order_by(Case.id.desc())).all()
    is_running = session.scalar(select(Case.id).where(of_it, Case.finished_on.is_(None), founding())) is not None
    return EnterprisePage(
        row=_line(found, versions),
        enterprise=enterprise,
        counts=tuple((row[0], row[1]) for row in counts),
        cases=case_rows(session, case_ids, versions),
        can_open=not is_running and not enterprise.has_branch,
    )


def _conditions(wanted: EnterpriseFilter, actor: Actor, versions: Versions) -> list[ColumnElement[bool]]:
    chosen = [visible_enterprises(actor)]
    if wanted.q:
        chosen.append(enterprise_matches(wanted.q))
    if wanted.town:
        towns = select(Organisation.id).where(Organisation.kind == "town", named(wanted.town))
        chosen.append(Enterprise.town_id.in_(towns))
    if wanted.covered:
        chosen.append(Enterprise.has_branch.is_(True))
    if wanted.stage:
        here = select(Case.enterprise_id).where(
            at_stage(versions, wanted.stage), Case.id == newest_case(Case.enterprise_id), visible_cases(actor)
        )
        # Not the bare column: SQLite would look each of them up instead of going along the list.
        chosen.append((Enterprise.id + 0).in_(here))
    return chosen


def newest_case(enterprise_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ScalarSelect[int]:
    other = aliased(Case)
    ours = (other.enterprise_id == enterprise_id) & other.person_id.is_(None)
    return select(func.max(other.id)).where(ours).scalar_subquery()


def _lines(actor: Actor):  # type: ignore[no-untyped-def]  # a long Select[...]
    town, chamber = aliased(Organisation), aliased(Organisation)
    return (
        select(
            Enterprise,
            town.name.label("town"),
            chamber.name.label("chamber"),
            Case.id.label("case_id"),
            Case.state,
            Case.definition_version,
        )
        .join(town, town.id == Enterprise.town_id)
        .join(chamber, chamber.id == Enterprise.chamber_id)
        .outerjoin(Case, and_(Case.id == newest_case(Enterprise.id), visible_cases(actor)))
    )


def _line(row, versions: Versions) -> EnterpriseRow:  # type: ignore[no-untyped-def]  # a long Row[...]
    enterprise: Enterprise = row.Enterprise
    state = versions.of(row.definition_version).states[row.state] if row.state else None
    return EnterpriseRow(
        id=enterprise.id,
        credit_code=enterprise.credit_code,
        name=enterprise.name,
        town=row.town,
        chamber=row.chamber,
        employees=enterprise.employees,
        full_members=enterprise.full_members,
        probationary_members=enterprise.probationary_members,
        activists=enterprise.activists,
        applicants=enterprise.applicants,
        members_in_transit=enterprise.members_in_transit,
        has_branch=enterprise.has_branch,
        case_id=row.case_id,
        state=row.state,
        state_name=state.name if state else None,
        stage=state.stage if state else None,
        updated_at=enterprise.updated_at,
    )
