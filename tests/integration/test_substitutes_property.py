"""Whatever substitutions there are: nobody ever acts outside window and scope, held against a small model of its own.

The model knows the district by heart and asks nothing of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from tests.district import District
from workflow.engine import available_actions
from workflow.engine.actors import load_actor
from workflow.engine.recipients import people_for
from workflow.errors import NotFound
from workflow.models import Case, Substitution, SubstitutionState, WorkItem
from workflow.queries.posts import waits_for
from workflow.queries.visibility import visible_cases

TODAY = date(2026, 11, 23)
PEOPLE = ("instructor", "other", "clerk", "approver", "other_clerk", "other_approver", "org_dept", "social_work")
STATES = ("no_branch", "training", "submitted", "under_review", "returned", "result_confirmed")
# Where each person's own role is, and the bodies below it by name.
SEATS = {
    "instructor": ("instructor", "town"),
    "other": ("instructor", "town"),
    "clerk": ("clerk", "chamber"),
    "approver": ("approver", "chamber"),
    "other_clerk": ("clerk", "other_town"),
    "other_approver": ("approver", "other_town"),
    "org_dept": ("org_dept", "district"),
    "social_work": ("social_work", "district"),
}
BELOW = {
    "district": {"chamber", "other_chamber"},
    "town": {"chamber"},
    "chamber": {"chamber"},
    "other_town": {"other_chamber"},
    "other_chamber": {"other_chamber"},
}
COMMITTEE = {"chamber": "chamber", "other_chamber": "other_town"}


@dataclass(frozen=True)
class Lent:
    principal: str
    substitute: str
    role: str
    states: frozenset[str]
    area: str
    first: int
    days: int
    ended: bool


@dataclass(frozen=True)
class Standing:
    """A case as the model knows it."""

    id: int
    state: str
    chamber: str
    instructor: str | None


@st.composite
def substitutions(draw: st.DrawFn) -> Lent:
    principal = draw(st.sampled_from(PEOPLE))
    substitute = draw(st.sampled_from([who for who in PEOPLE if who != principal]))
    role = draw(
        st.one_of(st.just(SEATS[principal][0]), st.sampled_from(["instructor", "clerk", "approver", "org_dept"]))
    )
    states = draw(st.frozensets(st.sampled_from(STATES), min_size=1))
    area = draw(st.sampled_from(sorted(BELOW)))
    return Lent(
        principal,
        substitute,
        role,
        states,
        area,
        draw(st.integers(-3, 3)),
        draw(st.integers(0, 4)),
        draw(st.booleans()),
    )


def may_stand_in(lent: Lent, who: str, case: Standing, day: int) -> bool:
    if who != lent.substitute or lent.ended or not lent.first <= day <= lent.first + lent.days:
        return False
    role, seat = SEATS[lent.principal]
    if role != lent.role or case.state not in lent.states or case.chamber not in BELOW[lent.area]:
        return False
    if case.instructor == who:
        return False
    if role == "instructor":
        return case.instructor == lent.principal
    if role in ("clerk", "approver"):
        return COMMITTEE[case.chamber] == seat
    return True


def sees_by_own_right(who: str, case: Standing) -> bool:
    role, seat = SEATS[who]
    return case.instructor == who if role == "instructor" else case.chamber in BELOW[seat]


def cases_of(district: District) -> list[Standing]:
    training = district.walk(district.open("first"), until="training")
    second = district.open("second")
    district.do(second, "org_dept", "assign_instructor", {"instructor": "other.user", "no_conflict": True})
    submitted = district.walk(second, until="submitted", instructor="other")
    review = district.walk(district.open("third"), until="under_review")
    waiting, far = district.open("fourth"), district.open("far")
    chambers = {training: "chamber", submitted: "chamber", review: "chamber", waiting: "chamber", far: "other_chamber"}
    names = {number: who for who, number in district.people.items()}
    found = []
    for case_id, chamber in chambers.items():
        row = district.case(case_id)
        instructor = names[row.instructor_id] if row.instructor_id else None
        found.append(Standing(case_id, row.state, chamber, instructor))
    return found


def write(district: District, lents: list[Lent]) -> None:
    with district.db.unit_of_work() as session:
        session.execute(delete(SubstitutionState))
        session.execute(delete(Substitution))
        for lent in lents:
            row = Substitution(
                principal_id=district.people[lent.principal],
                substitute_id=district.people[lent.substitute],
                role=lent.role,
                organisation_id=district.bodies[lent.area],
                from_on=TODAY + timedelta(days=lent.first),
                to_on=TODAY + timedelta(days=lent.first + lent.days),
                created_by=district.people[lent.principal],
                created_at=district.clock(),
                ended_at=district.clock() if lent.ended else None,
            )
            session.add(row)
            session.flush()
            session.add_all(SubstitutionState(substitution_id=row.id, state=state) for state in lent.states)


def test_nobody_ever_acts_outside_window_and_scope(district: District) -> None:
    cases = cases_of(district)
    definition = district.runtime.branch_formation

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(substitutions(), max_size=6), st.integers(-4, 8))
    def holds(lents: list[Lent], day: int) -> None:
        write(district, lents)
        today = TODAY + timedelta(days=day)
        with district.db.reading() as session:
            for who in PEOPLE:
                actor = load_actor(session, district.people[who], today)
                seen = set(session.scalars(select(Case.id).where(visible_cases(actor))))
                inbox = set(
                    session.scalars(
                        select(WorkItem.case_id).where(waits_for(district.runtime.versions(session), actor))
                    )
                )
                for case in cases:
                    row = session.get_one(Case, case.id)
                    expected = [lent for lent in lents if may_stand_in(lent, who, case, day)]
                    held = actor.stands_in_on(row)
                    assert (held is not None) == bool(expected)
                    is_seen = bool(expected) or sees_by_own_right(who, case)
                    assert actor.sees(row) == (case.id in seen) == is_seen
                    assert not expected or case.id in inbox, "what may be done stands in the list of what is to do"
                    groups = [definition.states[case.state].owner]
                    told = people_for(session.connection(), row, groups, definition=definition, today=today)
                    assert not expected or _is_other_post(lents, case) or district.people[who] in told
                    assert is_seen or district.people[who] not in told

    holds()


def _is_other_post(lents: list[Lent], case: Standing) -> bool:
    """A role that is not the owner's may be written into a row by hand; nobody of the group is told then."""
    owners = {"no_branch": {"org_dept", "social_work"}, "training": {"instructor"}}
    roles = owners.get(case.state, {"clerk", "approver"})
    return any(lent.role not in roles for lent in lents)


def test_the_engine_offers_nothing_where_the_model_sees_nothing(district: District) -> None:
    cases = cases_of(district)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(substitutions())
    def holds(lent: Lent) -> None:
        write(district, [lent])
        who = lent.substitute
        with district.db.reading() as session:
            for case in cases:
                try:
                    found = available_actions(session, district.runtime, case.id, district.people[who])
                except NotFound:
                    found = None
                may = may_stand_in(lent, who, case, 0)
                assert (found is not None) == (may or sees_by_own_right(who, case))

    holds()
