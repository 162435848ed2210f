"""How an enterprise that is short of full members gets them soonest: by development, by transfer, by a joint branch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.work import CaseWork
from workflow.members.counting import IN_TRANSIT, PERSONS
from workflow.members.earliest import full_member_at
from workflow.models import Case, Enterprise, Membership, Person, Standing
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Route:
    """One way, in words; `by` is the earliest day where one can be reckoned."""

    words: Text
    by: date | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the head-counts of a founding case come from."""

    is_from_persons: bool

    @property
    def words(self) -> Text:
        if self.is_from_persons:
            return Text("按花名册逐人统计（只计组织关系已转入的）", "counted by person, received memberships alone")
        return Text("按上报数字", "from the figures that were reported")


def source_of(work: CaseWork) -> Source:
    return Source(work.enterprise.members_source == PERSONS)


def routes(work: CaseWork) -> tuple[Route, ...]:
    """The faster ones first; nothing for a person's case, nor where the members are there already."""
    short = work.runtime.rules.number("full_members_min", work.today) - work.head_count.full_members
    if work.case.person_id is not None or short <= 0 or work.enterprise.has_branch:
        return ()
    return (_transfer(work), _joint(work), _development(work, short))


def _transfer(work: CaseWork) -> Route:
    """Members who work here already, and those whose membership is on its way."""
    days = work.runtime.rules.at("transfer_letter_days", work.today)
    letters = work.session.scalars(
        select(Membership.valid_until)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Person.employer_id == work.enterprise.id,
            Person.standing == Standing.FULL,
            Membership.ended_on.is_(None),
            Membership.status == IN_TRANSIT,
        )
    ).all()
    return Route(
        Text(
            f"转入组织关系：摸排在职党员（含“口袋党员”），介绍信 {days.value} 天内有效；现有 {len(letters)} 名转接中",
            f"Transfer in: find members who work here; a letter is good for {days.value} days;"
            f" {len(letters)} on their way",
        ),
        work.today if letters else work.today + timedelta(days=days.value),
    )


def _joint(work: CaseWork) -> Route:
    """Other enterprises of the chamber that are short as well."""
    units = work.runtime.rules.number("joint_units_max", work.today)
    most = work.runtime.rules.number("joint_unit_full_members_max", work.today)
    others = work.session.scalars(
        select(Enterprise.name)
        .join(Case, (Case.enterprise_id == Enterprise.id) & Case.person_id.is_(None) & Case.finished_on.is_(None))
        .where(
            Enterprise.chamber_id == work.case.chamber_id,
            Enterprise.id != work.enterprise.id,
            Enterprise.full_members.between(1, most),
        )
        .order_by(Enterprise.full_members.desc(), Enterprise.id)
        .limit(units - 1)
    ).all()
    zh, en = ("、".join(others), ", ".join(others)) if others else ("暂无", "none yet")
    return Route(
        Text(
            f"联合组建：同一商会内正式党员不足3名的单位可联合（一般不超过 {units} 家）：{zh}",
            f"Joint branch: units of the chamber that are short as well (generally at most {units}): {en}",
        ),
        None,
    )


def _development(work: CaseWork, short: int) -> Route:
    """The day on which as many as are short can be full members; from nothing where too few are on their way."""
    days = sorted(_full_days(work.session, work))
    day = days[short - 1] if len(days) >= short else full_member_at("registered", {}, *_of(work))
    return Route(
        Text(
            f"发展党员：还差 {short} 名正式党员，在培养 {len(days)} 人，最早 {day:%Y-%m}",
            f"Develop members: {short} full members short, {len(days)} on their way, {day:%Y-%m} at the earliest",
        ),
        day,
    )


def _full_days(session: Session, work: CaseWork) -> list[date]:
    on_the_way = select(Case.state, Case.facts).where(
        Case.enterprise_id == work.enterprise.id, Case.person_id.is_not(None), Case.finished_on.is_(None)
    )
    return [full_member_at(row.state, row.facts, *_of(work)) for row in session.execute(on_the_way)]


def _of(work: CaseWork):  # type: ignore[no-untyped-def]  # rules, calendar and day, as `full_member_at` takes them
    return work.runtime.rules, work.runtime.calendar, work.today
